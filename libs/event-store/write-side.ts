import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { systemClock, type Clock } from '#kernel';
import { EVENT_VERSIONS, validateEventData, type DocketEvent } from '#ordering';
import { createSubjectKeys, KeysUnavailable, migrateKeys, type SubjectKeyStore, type SubjectKeys } from '#subject-keys';
import { createCodec, type Codec, type CodecOptions } from './codec.js';
import type { EventStorePort } from './event-store.port.js';
import type { CommandExecutor } from './execute.port.js';
import { createExecutor } from './executor.js';
import { DOCKET_UPCASTERS } from './upcasters.js';

/** Raised with every change of a rule that decides, so that a kept refusal can be understood later. */
export const POLICY_VERSION = '2026-11';

export type WriteSideOptions = {
  readonly store: EventStorePort;
  readonly clock?: Clock;
  /** How many commands the cached streams may hold together. */
  readonly cacheSize?: number;
  /** An alarm: a key is neither there nor erased. */
  readonly onMissingKey?: (subjectId: string, eventId: string) => void;
  /** See `ExecutorOptions`: for replicas of the API. */
  readonly severalWriters?: boolean;
} & (
  | { /** Where the keys live (schema `keys`, made if need be) and what wraps them. */ readonly pool: Pool; readonly masterKey: string }
  | { /** A key store of one's own, for tests. */ readonly keys: SubjectKeys }
);

export interface WriteSide {
  readonly store: EventStorePort;
  readonly keys: SubjectKeys;
  readonly codec: Codec<DocketEvent>;
  readonly executor: CommandExecutor;
}

/** The codec for everything that Docket writes. */
export const createDocketCodec = (keys: CodecOptions['keys'], options: Partial<Pick<CodecOptions, 'onMissingKey' | 'nonce'>> = {}): Codec<DocketEvent> =>
  createCodec<DocketEvent>({
    eventVersions: EVENT_VERSIONS,
    categories: ['order', 'desk', 'draft', 'cart', 'customer', 'subject'],
    validate: validateEventData,
    upcasters: DOCKET_UPCASTERS,
    keys,
    ...options,
  });

/**
 * Log, keys, codec and executor put together, for composition roots and tests.
 * @throws WrongMasterKey, KeysUnavailable
 */
export async function createWriteSide(options: WriteSideOptions): Promise<WriteSide> {
  const { store, clock = systemClock } = options;
  const { keys, fingerprintKey } = 'keys' in options ? { keys: options.keys, fingerprintKey: randomBytes(32) } : await openKeys(options.pool, options.masterKey, clock);
  const codec = createDocketCodec(keys, options.onMissingKey ? { onMissingKey: options.onMissingKey } : {});
  const executor = createExecutor({
    store,
    codec,
    keys,
    fingerprintKey,
    policyVersion: POLICY_VERSION,
    clock,
    ...(options.severalWriters !== undefined && { severalWriters: options.severalWriters }),
    ...(options.cacheSize !== undefined && { cacheSize: options.cacheSize }),
  });
  return { store, keys, codec, executor };
}

async function openKeys(pool: Pool, masterKey: string, clock: Clock): Promise<{ readonly keys: SubjectKeyStore; readonly fingerprintKey: Buffer }> {
  try {
    await migrateKeys(pool);
  } catch (cause) {
    throw new KeysUnavailable('the schema of the keys cannot be reached or made', { cause });
  }
  const keys = await createSubjectKeys({ pool, masterKey, clock });
  return { keys, fingerprintKey: await keys.secret('command-fingerprint', () => randomBytes(32)) };
}
