import type { Pool } from 'pg';
import { underLock } from '#sql';
import { SEED_ALERT_TYPES, SEED_CALL_ALERTS, SEED_CHARGE_CATEGORIES, SEED_DELIVERY_REASONS, SEED_FLAG_REASONS, SEED_HOLD_TYPES, SEED_PICKUP_STORES, SEED_REASONS, SEED_RESOLUTIONS } from './seed-lists.js';
import { SEED_PRODUCTS } from './seed-products.js';
import { SEED_TAXES } from './seed-taxes.js';

/** Any number, as long as all processes use the same. */
const MIGRATION_LOCK = 7_105_371_003;

const TABLES = ['product', 'price', 'tax', 'reason_code', 'hold_type', 'resolution_code', 'alert_type', 'charge_category', 'pickup_store'] as const;

/** Whoever changes a list, with whatever tool, counts `change.n` up: readers then load it again. */
const SCHEMA = `
  CREATE SCHEMA IF NOT EXISTS catalogue;
  CREATE TABLE IF NOT EXISTS catalogue.change (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), n bigint NOT NULL);
  INSERT INTO catalogue.change (n) VALUES (0) ON CONFLICT DO NOTHING;
  CREATE TABLE IF NOT EXISTS catalogue.product (
    sku text PRIMARY KEY, description text NOT NULL, parent_sku text,
    tax_class text NOT NULL CHECK (tax_class IN ('standard', 'reduced', 'zero')));
  CREATE TABLE IF NOT EXISTS catalogue.price (
    sku text NOT NULL REFERENCES catalogue.product, currency text NOT NULL, valid_from timestamptz NOT NULL,
    unit_price_minor bigint NOT NULL CHECK (unit_price_minor BETWEEN 0 AND 1000000000000),
    PRIMARY KEY (sku, currency, valid_from));
  CREATE TABLE IF NOT EXISTS catalogue.tax (
    country text NOT NULL, tax_class text NOT NULL, valid_from timestamptz NOT NULL,
    basis_points integer NOT NULL CHECK (basis_points BETWEEN 0 AND 10000),
    PRIMARY KEY (country, tax_class, valid_from));
  CREATE TABLE IF NOT EXISTS catalogue.reason_code (code text PRIMARY KEY, label text NOT NULL, uses text[] NOT NULL, active boolean NOT NULL);
  CREATE TABLE IF NOT EXISTS catalogue.hold_type (
    code text PRIMARY KEY, label text NOT NULL, effects text[] NOT NULL, resolved_by text[] NOT NULL, active boolean NOT NULL);
  CREATE TABLE IF NOT EXISTS catalogue.resolution_code (code text PRIMARY KEY, label text NOT NULL, active boolean NOT NULL);
  CREATE TABLE IF NOT EXISTS catalogue.alert_type (
    code text PRIMARY KEY, label text NOT NULL, severity text NOT NULL CHECK (severity IN ('alert', 'warning')), cleared_by text[] NOT NULL, active boolean NOT NULL);
  CREATE TABLE IF NOT EXISTS catalogue.charge_category (code text PRIMARY KEY, label text NOT NULL, kinds text[] NOT NULL, active boolean NOT NULL);
  CREATE TABLE IF NOT EXISTS catalogue.pickup_store (code text PRIMARY KEY, label text NOT NULL, country text NOT NULL, active boolean NOT NULL);
  CREATE TABLE IF NOT EXISTS catalogue.list_change (
    n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, changed_at timestamptz NOT NULL DEFAULT now(), changed_by text NOT NULL, list text NOT NULL, code text NOT NULL, entry jsonb);
  CREATE TABLE IF NOT EXISTS catalogue.seeded (batch text PRIMARY KEY);
  CREATE OR REPLACE FUNCTION catalogue.count_change() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN UPDATE catalogue.change SET n = n + 1; RETURN NULL; END';
  ${TABLES.map(
    (table) => `CREATE OR REPLACE TRIGGER count_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON catalogue.${table}
      FOR EACH STATEMENT EXECUTE FUNCTION catalogue.count_change();`,
  ).join('\n')}`;

/** Prices and taxes to begin with hold for every time: older orders are re-priced by them too. */
const FROM_THE_BEGINNING = '2000-01-01T00:00:00Z';

/**
 * Makes the schema `catalogue` and fills it once; safe from several processes at once, and again at every start.
 * What an administrator changed, retired or deleted afterwards stays so.
 */
export const migrateCatalogue = (pool: Pool): Promise<void> =>
  underLock(pool, MIGRATION_LOCK, async (client) => {
    const { rows } = await client.query<{ there: boolean }>(`SELECT to_regclass('catalogue.change') IS NOT NULL AS there`);
    await client.query(SCHEMA);
    for (const { batch, statement, values } of SEEDS) {
      const { rowCount } = await client.query('INSERT INTO catalogue.seeded (batch) VALUES ($1) ON CONFLICT DO NOTHING', [batch]);
      // Databases from before batches were counted have the first one.
      if (rowCount === 1 && !(batch === FIRST && rows[0]?.there === true)) await client.query(statement, [...values]);
    }
  });

