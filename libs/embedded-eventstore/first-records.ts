import { randomUUID } from 'node:crypto';
import type { LogWriter } from './log-writer.js';

const SEED: readonly (readonly [stream: string, type: string, data: object])[] = [
  ['$$$scavenges', '$metadata', { $maxAge: 2_592_000 }],
  ['$$$user-admin', '$metadata', { $acl: { $r: '$admins', $w: '$admins' } }],
  ['$$$user-ops', '$metadata', { $acl: { $r: '$admins', $w: '$admins' } }],
  ['$user-admin', '$UserCreated', { loginName: 'admin', fullName: 'Event Store Administrator', groups: ['$admins'] }],
  ['$user-ops', '$UserCreated', { loginName: 'ops', fullName: 'Event Store Operations', groups: ['$ops'] }],
  ['$users', '$User', { loginName: 'admin' }],
  ['$users', '$User', { loginName: 'ops' }],
  ['$node', '$NodeInitialized', {}],
  ['$node', '$LogCreated', {}],
  ['$node', '$NodeReady', {}],
];

/** What a fresh node's log begins with. The id of the very first record is the log's identity. */
export async function writeFirstRecords(writer: LogWriter): Promise<void> {
  for (const [stream, type, data] of SEED) {
    const record = { id: randomUUID(), type, isJson: true, data: Buffer.from(JSON.stringify(data)), metadata: new Uint8Array() };
    await writer.write({ kind: 'append', stream, expected: 'any', records: [record] });
  }
}
