import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { createEventStoreClient, type EventStorePort, type EventToAppend } from '#event-store';
import { newId } from '#kernel';
import { createTestDatabase, type TestDatabase } from '#testing';
import { eventually } from '../e2e/eventually.js';
import { freePort, run, type RunningProcess } from '../e2e/processes.js';
import { root } from '../e2e/system.js';

let database: TestDatabase;
let port: number;
let store: RunningProcess;
let client: EventStorePort;

/** The embedded store as a process of its own, always at the same address; it dies at the point named. */
async function startStore(crashAt?: string): Promise<RunningProcess> {
  const started = run(process.execPath, [join(root, 'dist/libs/embedded-eventstore/main.js')], {
    env: { ...process.env, NODE_OPTIONS: '', DATABASE_URL: database.url, PORT: String(port), ...(crashAt !== undefined && { DOCKET_CRASH_AT: crashAt }) },
  });
  const ready = await eventually('the store is ready', () => (started.child.exitCode ?? started.child.signalCode) !== null || (started.output().includes('"ready":true') && 'ready'), 60_000);
  if (ready !== 'ready') throw new Error(`the store ended: ${started.output()}`);
  return started;
}

beforeAll(async () => {
  database = await createTestDatabase('log');
  port = await freePort();
  // A new log writes its first records by itself: the points below are for those of a client.
  const first = await startStore();
  first.child.kill('SIGTERM');
  await first.exited;
  client = createEventStoreClient({ connectionString: `esdb://127.0.0.1:${String(port)}?tls=false`, appendTimeoutMs: 5_000, readTimeoutMs: 5_000 });
}, 90_000);

afterEach(async () => {
  store.child.kill('SIGKILL');
  await store.exited;
});

afterAll(async () => {
  await client.close();
  await database.drop();
});

const event = (): EventToAppend => ({ id: newId(), type: 'Noted', data: { text: 'a' }, metadata: { by: 'x' } });

async function idsOf(stream: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of client.readStream(stream)) ids.push(id);
  return ids;
}

describe('a store that is killed', () => {
  it.each([
    ['before it writes has done nothing; the same append again does it once (case 5)', 'store-before-commit', ['nothing']],
    ['while it writes has done the whole append or nothing; the same append again does it once (case 3)', 'store-mid-batch', ['all', 'nothing']],
    ['between writing and answering has done it; the same append again is answered as the first would have been (case 4)', 'store-after-commit', ['all']],
  ])('%s', async (_, crashAt, possible) => {
    const stream = `order-${newId()}`;
    const events = [event(), event(), event()];
    const all = events.map(({ id }) => id);
    store = await startStore(crashAt);
    const answer = await client.append(stream, 'no-stream', events).catch((error: unknown) => error);
    expect(answer).toMatchObject({ name: 'StoreUnavailable' });
    expect(await store.exited).toMatchObject({ signal: 'SIGKILL' });

    store = await startStore();
    const found = await eventually('the stream can be read', async () => [await idsOf(stream)]);
    expect(possible.map((left) => (left === 'all' ? all : []))).toContainEqual(found[0]);

    const again = await eventually('the same append is answered', () => client.append(stream, 'no-stream', events));
    expect(again).toMatchObject({ kind: 'appended', revision: 2n });
    expect(await idsOf(stream)).toEqual(all);
  }, 90_000);
});
