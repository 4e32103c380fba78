import { rowsOf, type Queryable } from '#projecting';
import type { Answer } from './read-models.port.js';

/** Two ways to run a statement: planned once and kept, or planned each time for the very values. */
export interface Readers {
  readonly prepared: Queryable;
  readonly planned: Queryable;
}

/** Position of the live generation, for a statement that also reads its rows: both come from one snapshot. */
export const livePosition = (projection: string): string =>
  `(SELECT position::text FROM projecting.generation WHERE projection = '${projection}' AND state = 'live')`;

/**
 * Runs one statement that yields a single row with `position` and `body`.
 * @throws what the database throws
 */
export async function answerOf<Body>(sql: Queryable, statement: string, parameters: readonly unknown[]): Promise<Answer<Body>> {
  const [row] = await rowsOf<{ readonly position: string | null; readonly body: Body }>(sql, statement, parameters);
  if (row === undefined) throw new Error('a statement with one row had none');
  return { position: BigInt(row.position ?? -1), body: row.body };
}

/** For a version's rows: those that held at the position in this parameter. */
export const heldAt = (parameter: string): string => `valid_from <= ${parameter} AND valid_to > ${parameter}`;

/** What a statement is given: each value stands in its text as `$n`. */
export class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    return `$${String(this.values.push(value))}`;
  }
}
