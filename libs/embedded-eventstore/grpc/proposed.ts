import type { Expected, ProposedRecord } from '../log-record.js';
import type { LogWriter } from '../log-writer.js';
import type { Access } from './access.js';
import { canonicalUuid, NIL_UUID, type Uuid } from './protocol.js';

/** What appending works with. */
export interface Appending {
  readonly writer: LogWriter;
  readonly access: Access;
  /** Payload bytes of one append together, data only (measured 2.5). */
  readonly maxAppendSize: number;
}

interface ProposedMessage {
  getId(): Uuid | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getCustomMetadata_asU8(): Uint8Array;
  getData_asU8(): Uint8Array;
}

export type Flaw = 'no-type' | 'no-content-type' | 'empty-type' | 'bad-type' | 'no-id' | 'nil-id' | 'bad-id';

/** What a client proposes, as a record; or what is wrong with it. */
export function readProposed(message: ProposedMessage): ProposedRecord | Flaw {
  const properties = message.getMetadataMap();
  const type = properties.get('type');
  const contentType = properties.get('content-type');
  if (type === undefined) return 'no-type';
  if (contentType === undefined) return 'no-content-type';
  if (type === '') return 'empty-type';
  if (type.includes('\0')) return 'bad-type';
  const given = message.getId();
  if (given === undefined) return 'no-id';
  const id = canonicalUuid(given);
  if (id === undefined) return 'bad-id';
  if (id === NIL_UUID) return 'nil-id';
  return { id, type, isJson: contentType === 'application/json', data: message.getData_asU8(), metadata: message.getCustomMetadata_asU8() };
}

const NO_STREAM = 2n ** 64n - 1n;
const MAX_REVISION = 2n ** 63n - 1n;

/** An expected revision as a number: 2^64 - 1 says "no stream"; undefined when out of range. */
export function expectedRevision(text: string): Expected | undefined {
  const revision = BigInt(text);
  if (revision === NO_STREAM) return 'no-stream';
  return revision > MAX_REVISION ? undefined : revision;
}

/** Names that this store keeps for itself or cannot keep (measured 2.5). */
export function isForbiddenName(stream: string): boolean {
  return stream === '$$' || stream.includes('\0');
}
