import { eventIdOf, type CommandContext, type DomainEvent, type EventMetadata, type RecordedEvent } from '#kernel';
import { KeysUnavailable, type KeyLookup, type SubjectKeys } from '#subject-keys';
import { eventHash, isEnvelope, matchesItsHash } from './chain.js';
import type { EventToAppend, StoredEvent } from './event-store.port.js';
import { BrokenSeal, openedCopy, randomNonce, sealedCopy, subjectsToOpen, subjectsToSeal, UnstorableData, type SealingKey } from './sealing.js';
import { parseStoredType, storedTypeOf, upcast, type Upcasters } from './upcasting.js';

export type PoisonReason = 'malformed' | 'hash-mismatch' | 'broken-seal' | 'invalid-payload';

/** What a stored event turned out to be. Only `event` may change a read model. */
export type Decoded<Event extends DomainEvent = DomainEvent> =
  | { readonly kind: 'event'; readonly stored: StoredEvent; readonly recorded: RecordedEvent<Event> }
  /** Not ours: a system event, or another application's. */
  | { readonly kind: 'foreign'; readonly stored: StoredEvent }
  /** Ours by its envelope, of a type that this program has never heard of. */
  | { readonly kind: 'unknown-type'; readonly stored: StoredEvent; readonly type: string }
  /** Written by a newer program than this: reading on would be guessing. */
  | { readonly kind: 'newer-version'; readonly stored: StoredEvent; readonly type: string; readonly version: number; readonly known: number }
  /** Ours and damaged. `detail` names a path or a fact, never a value. */
  | { readonly kind: 'poison'; readonly stored: StoredEvent; readonly reason: PoisonReason; readonly detail: string };

export interface EncodePlace {
  readonly stream: string;
  readonly firstRevision: bigint;
  readonly prevHash: string;
  readonly context: CommandContext;
  /** How many events of the same append come after these; none unless said. */
  readonly following?: number;
}

export interface Encoded<Event extends DomainEvent> {
  readonly toAppend: readonly EventToAppend[];
  /** The same events as they will be read back, but for their positions. */
  readonly recorded: readonly Omit<RecordedEvent<Event>, 'position'>[];
  readonly lastHash: string;
  readonly bytes: number;
}

export interface Codec<Event extends DomainEvent = DomainEvent> {
  /**
   * @throws UnstorableData for data the log cannot hold exactly, or events of a megabyte
   * @throws SubjectErasedError, KeysUnavailable
   */
  encode<E extends Event>(events: readonly E[], place: EncodePlace): Promise<Encoded<E>>;
  /**
   * Verifies, decrypts, upcasts and validates, in this order; one key look-up for the whole batch.
   * @throws KeysUnavailable if the key store is out of reach and `whenUnavailable` is `throw`; `show` reads on with
   * the fields `unavailable`.
   */
  decode(stored: readonly StoredEvent[], options: { readonly whenUnavailable: 'show' | 'throw' }): Promise<readonly Decoded<Event>[]>;
}

export interface CodecOptions {
  /** Every stored type with its current schema version. */
  readonly eventVersions: Readonly<Record<string, number>>;
  /** Stream categories that are this codec's; a damaged event elsewhere is somebody else's. */
  readonly categories: readonly string[];
  /** Names the first path of a payload that is not well formed. */
  readonly validate: (type: string, data: object) => string | undefined;
  readonly upcasters?: Upcasters;
  readonly keys: Pick<SubjectKeys, 'obtain' | 'lookUp'>;
  /** An alarm: a key is neither there nor erased. */
  readonly onMissingKey?: (subjectId: string, eventId: string) => void;
  /** Only for golden files; otherwise random. */
  readonly nonce?: () => Buffer;
}

/** EventStoreDB takes one mebibyte for a whole append; the rest is for the frame around it. */
export const MAX_EVENT_BYTES = 1_000_000;

const NO_KEYS: ReadonlyMap<string, never> = new Map<string, never>();