const SEED = `
  WITH products AS (
    INSERT INTO catalogue.product (sku, description, parent_sku, tax_class)
    SELECT p->>'sku', p->>'description', p->>'parentSku', p->>'taxClass' FROM jsonb_array_elements($1::jsonb) p),
  prices AS (
    INSERT INTO catalogue.price (sku, currency, valid_from, unit_price_minor)
    SELECT p->>'sku', q->>'currency', $2::timestamptz, (q->>'unitPriceMinor')::bigint
      FROM jsonb_array_elements($1::jsonb) p, jsonb_array_elements(p->'prices') q),
  taxes AS (
    INSERT INTO catalogue.tax (country, tax_class, valid_from, basis_points)
    SELECT t.key, c.key, $2::timestamptz, c.value::integer FROM jsonb_each($3::jsonb) t, jsonb_each_text(t.value) c),
  reasons AS (
    INSERT INTO catalogue.reason_code (code, label, uses, active)
    SELECT r->>'code', r->>'label', ARRAY(SELECT jsonb_array_elements_text(r->'uses')), true FROM jsonb_array_elements($4::jsonb) r),
  holds AS (
    INSERT INTO catalogue.hold_type (code, label, effects, resolved_by, active)
    SELECT h->>'code', h->>'label', ARRAY(SELECT jsonb_array_elements_text(h->'effects')), ARRAY(SELECT jsonb_array_elements_text(h->'resolvedBy')), true
      FROM jsonb_array_elements($5::jsonb) h)
  INSERT INTO catalogue.resolution_code (code, label, active) SELECT r->>'code', r->>'label', true FROM jsonb_array_elements($6::jsonb) r`;

/** A code that an administrator made before the batch came is left alone. */
const SEED_ALERTS_AND_CHARGES = `
  WITH reasons AS (
    INSERT INTO catalogue.reason_code (code, label, uses, active)
    SELECT r->>'code', r->>'label', ARRAY(SELECT jsonb_array_elements_text(r->'uses')), true FROM jsonb_array_elements($1::jsonb) r ON CONFLICT DO NOTHING),
  alerts AS (
    INSERT INTO catalogue.alert_type (code, label, severity, cleared_by, active)
    SELECT a->>'code', a->>'label', a->>'severity', ARRAY(SELECT jsonb_array_elements_text(a->'clearedBy')), true FROM jsonb_array_elements($2::jsonb) a),
  categories AS (
    INSERT INTO catalogue.charge_category (code, label, kinds, active)
    SELECT c->>'code', c->>'label', ARRAY(SELECT jsonb_array_elements_text(c->'kinds')), true FROM jsonb_array_elements($3::jsonb) c)
  INSERT INTO catalogue.pickup_store (code, label, country, active) SELECT s->>'code', s->>'label', s->>'country', true FROM jsonb_array_elements($4::jsonb) s`;

/** A code that an administrator made before the batch came is left alone. */
const SEED_MORE_ALERTS = `
  INSERT INTO catalogue.alert_type (code, label, severity, cleared_by, active)
  SELECT a->>'code', a->>'label', a->>'severity', ARRAY(SELECT jsonb_array_elements_text(a->'clearedBy')), true FROM jsonb_array_elements($1::jsonb) a
  ON CONFLICT DO NOTHING`;

const json = (...lists: readonly unknown[]): readonly string[] => lists.map((list) => JSON.stringify(list));

const FIRST = 'products-reasons-holds';

/** Each is put in once in the life of a database; a later version of Docket adds batches, and changes none. */
/** A reason that is there already can be used for these as well. */
const SEED_MORE_REASONS = `
  INSERT INTO catalogue.reason_code (code, label, uses, active)
  SELECT r->>'code', r->>'label', ARRAY(SELECT jsonb_array_elements_text(r->'uses')), true FROM jsonb_array_elements($1::jsonb) r
  ON CONFLICT (code) DO UPDATE SET uses = reason_code.uses || excluded.uses`;

const SEEDS: readonly { readonly batch: string; readonly statement: string; readonly values: readonly string[] }[] = [
  { batch: FIRST, statement: SEED, values: [...json(SEED_PRODUCTS), FROM_THE_BEGINNING, ...json(SEED_TAXES, SEED_REASONS, SEED_HOLD_TYPES, SEED_RESOLUTIONS)] },
  { batch: 'alerts-and-charges', statement: SEED_ALERTS_AND_CHARGES, values: json(SEED_FLAG_REASONS, SEED_ALERT_TYPES, SEED_CHARGE_CATEGORIES, SEED_PICKUP_STORES) },
  { batch: 'deliveries', statement: SEED_MORE_REASONS, values: json(SEED_DELIVERY_REASONS) },
  { batch: 'calls', statement: SEED_MORE_ALERTS, values: json(SEED_CALL_ALERTS) },
];
