import type { Pool } from 'pg';
import type { ListEntries, ListName } from './service-lists.port.js';

/** Where a list is kept: its table, and the columns of its entries' members besides code and label. */
const TABLES: { readonly [List in ListName]: { readonly table: string; readonly columns: Readonly<Record<Exclude<keyof ListEntries[List], 'code' | 'label' | 'active'>, string>> } } = {
  'reason-codes': { table: 'reason_code', columns: { uses: 'uses' } },
  'hold-types': { table: 'hold_type', columns: { effects: 'effects', resolvedBy: 'resolved_by' } },
  'resolution-codes': { table: 'resolution_code', columns: {} },
  'alert-types': { table: 'alert_type', columns: { severity: 'severity', clearedBy: 'cleared_by' } },
  'charge-categories': { table: 'charge_category', columns: { kinds: 'kinds' } },
  'pickup-stores': { table: 'pickup_store', columns: { country: 'country' } },
};

export const LIST_NAMES = Object.keys(TABLES) as readonly ListName[];

/** The entry and who made it so are written together or not at all. */
export async function defineEntry<List extends ListName>(pool: Pool, list: List, entry: Omit<ListEntries[List], 'active'>, by: string): Promise<void> {
  const { table, columns } = TABLES[list];
  const members: Readonly<Record<string, unknown>> = { ...entry };
  const names: readonly (readonly [member: string, column: string])[] = [['code', 'code'], ['label', 'label'], ...Object.entries<string>(columns)];
  const values = names.map(([member]) => members[member]);
  const places = names.map((_, index) => `$${String(index + 4)}`);
  const anew = names.map(([, column]) => `${column} = excluded.${column}`);
  await pool.query(
    `WITH changed AS (INSERT INTO catalogue.list_change (changed_by, list, code, entry) VALUES ($1, $2, $4, $3))
     INSERT INTO catalogue.${table} (${names.map(([, column]) => column).join(', ')}, active) VALUES (${places.join(', ')}, true)
     ON CONFLICT (code) DO UPDATE SET ${anew.join(', ')}, active = true`,
    [by, list, JSON.stringify(entry), ...values],
  );
}

/** @returns whether the list has the code; one retired before stays so */
export async function retireEntry(pool: Pool, list: ListName, code: string, by: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `WITH retired AS (UPDATE catalogue.${TABLES[list].table} SET active = false WHERE code = $1 RETURNING code),
          changed AS (INSERT INTO catalogue.list_change (changed_by, list, code) SELECT $2, $3, code FROM retired)
     SELECT FROM retired`,
    [code, by, list],
  );
  return rowCount === 1;
}
