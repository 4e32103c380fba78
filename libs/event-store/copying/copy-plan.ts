import type { RawRecord } from './raw-log.js';

/** Stands where the source lost an event to a scavenge, so that the later ones keep their revisions. */
export const GAP_TYPE = 'docket-copy-gap';

const TOMBSTONE_REVISION = 2n ** 63n - 1n;
const NOTHING = new Uint8Array();

/**
 * What the copy must hold next, in the order of `$all`. `gap`: any record of that type. `tombstone`, `recreation`: a
 * record that every store writes by itself and under an id of its own, when a stream ends or is written after a deletion.
 */
export interface Due extends RawRecord {
  readonly how: 'as-it-is' | 'gap' | 'tombstone' | 'recreation';
}

/** Streams that every store keeps for itself; settings of ordinary streams are no such. */
export const isCopied = (stream: string): boolean => !governed(stream).startsWith('$');

const isMetastream = (stream: string): boolean => stream.startsWith('$$');
const governed = (stream: string): string => (isMetastream(stream) ? stream.slice(2) : stream);

/** From the records of the source, one after the other, to those that the copy must hold. */
export class CopyPlan {
  readonly #next = new Map<string, bigint>();
  readonly #softlyDeleted = new Set<string>();
  /** Metastreams whose next record the store writes by itself. */
  readonly #recreated = new Set<string>();
  readonly #leftOut = new Map<string, number>();

  /** Records of system streams that were passed over, by stream. */
  get leftOut(): ReadonlyMap<string, number> {
    return this.#leftOut;
  }

  get streams(): number {
    return this.#next.size;
  }

  *due(record: RawRecord): Generator<Due, void, undefined> {
    const { stream, revision } = record;
    if (!isCopied(stream)) {
      this.#leftOut.set(stream, (this.#leftOut.get(stream) ?? 0) + 1);
    } else if (revision === TOMBSTONE_REVISION) {
      yield { ...record, how: 'tombstone' };
    } else {
      for (let missing = this.#next.get(stream) ?? 0n; missing < revision; missing += 1n) {
        yield { ...record, how: 'gap', revision: missing, id: '', type: GAP_TYPE, isJson: false, data: NOTHING, metadata: NOTHING };
      }
      this.#next.set(stream, revision + 1n);
      yield { ...record, how: this.#recreated.delete(stream) ? 'recreation' : 'as-it-is' };
      this.#follow(record);
    }
  }

  #follow({ stream, data }: RawRecord): void {
    if (isMetastream(stream)) {
      if (/"\$tb"\s*:\s*9223372036854775807(?!\d)/.test(Buffer.from(data).toString('utf8'))) this.#softlyDeleted.add(governed(stream));
      else this.#softlyDeleted.delete(governed(stream));
    } else if (this.#softlyDeleted.delete(stream)) {
      this.#recreated.add(`$$${stream}`);
    }
  }
}

/** The first thing in which a record is not what is due; undefined when it is that. */
export function differenceIn(due: Due, found: RawRecord): string | undefined {
  if (found.stream !== due.stream || found.revision !== due.revision) return `${nameOf(found)} stands where ${nameOf(due)} belongs`;
  if (found.type !== due.type) return `${nameOf(due)} is ${due.type} there and ${found.type} here`;
  if (due.how === 'gap' || due.how === 'tombstone') return undefined;
  if (due.how === 'recreation') return isSameJson(due.data, found.data) ? undefined : `${nameOf(due)} says something else`;
  if (found.id !== due.id) return `${nameOf(due)} has another id`;
  if (found.isJson !== due.isJson) return `${nameOf(due)} has another content type`;
  if (!isSame(due.data, found.data)) return `${nameOf(due)} holds other data`;
  return isSame(due.metadata, found.metadata) ? undefined : `${nameOf(due)} holds other metadata`;
}

export const nameOf = ({ stream, revision }: Pick<RawRecord, 'stream' | 'revision'>): string => `${stream}@${String(revision)}`;

const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

/** Stores lay out what they write themselves in their own way. */
function isSameJson(one: Uint8Array, other: Uint8Array): boolean {
  const canonical = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8').replaceAll(/\s+/g, '');
  return canonical(one) === canonical(other);
}
