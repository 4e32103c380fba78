import { rowsOf, type Queryable } from '#projecting';
import { eraseSubject } from '../order-details/erase-subject.js';
import { lastingOf, revived, type LastingRow } from '../order-details/lasting-order.js';
import { ERASED } from '../order-details/personal-text.js';
import { ERASED_SUMMARY } from '../order-search/order-summary.js';
import { IMPERSONAL_KINDS } from '../order-search/search-keys.js';
import { customerKeyOf } from '../pending-orders/grid-keys.js';

/** Of a row of `key_version`: says something about a person. Its index serves only the same words. */
export const IS_PERSONAL_KEY = `kind NOT IN (${IMPERSONAL_KINDS.map((kind) => `'${kind}'`).join(', ')})`;

/** A person leaves every version, not only the last: what is asked as of then reads `[erased]`, and is found by no name. */
export async function eraseFromVersions(subjectId: string, sql: Queryable, schema: string): Promise<void> {
  const stored = (await rowsOf<LastingRow>(sql, `SELECT lasting, latest FROM ${schema}.orders WHERE subject_id = $1`, [subjectId])).map(revived);
  if (stored.length === 0) return;
  const ids = stored.map(({ orderId }) => orderId);
  await sql.query(
    `UPDATE ${schema}.orders AS held SET lasting = row.lasting FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, lasting jsonb) WHERE held.order_id = row.order_id`,
    [JSON.stringify(stored.map((details) => ({ order_id: details.orderId, lasting: lastingOf(eraseSubject(details, subjectId)) })))],
  );
  await sql.query(
    `UPDATE ${schema}.version SET summary = summary || $2::jsonb, customer_key = CASE WHEN customer_key IS NULL THEN NULL ELSE $3 END WHERE order_id = ANY ($1::uuid[])`,
    [ids, JSON.stringify(ERASED_SUMMARY), customerKeyOf(ERASED)],
  );
  await sql.query(`DELETE FROM ${schema}.key_version WHERE order_id = ANY ($1::uuid[]) AND ${IS_PERSONAL_KEY}`, [ids]);
}
