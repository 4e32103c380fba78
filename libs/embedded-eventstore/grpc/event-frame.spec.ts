import { describe, expect, it } from '@jest/globals';
import type { LogRecord } from '../log-record.js';
import { eventFrame, persistentEventFrame } from './event-frame.js';
import { canonicalUuid, persistent, streamNameOf, streams } from './protocol.js';

const ID = 'f0e1d2c3-b4a5-4697-8877-665544332211';
const record = (change: Partial<LogRecord> = {}): LogRecord => ({
  position: 7,
  stream: 'orders',
  revision: 0n,
  id: ID,
  type: 'Placed',
  isJson: true,
  created: 17_000_000_000_000_000n,
  data: Buffer.from('{}'),
  metadata: new Uint8Array(),
  ...change,
});
const read = (frame: Buffer) => streams.ReadResp.deserializeBinary(frame).getEvent();

describe('the frame of an event', () => {
  it.each<[string, Partial<LogRecord>]>([
    ['is plain', {}],
    ['is large', { data: Buffer.alloc(20_000, 1), metadata: Buffer.alloc(128, 2) }],
    ['is empty, and no JSON', { data: new Uint8Array(), isJson: false }],
    ['has a long name in another script', { stream: 'é'.repeat(70), type: 'ü'.repeat(70) }],
    ['is a tombstone', { revision: 2n ** 63n - 1n }],
    ['lies far in the log', { position: Number.MAX_SAFE_INTEGER, revision: 2n ** 53n }],
  ])('says all of one that %s', (_, change) => {
    const written = record(change);
    const answer = read(eventFrame(written));
    const event = answer?.getEvent();
    expect(answer?.getCommitPosition()).toBe(String(written.position));
    expect(event?.getId()?.getString()).toBe(ID);
    expect(streamNameOf(event?.getStreamIdentifier())).toBe(written.stream);
    expect([event?.getStreamRevision(), event?.getPreparePosition(), event?.getCommitPosition()]).toEqual([written.revision, written.position, written.position].map(String));
    expect(event?.getMetadataMap().toArray()).toEqual([
      ['content-type', written.isJson ? 'application/json' : 'application/octet-stream'],
      ['created', String(written.created)],
      ['type', written.type],
    ]);
    expect(Buffer.from(event?.getData_asU8() ?? []).equals(Buffer.from(written.data))).toBe(true);
    expect(Buffer.from(event?.getCustomMetadata_asU8() ?? []).equals(Buffer.from(written.metadata))).toBe(true);
  });

  it('gives ids in two halves to who wants them so', () => {
    const id = read(eventFrame(record(), undefined, 'structured'))?.getEvent()?.getId();
    expect(id?.hasStructured()).toBe(true);
    expect(id && canonicalUuid(id)).toBe(ID);
  });

  it('lies where its link does, which may come alone', () => {
    const both = read(eventFrame(record(), record({ position: 300 })));
    expect([both?.hasEvent(), both?.hasLink(), both?.getCommitPosition()]).toEqual([true, true, '300']);
    const alone = read(eventFrame(undefined, record({ position: 300 })));
    expect([alone?.hasEvent(), alone?.hasLink(), alone?.getCommitPosition()]).toEqual([false, true, '300']);
  });

  it.each([0, 300])('counts retries in persistent subscriptions: %s', (retries) => {
    const answer = persistent.ReadResp.deserializeBinary(persistentEventFrame(record(), undefined, retries)).getEvent();
    expect([answer?.hasRetryCount(), answer?.getRetryCount()]).toEqual([true, retries]);
  });
});
