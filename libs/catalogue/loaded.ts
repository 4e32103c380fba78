import type { Pool, QueryResultRow } from 'pg';
import type { TaxClass } from './price-and-tax.port.js';
import type { AlertType, ChargeCategory, HoldType, PickupStore, ReasonCode, ResolutionCode } from './service-lists.port.js';

/** A figure that holds from a moment on. */
export interface Since {
  readonly from: string;
  readonly value: number;
}

export interface LoadedProduct {
  readonly sku: string;
  readonly description: string;
  readonly parentSku?: string;
  readonly taxClass: TaxClass;
  /** By currency, newest first. */
  readonly prices: ReadonlyMap<string, readonly Since[]>;
}

/** All lists, as they were at one moment. */
export interface Loaded {
  readonly change: string;
  /** In the order of the SKUs. */
  readonly products: ReadonlyMap<string, LoadedProduct>;
  /** By country and class, newest first. */
  readonly taxes: ReadonlyMap<string, readonly Since[]>;
  readonly reasons: ReadonlyMap<string, ReasonCode>;
  readonly holdTypes: ReadonlyMap<string, HoldType>;
  readonly resolutions: ReadonlyMap<string, ResolutionCode>;
  readonly alertTypes: ReadonlyMap<string, AlertType>;
  readonly chargeCategories: ReadonlyMap<string, ChargeCategory>;
  readonly pickupStores: ReadonlyMap<string, PickupStore>;
}

export const taxKey = (country: string, taxClass: TaxClass): string => `${country} ${taxClass}`;

/** Undefined before the first moment of the list. */
export const valueAt = (list: readonly Since[] | undefined, at: string): Since | undefined => list?.find(({ from }) => from <= at);

interface ProductRow extends QueryResultRow {
  readonly sku: string;
  readonly description: string;
  readonly parent_sku: string | null;
  readonly tax_class: TaxClass;
}

interface PriceRow extends QueryResultRow {
  readonly sku: string;
  readonly currency: string;
  readonly valid_from: Date;
  readonly unit_price_minor: string;
}

interface TaxRow extends QueryResultRow {
  readonly country: string;
  readonly tax_class: TaxClass;
  readonly valid_from: Date;
  readonly basis_points: number;
}

/** Everything, unless nothing changed since `known`. */
export async function loadChanges(pool: Pool, known: Loaded | undefined): Promise<Loaded> {
  const { rows: changes } = await pool.query<{ readonly n: string }>('SELECT n FROM catalogue.change');
  const change = changes[0]?.n ?? '0';
  if (known?.change === change) return known;
  const products = await pool.query<ProductRow>('SELECT sku, description, parent_sku, tax_class FROM catalogue.product ORDER BY sku COLLATE "C"');
  const prices = await pool.query<PriceRow>('SELECT sku, currency, valid_from, unit_price_minor FROM catalogue.price ORDER BY currency, valid_from DESC');
  const taxes = await pool.query<TaxRow>('SELECT country, tax_class, valid_from, basis_points FROM catalogue.tax ORDER BY valid_from DESC');
  const pricesOf = grouped(prices.rows, ({ sku }) => sku);
  return {
    change,
    products: new Map(products.rows.map((row) => [row.sku, productFrom(row, pricesOf.get(row.sku) ?? [])])),
    taxes: sinces(taxes.rows, (row) => taxKey(row.country, row.tax_class), ({ basis_points }) => basis_points),
    reasons: await listed<ReasonCode>(pool, 'SELECT code, label, uses, active FROM catalogue.reason_code'),
    holdTypes: await listed<HoldType>(pool, 'SELECT code, label, effects, resolved_by AS "resolvedBy", active FROM catalogue.hold_type'),
    resolutions: await listed<ResolutionCode>(pool, 'SELECT code, label, active FROM catalogue.resolution_code'),
    alertTypes: await listed<AlertType>(pool, 'SELECT code, label, severity, cleared_by AS "clearedBy", active FROM catalogue.alert_type'),
    chargeCategories: await listed<ChargeCategory>(pool, 'SELECT code, label, kinds, active FROM catalogue.charge_category'),
    pickupStores: await listed<PickupStore>(pool, 'SELECT code, label, country, active FROM catalogue.pickup_store'),
  };
}

function productFrom(row: ProductRow, prices: readonly PriceRow[]): LoadedProduct {
  return {
    sku: row.sku,
    description: row.description,
    ...(row.parent_sku !== null && { parentSku: row.parent_sku }),
    taxClass: row.tax_class,
    prices: sinces(prices, ({ currency }) => currency, ({ unit_price_minor }) => Number(unit_price_minor)),
  };
}

function sinces<Row extends { readonly valid_from: Date }>(rows: readonly Row[], key: (row: Row) => string, value: (row: Row) => number): ReadonlyMap<string, readonly Since[]> {
  const lists = [...grouped(rows, key)].map(([name, list]) => [name, list.map((row) => ({ from: row.valid_from.toISOString(), value: value(row) }))] as const);
  return new Map(lists);
}

function grouped<Row>(rows: readonly Row[], key: (row: Row) => string): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return groups;
}

/** Rows of one list by code, in the order of the codes. The columns are named as the entry's members. */
async function listed<Entry extends { readonly code: string }>(pool: Pool, select: string): Promise<ReadonlyMap<string, Entry>> {
  const { rows } = await pool.query<Entry & QueryResultRow>(`${select} ORDER BY code COLLATE "C"`);
  return new Map(rows.map((row) => [row.code, row]));
}
