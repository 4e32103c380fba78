import type { Pool } from 'pg';
import { REFUSAL_REASONS, type RefusalReason } from './refusal-reasons.js';

/** Rows and what they come to. Amounts are minor units as decimals: exact, with digits below the unit where a row has them. */
export interface Tally {
  readonly rows: number;
  /** By currency; rows whose amount cannot be read count no money. Credits count below zero. */
  readonly amounts: Readonly<Record<string, string>>;
}

export interface ImportReport {
  readonly files: readonly { readonly name: string; readonly sourceId: string; readonly format: string; readonly storeId: string; readonly rows: number }[];
  /** Everything that was read; `takenOver`, `refused` and `waiting` add up to it, in rows and in money. */
  readonly read: Tally;
  readonly takenOver: Tally;
  readonly refused: Tally;
  /** Read, but not through yet: an interrupted import. */
  readonly waiting: Tally;
  readonly orders: number;
  /** What the rows that were taken over have become. */
  readonly kinds: readonly ({ readonly kind: string } & Tally)[];
  readonly reasons: readonly ({ readonly reason: RefusalReason; readonly remedy: string } & Tally)[];
  /** How the credits that were taken over were found. */
  readonly credits: readonly { readonly match: string; readonly rows: number; readonly atAnotherPrice: number }[];
}

interface Group {
  readonly kind: string | null;
  readonly reason: RefusalReason | null;
  readonly currency: string | null;
  readonly rows: string;
  readonly amount: string | null;
}

const JOINED = 'importing.input_row r LEFT JOIN importing.outcome o USING (source_id, row_no) WHERE r.source_id = ANY($1)';

/** What became of every row of these sources, in whichever run. */
export async function reportOn(pool: Pool, sourceIds: readonly string[]): Promise<ImportReport> {
  const [files, groups, orders, credits] = await Promise.all([
    pool.query<{ source_id: string; name: string; format: string; store_id: string; rows: string }>(
      `SELECT s.source_id, s.name, s.format, s.store_id, (SELECT count(*) FROM importing.input_row r WHERE r.source_id = s.source_id) AS rows
         FROM importing.source s WHERE s.source_id = ANY($1) ORDER BY array_position($1, s.source_id)`,
      [sourceIds],
    ),
    pool.query<Group>(
      `SELECT o.kind, coalesce(r.reason, o.reason) AS reason, r.currency, count(*) AS rows, trim_scale(sum(r.amount))::text AS amount
         FROM ${JOINED} GROUP BY 1, 2, 3 ORDER BY count(*) DESC, 2, 1, 3`,
      [sourceIds],
    ),
    pool.query<{ orders: string }>(`SELECT count(DISTINCT o.order_number) AS orders FROM ${JOINED} AND o.kind IN ('line', 'order')`, [sourceIds]),
    pool.query<{ match: string; rows: string; other_price: string }>(
      `SELECT o.match, count(*) AS rows, count(*) FILTER (WHERE o.other_price) AS other_price
         FROM ${JOINED} AND o.reason IS NULL AND o.match IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1`,
      [sourceIds],
    ),
  ]);
  const all = groups.rows;
  const refused = all.filter(({ reason }) => reason !== null);
  const takenOver = all.filter(({ reason, kind }) => reason === null && kind !== null);
  const waiting = all.filter(({ reason, kind }) => reason === null && kind === null);
  const kinds = [...new Set(takenOver.flatMap(({ kind }) => (kind === null ? [] : [kind])))];
  const reasons = [...new Set(refused.flatMap(({ reason }) => (reason === null ? [] : [reason])))];
  return {
    files: files.rows.map((row) => ({ name: row.name, sourceId: row.source_id, format: row.format, storeId: row.store_id, rows: Number(row.rows) })),
    read: tally(all),
    takenOver: tally(takenOver),
    refused: tally(refused),
    waiting: tally(waiting),
    orders: Number(orders.rows[0]?.orders ?? 0),
    kinds: kinds.map((kind) => ({ kind, ...tally(takenOver.filter((group) => group.kind === kind)) })),
    reasons: reasons.map((reason) => ({ reason, remedy: REFUSAL_REASONS[reason], ...tally(refused.filter((group) => group.reason === reason)) })),
    credits: credits.rows.map((row) => ({ match: row.match, rows: Number(row.rows), atAnotherPrice: Number(row.other_price) })),
  };
}

export interface RefusedInput {
  readonly file: string;
  /** Line number in the file. */
  readonly line: number;
  readonly invoice: string;
  readonly reason: RefusalReason;
  readonly remedy: string;
  readonly detail?: string;
  readonly currency?: string;
  /** Minor units, as in `Tally`. */
  readonly amountMinor?: string;
}

const PAGE_ROWS = 1_000;

/** Every refused row of these sources, in the order of the files. */
export async function* refusedRows(pool: Pool, sourceIds: readonly string[]): AsyncGenerator<RefusedInput> {
  for (const sourceId of sourceIds) {
    for (let after = 0; ; ) {
      const { rows } = await pool.query<{ name: string; row_no: number; invoice: string; reason: RefusalReason; detail: string | null; currency: string | null; amount: string | null }>(
        `SELECT s.name, r.row_no, r.invoice, coalesce(r.reason, o.reason) AS reason, o.detail, r.currency, r.amount::text AS amount
           FROM importing.input_row r JOIN importing.source s USING (source_id) LEFT JOIN importing.outcome o USING (source_id, row_no)
          WHERE r.source_id = $1 AND r.row_no > $2 AND (r.reason IS NOT NULL OR o.reason IS NOT NULL) ORDER BY r.row_no LIMIT $3`,
        [sourceId, after, PAGE_ROWS],
      );
      for (const { name, row_no: line, invoice, reason, detail, currency, amount } of rows) {
        yield {
          file: name,
          line,
          invoice,
          reason,
          remedy: REFUSAL_REASONS[reason],
          ...(detail !== null && { detail }),
          ...(currency !== null && { currency }),
          ...(amount !== null && { amountMinor: amount }),
        };
      }
      const last = rows.at(-1);
      if (!last) break;
      after = last.row_no;
    }
  }
}

function tally(groups: readonly Group[]): Tally {
  const amounts = new Map<string, string>();
  let rows = 0;
  for (const group of groups) {
    rows += Number(group.rows);
    if (group.currency !== null && group.amount !== null) amounts.set(group.currency, addDecimals(amounts.get(group.currency) ?? '0', group.amount));
  }
  return { rows, amounts: Object.fromEntries(amounts) };
}

const SCALE = 6;

/** Exact, with up to six digits below the unit. */
export function addDecimals(a: string, b: string): string {
  const sum = scaled(a) + scaled(b);
  const digits = String(sum < 0n ? -sum : sum).padStart(SCALE + 1, '0');
  const fraction = digits.slice(-SCALE).replace(/0+$/, '');
  return `${sum < 0n ? '-' : ''}${digits.slice(0, -SCALE)}${fraction === '' ? '' : `.${fraction}`}`;
}

function scaled(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.');
  const size = BigInt(whole) * 10n ** BigInt(SCALE) + BigInt(fraction.padEnd(SCALE, '0').slice(0, SCALE));
  return decimal.startsWith('-') ? -size : size;
}
