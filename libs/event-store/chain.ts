import { hash } from 'node:crypto';
import { canonicalJson } from '#kernel';
import type { StoredEvent } from './event-store.port.js';

/** `prevHash` of the first event of a stream. */
export const GENESIS_HASH = '0'.repeat(64);

/**
 * Hash of one event: SHA-256 (hex) of the RFC 8785 form of `[stream, revision, id, type, data, metadata]`, where
 * `metadata` is what is stored without its `hash` and holds `prevHash`. Ciphertext is hashed as it stands, so proofs
 * outlive an erasure. `data` and `metadata` come as their canonical texts.
 */
export function eventHash(place: { readonly stream: string; readonly revision: bigint; readonly id: string; readonly type: string }, data: string, metadata: string): string {
  return hash(
    'sha256',
    `[${JSON.stringify(place.stream)},${String(place.revision)},${JSON.stringify(place.id)},${JSON.stringify(place.type)},${data},${metadata}]`,
  );
}

/** Whether an event still is what its own hash says. @param metadata the stored metadata with its `hash` */
export function matchesItsHash(stored: StoredEvent, metadata: Readonly<Record<string, unknown>>): boolean {
  const { hash: claimed, ...rest } = metadata;
  // What nobody touched is canonical already, and printing it again is far cheaper than sorting it.
  if (eventHash(stored, JSON.stringify(stored.data), JSON.stringify(rest)) === claimed) return true;
  try {
    return eventHash(stored, canonicalJson(stored.data), canonicalJson(rest)) === claimed;
  } catch {
    return false;
  }
}

const REQUIRED_TEXTS = ['causationId', 'commandId', 'correlationId', 'fingerprint', 'hash', 'occurredAt', 'origin', 'policyVersion', 'prevHash', 'recordedAt', 'storeId'] as const;

/** Whether this is metadata as we store it; of other applications' events nothing is asked. */
export function isEnvelope(metadata: unknown): metadata is Readonly<Record<string, unknown>> {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return false;
  const record = metadata as Readonly<Record<string, unknown>>;
  for (const key of REQUIRED_TEXTS) if (typeof record[key] !== 'string') return false;
  const { actor } = record;
  return (
    typeof record.index === 'number' &&
    typeof record.schemaVersion === 'number' &&
    typeof actor === 'object' && actor !== null && 'id' in actor && typeof actor.id === 'string' && 'role' in actor && typeof actor.role === 'string'
  );
}
