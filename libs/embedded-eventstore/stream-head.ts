import { DELETED_BEFORE, TOMBSTONE_REVISION } from './log-record.js';

/** What a stream's metadata says about reading it; ill-formed members are ignored (measured 2.8). */
export interface StreamSettings {
  readonly truncateBefore: bigint | undefined;
  readonly maxCount: bigint | undefined;
  readonly maxAgeSeconds: number | undefined;
  readonly acl: Readonly<Record<string, unknown>> | undefined;
}

export const NO_SETTINGS: StreamSettings = { truncateBefore: undefined, maxCount: undefined, maxAgeSeconds: undefined, acl: undefined };

/** What the writer knows of a stream without reading it again. */
export interface StreamHead {
  /** Last revision ever written, deleted or not; -1 before the first. */
  readonly last: bigint;
  readonly tombstoned: boolean;
  /** Whether `$$<stream>` has ever been written. */
  readonly hasMetastream: boolean;
  readonly settings: StreamSettings;
}

export const EMPTY_HEAD: StreamHead = { last: -1n, tombstoned: false, hasMetastream: false, settings: NO_SETTINGS };

export const isSoftDeleted = (head: StreamHead): boolean => head.settings.truncateBefore === DELETED_BEFORE;

/** Marks a number that was written as one; a text of digits is no number (measured 2.8). */
const MARK = 'a number: ';
const WHOLE = new RegExp(`^${MARK}(-?\\d+)$`);

/** `$tb` may be 2^63 - 1, which JSON.parse would round: it is read from the text. */
export function readSettings(json: Uint8Array): StreamSettings {
  const text = Buffer.from(json).toString('utf8');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replaceAll(/("\$(?:tb|maxCount)"\s*:\s*)(-?\d+)(?=\s*[,}])/g, `$1"${MARK}$2"`));
  } catch {
    return NO_SETTINGS;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return NO_SETTINGS;
  const members = parsed as Readonly<Record<string, unknown>>;
  const whole = (name: string, least: bigint): bigint | undefined => {
    const value = members[name];
    const digits = typeof value === 'string' ? WHOLE.exec(value)?.[1] : undefined;
    if (digits === undefined) return undefined;
    const number = BigInt(digits);
    return number >= least && number <= TOMBSTONE_REVISION ? number : undefined;
  };
  const age = members.$maxAge;
  const acl = members.$acl;
  return {
    truncateBefore: whole('$tb', 0n),
    maxCount: whole('$maxCount', 1n),
    maxAgeSeconds: typeof age === 'number' && age > 0 ? age : undefined,
    acl: typeof acl === 'object' && acl !== null ? (acl as Readonly<Record<string, unknown>>) : undefined,
  };
}