export function createCodec<Event extends DomainEvent = DomainEvent>(options: CodecOptions): Codec<Event> {
  const versions = new Map(Object.entries(options.eventVersions));
  const categories = new Set(options.categories);
  const nonce = options.nonce ?? randomNonce;
  const upcasters = options.upcasters ?? {};

  const encode = async <E extends Event>(events: readonly E[], place: EncodePlace): Promise<Encoded<E>> => {
    const subjects = new Set<string>();
    for (const event of events) subjectsToSeal(event.data, subjects);
    const keys: ReadonlyMap<string, SealingKey> = subjects.size === 0 ? NO_KEYS : await options.keys.obtain([...subjects]);
    const toAppend: EventToAppend[] = [];
    const recorded: Omit<RecordedEvent<E>, 'position'>[] = [];
    const context = sealedCopy(place.context, { stream: place.stream, id: '', storedType: '' }, NO_KEYS, nonce) as CommandContext;
    const last = { bare: keysOf(context, ['index', 'prevHash', 'schemaVersion']), full: keysOf(context, ['hash', 'index', 'prevHash', 'schemaVersion']) };
    const before = { bare: keysOf(context, ['index', 'more', 'prevHash', 'schemaVersion']), full: keysOf(context, ['hash', 'index', 'more', 'prevHash', 'schemaVersion']) };
    const { following = 0 } = place;
    let { prevHash } = place;
    let bytes = 0;
    for (const [index, event] of events.entries()) {
      const version = versions.get(event.type);
      if (version === undefined) throw new UnstorableData(`${event.type} is not a registered event`);
      const type = storedTypeOf(event.type, version);
      const id = eventIdOf(context.commandId, place.stream, index);
      const revision = place.firstRevision + BigInt(index);
      const data = sealedCopy(event.data, { stream: place.stream, id, storedType: type }, keys, nonce) as object;
      const more = following + events.length - 1 - index;
      const keysIn = more > 0 ? before : last;
      const bare = { ...context, index, more, prevHash, schemaVersion: version };
      const dataText = JSON.stringify(data);
      const metadataText = JSON.stringify(inOrder(keysIn.bare, bare));
      const size = Buffer.byteLength(dataText) + Buffer.byteLength(metadataText);
      if (size > MAX_EVENT_BYTES) throw new UnstorableData(`${event.type} would take ${String(size)} bytes`);
      const hash = eventHash({ stream: place.stream, revision, id, type }, dataText, metadataText);
      const metadata = inOrder(keysIn.full, { ...bare, hash }) as EventMetadata;
      toAppend.push({ id, type, data, metadata });
      recorded.push({ event, id, stream: place.stream, revision, metadata });
      prevHash = hash;
      bytes += size + ENVELOPE_BYTES;
    }
    return { toAppend, recorded, lastHash: prevHash, bytes };
  };

  /** Verified, and not yet opened. */
  const inspect = (stored: StoredEvent): Decoded<Event> | { readonly kind: 'ours'; readonly type: string; readonly version: number } => {
    const category = stored.stream.slice(0, Math.max(stored.stream.indexOf('-'), 0));
    if (stored.type.startsWith('$') || !categories.has(category)) return { kind: 'foreign', stored };
    const { type, version } = parseStoredType(stored.type);
    const known = versions.get(type);
    if (!isEnvelope(stored.metadata)) {
      if (known === undefined) return { kind: 'foreign', stored };
      return { kind: 'poison', stored, reason: 'malformed', detail: 'the envelope is incomplete' };
    }
    if (!stored.isJson || typeof stored.data !== 'object' || stored.data === null) {
      return { kind: 'poison', stored, reason: 'malformed', detail: 'the payload is not a JSON object' };
    }
    if (!matchesItsHash(stored, stored.metadata)) return { kind: 'poison', stored, reason: 'hash-mismatch', detail: 'the event is not what its hash says' };
    if (known === undefined) return { kind: 'unknown-type', stored, type };
    return version > known ? { kind: 'newer-version', stored, type, version, known } : { kind: 'ours', type, version };
  };

  const opened = (stored: StoredEvent, type: string, version: number, keys: ReadonlyMap<string, KeyLookup> | undefined): Decoded<Event> => {
    const poison = (reason: PoisonReason, detail: string): Decoded<Event> => ({ kind: 'poison', stored, reason, detail });
    let data: object;
    try {
      const place = { stream: stored.stream, id: stored.id, storedType: stored.type };
      data = openedCopy(stored.data, place, keys, (subjectId) => options.onMissingKey?.(subjectId, stored.id)) as object;
    } catch (error) {
      if (error instanceof BrokenSeal) return poison('broken-seal', error.message);
      throw error;
    }
    const current = versions.get(type) ?? version;
    try {
      if (version < current) data = upcast(upcasters, type, version, current, data);
    } catch {
      return poison('invalid-payload', `version ${String(version)} cannot be read as version ${String(current)}`);
    }
    const wrong = options.validate(type, data);
    if (wrong !== undefined) return poison('invalid-payload', wrong);
    return {
      kind: 'event',
      stored,
      recorded: {
        // The validator has just vouched for it.
        event: { type, data } as Event,
        id: stored.id,
        stream: stored.stream,
        revision: stored.revision,
        position: stored.position,
        metadata: stored.metadata as EventMetadata,
      },
    };
  };

  return {
    encode,
    async decode(stored, { whenUnavailable }) {
      const subjects = new Set<string>();
      const inspected = stored.map((event) => {
        const result = inspect(event);
        if (result.kind === 'ours') subjectsToOpen(event.data, subjects);
        return { event, result };
      });
      let keys: ReadonlyMap<string, KeyLookup> | undefined = NO_KEYS;
      if (subjects.size > 0) {
        try {
          keys = await options.keys.lookUp([...subjects]);
        } catch (error) {
          if (whenUnavailable === 'throw' || !(error instanceof KeysUnavailable)) throw error;
          keys = undefined;
        }
      }
      return inspected.map(({ event, result }) => (result.kind === 'ours' ? opened(event, result.type, result.version, keys) : result));
    },
  };
}

/** What the store keeps around an event: ids, type, lengths. */
const ENVELOPE_BYTES = 160;

const keysOf = (context: CommandContext, own: readonly string[]): readonly string[] => [...Object.keys(context), ...own].sort();

/** An object whose members stand in the given order: printing it gives the canonical text. */
function inOrder(keys: readonly string[], members: object): object {
  const record = members as Readonly<Record<string, unknown>>;
  const ordered: Record<string, unknown> = {};
  for (const key of keys) ordered[key] = record[key];
  return ordered;
}
