import { ReadModelError } from './read-models.port.js';

/** Where the next page goes on: opaque to callers, checked when it comes back. */
export const formatCursor = (parts: readonly (string | number)[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

/** @throws ReadModelError for anything that was not made by `formatCursor` of as many parts */
export function parseCursor(cursor: string, length: number): readonly (string | number)[] {
  if (cursor.length <= 2_000 && /^[A-Za-z0-9_-]+$/.test(cursor)) {
    try {
      const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
      if (Array.isArray(parts) && parts.length === length && parts.every((part) => typeof part === 'string' || Number.isSafeInteger(part))) return parts as readonly (string | number)[];
    } catch {
      // Told below, like every other cursor that is none.
    }
  }
  throw new ReadModelError('invalid-query', 'The cursor is not one of this list.');
}

/** @throws ReadModelError outside the bounds */
export function pageLimit(limit: number | undefined, standard: number, greatest: number): number {
  if (limit === undefined) return standard;
  if (Number.isInteger(limit) && limit >= 1 && limit <= greatest) return limit;
  throw new ReadModelError('invalid-query', `A page holds from 1 to ${String(greatest)} rows.`);
}
