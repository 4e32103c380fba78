import { describe, expect, it } from '@jest/globals';
import { readConfig, writeConfig } from './config.js';
import type { GroupEntry, GroupSettings } from './settings.js';

const SETTINGS: GroupSettings = {
  resolveLinks: true,
  extraStatistics: false,
  start: '-1',
  messageTimeoutMs: 30_000,
  maxRetryCount: 10,
  checkpointAfterMs: 2_000,
  minCheckpointCount: 10,
  maxCheckpointCount: 1_000,
  maxSubscriberCount: 0,
  liveBufferSize: 500,
  readBatchSize: 20,
  historyBufferSize: 500,
  strategy: 'Pinned',
};

const ENTRIES: readonly GroupEntry[] = [
  { source: { kind: 'stream', stream: 'orders' }, group: 'mail', settings: SETTINGS, begins: 7n },
  { source: { kind: 'all', filter: { of: 'type', regex: '', prefixes: ['a,b', 'c'] } }, group: '', settings: { ...SETTINGS, start: 'C:1/P:1', maxRetryCount: -1 }, begins: 0n },
  { source: { kind: 'all', filter: undefined }, group: 'g', settings: { ...SETTINGS, messageTimeoutMs: 0, strategy: 'RoundRobin' }, begins: 2n ** 53n + 1n },
];

describe('the kept groups', () => {
  it('are read as they were written', () => {
    expect([...readConfig(writeConfig(ENTRIES, 'admin')).values()]).toEqual(ENTRIES);
  });

  it('are indented JSON of version 2 that leaves defaults out', () => {
    const text = Buffer.from(writeConfig(ENTRIES, 'admin')).toString();
    expect(text).toMatch(/^\{\n {2}"version": "2",\n/);
    const { updatedBy, entries } = JSON.parse(text) as { updatedBy: string; entries: readonly object[] };
    expect(updatedBy).toBe('admin');
    expect(entries[0]).toMatchObject({ stream: 'orders', group: 'mail', startPosition: '-1', namedConsumerStrategy: 'Pinned' });
    expect(Object.keys(entries[0] ?? {})).not.toContain('extraStatistics');
  });

  it.each(['no json', '[]', '{"entries":7}', '{"entries":[7,null]}'])('are none where somebody wrote something else: %s', (text) => {
    expect(readConfig(Buffer.from(text)).size).toBe(0);
  });
});
