import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { status } from '@grpc/grpc-js';
import { commandIdOf, newId } from '#kernel';
import { createCodec, createEventStoreClient, createExecutor, type EventStorePort, type EventToAppend, type LogMessage } from '#event-store';
import { createInMemoryEventStore, createInMemorySubjectKeys, startTcpProxy, type InMemoryEventStore, type TcpProxy } from '#testing';
import { startScriptedEventStore, type ScriptedEventStore } from './scripted-event-store.js';

let log: InMemoryEventStore;
let server: ScriptedEventStore;
let proxy: TcpProxy;
let store: EventStorePort;
const faults: string[] = [];

const connect = (port: number): EventStorePort =>
  createEventStoreClient({
    connectionString: `esdb://127.0.0.1:${String(port)}?tls=false`,
    appendTimeoutMs: 400,
    readTimeoutMs: 400,
    watchdogMs: 100,
    log: ({ event }) => faults.push(event),
  });

const event = (more: Partial<EventToAppend> = {}): EventToAppend => ({ id: newId(), type: 'Noted', data: { text: 'a' }, metadata: { by: 'x' }, ...more });

beforeEach(async () => {
  faults.length = 0;
  log = createInMemoryEventStore();
  server = await startScriptedEventStore(log);
  proxy = await startTcpProxy({ port: server.port });
  store = connect(proxy.port);
});

afterEach(async () => {
  await store.close();
  await proxy.close();
  await server.stop();
});

/** What a reader of `$all` has been given, and a way to wait for it. */
class Reader {
  readonly messages: LogMessage[] = [];
  readonly #abort = new AbortController();
  readonly #done: Promise<void>;
  failure: unknown;

  constructor(from: EventStorePort, after?: bigint) {
    this.#done = (async () => {
      try {
        for await (const message of from.subscribeAll({ ...(after !== undefined && { after }), signal: this.#abort.signal })) this.messages.push(message);
      } catch (error) {
        this.failure = error;
      }
    })();
  }

  get ids(): readonly string[] {
    return this.messages.flatMap((message) => (message.kind === 'event' && message.event.type === 'Noted' ? [message.event.id] : []));
  }

  async until(condition: (reader: Reader) => boolean): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (!condition(this)) {
      if (Date.now() > deadline) throw new Error(`not reached; ${JSON.stringify({ ids: this.ids, faults })}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#done;
  }
}

const eventually = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
};

const appendSome = async (count: number): Promise<readonly string[]> => {
  const events = Array.from({ length: count }, () => event());
  for (const each of events) await log.append(`order-${newId()}`, 'no-stream', [each]);
  return events.map(({ id }) => id);
};

describe('the client of the event store', () => {
  it('appends and reads, tells wrong revisions, and sees a missing stream as empty', async () => {
    const [one, two] = [event(), event()];
    expect(await store.append('order-1', 'no-stream', [one, two])).toMatchObject({ kind: 'appended', revision: 1n });
    expect(await store.append('order-1', 'no-stream', [event()])).toEqual({ kind: 'wrong-revision', actual: 1n });
    expect(await store.append('order-2', 4n, [event()])).toEqual({ kind: 'wrong-revision', actual: undefined });
    const read = [];
    for await (const each of store.readStream('order-1')) read.push(each);
    expect(read).toMatchObject([{ ...one, revision: 0n, isJson: true, stream: 'order-1' }, { ...two, revision: 1n }]);
    expect(await store.readLast('order-1')).toMatchObject({ id: two.id });
    expect(await store.readLast('order-9')).toBeUndefined();
    expect(await store.head()).toBe(read[1]!.position);
    expect(await store.identity()).toBe(await log.identity());
  });

  it('reads in pages, each event once', async () => {
    for (let page = 0; page < 5; page += 1) await log.append('order-long', page === 0 ? 'no-stream' : BigInt(page * 500 - 1), Array.from({ length: 500 }, () => event()));
    const revisions: bigint[] = [];
    for await (const each of store.readStream('order-long')) revisions.push(each.revision);
    expect(revisions).toEqual(Array.from({ length: 2_500 }, (_, index) => BigInt(index)));
    const positions: bigint[] = [];
    for await (const each of store.readAll()) positions.push(each.position);
    expect(positions).toHaveLength(2_501);
    expect(new Set(positions).size).toBe(2_501);
    const some: bigint[] = [];
    for await (const each of store.readAll({ from: positions[1]!, maxCount: 1_001 })) some.push(each.position);
    expect(some).toEqual(positions.slice(1, 1_002));
  });

  it('never waits for the list of server features (case 40)', async () => {
    expect(await store.append('order-1', 'no-stream', [event()])).toMatchObject({ kind: 'appended' });
    expect(server.featureCalls).toBe(0);
  });

  it('fails one call only when the server fails one of many (case 41)', async () => {
    server.misbehaveOnAppend({ kind: 'status', code: status.INTERNAL, written: false });
    const results = await Promise.allSettled(Array.from({ length: 11 }, (_, index) => store.append(`order-${String(index)}`, 'no-stream', [event()])));
    expect(results.filter(({ status: outcome }) => outcome === 'fulfilled')).toHaveLength(10);
    expect(results.filter((result) => result.status === 'rejected').map((result) => (result.reason as Error).name)).toEqual(['StoreUnavailable']);
  });

  it('fails within its time when the answer never comes', async () => {
    server.misbehaveOnAppend({ kind: 'never-answers', written: true });
    await expect(store.append('order-1', 'no-stream', [event()])).rejects.toMatchObject({ name: 'StoreUnavailable' });
  });

  it('tells what the store will never accept from what it cannot do now', async () => {
    server.misbehaveOnAppend({ kind: 'status', code: status.FAILED_PRECONDITION, trailers: { exception: 'stream-deleted', 'stream-name': 'order-1' }, written: false });
    await expect(store.append('order-1', 'no-stream', [event()])).rejects.toMatchObject({ name: 'StoreRefused' });
  });

  it('fails at once while the link is cut, and gets through again by itself (case 33)', async () => {
    await store.append('order-0', 'no-stream', [event()]);
    proxy.cut();
    for (let call = 0; call < 6; call += 1) await expect(store.append('order-1', 'no-stream', [event()])).rejects.toMatchObject({ name: 'StoreUnavailable' });
    const begun = Date.now();
    await expect(store.append('order-1', 'no-stream', [event()])).rejects.toMatchObject({ name: 'StoreUnavailable' });
    expect(Date.now() - begun).toBeLessThan(300);
    proxy.restore();
    expect(await eventually(() => store.append('order-1', 'no-stream', [event()]))).toMatchObject({ kind: 'appended' });
  });

  it('notices a half-open link and goes round it (case 35)', async () => {
    await store.append('order-0', 'no-stream', [event()]);
    proxy.freeze();
    await expect(store.append('order-1', 'no-stream', [event()])).rejects.toMatchObject({ name: 'StoreUnavailable' });
    proxy.restore();
    const one = event();
    expect(await eventually(() => store.append('order-2', 'no-stream', [one]))).toMatchObject({ kind: 'appended', revision: 0n });
  });
});

describe('while a link is dead and says nothing', () => {
  it('the first calls wait for their time, the next one fails at once (case 33)', async () => {
    await store.append('order-0', 'no-stream', [event()]);
    proxy.freeze();
    const fails = async (): Promise<number> => {
      const begun = performance.now();
      await expect(store.append('order-1', 'no-stream', [event()])).rejects.toMatchObject({ name: 'StoreUnavailable' });
      return performance.now() - begun;
    };
    for (let call = 0; call < 4; call += 1) expect(await fails()).toBeGreaterThan(300);
    expect(await fails()).toBeLessThan(300);
  });

  it('another connection is taken, though the dead one never closes (case 35)', async () => {
    await store.append('order-0', 'no-stream', [event()]);
    proxy.strand();
    await expect(store.append('order-1', 'no-stream', [event()])).rejects.toMatchObject({ name: 'StoreUnavailable' });
    expect(await eventually(() => store.append('order-2', 'no-stream', [event()]))).toMatchObject({ kind: 'appended', revision: 0n });
  });
});

describe('a command whose answer is lost', () => {
  const executor = (): ReturnType<typeof createExecutor> => {
    const keys = createInMemorySubjectKeys();
    const codec = createCodec({ eventVersions: { Noted: 1 }, categories: ['order'], validate: () => undefined, keys });
    return createExecutor({ store, codec, keys, fingerprintKey: Buffer.alloc(32), policyVersion: 't', resendPauseMs: 50 });
  };
  const rules = {
    decider: {
      category: 'order',
      initialState: 0,
      evolve: (count: number) => count + 1,
      decide: () => ({ kind: 'accepted' as const, events: [{ type: 'Noted' as const, data: { text: 'b' } }] }),
    },
    storeIdOf: () => 'S1',
    commutes: () => true,
  };
  const note = (aggregateId: string, key: string) => ({
    aggregateId,
    command: { type: 'Note' as const },
    commandId: commandIdOf('anna', key),
    actor: { id: 'anna', role: 'csr' as const },
    storeScope: 'all' as const,
    storeId: 'S1',
    correlationId: 'c',
    origin: 'api' as const,
    seen: { kind: 'not-needed' as const },
  });

  it('is sent again, byte for byte, and done once (case 34)', async () => {
    const id = newId();
    const execute = executor();
    await execute.execute(rules, note(id, 'k0'));
    server.misbehaveOnAppend({ kind: 'never-answers', written: true });
    expect(await execute.execute(rules, note(id, 'k1'))).toMatchObject({ kind: 'done', revision: 1n });
    expect(await execute.execute(rules, note(id, 'k2'))).toMatchObject({ kind: 'done', revision: 2n });
    expect(await executor().load(rules, id)).toMatchObject({ state: 3, revision: 2n });
  });

  it('goes through when the answers are lost on the way (case 34)', async () => {
    const id = newId();
    const execute = executor();
    await execute.execute(rules, note(id, 'k0'));
    proxy.dropAnswers();
    const outcome = execute.execute(rules, note(id, 'k1'));
    await eventually(async () => {
      if ((await log.readLast(`order-${id}`))?.revision !== 1n) throw new Error('not yet');
    });
    proxy.restore();
    expect(await outcome).toMatchObject({ kind: 'done', revision: 1n });
    expect(await executor().load(rules, id)).toMatchObject({ state: 2, revision: 1n });
  });

  it('is done when the leader has changed in between (case 39)', async () => {
    const id = newId();
    const trailers = { exception: 'not-leader', 'leader-endpoint-host': '127.0.0.1', 'leader-endpoint-port': String(server.port) };
    server.misbehaveOnAppend({ kind: 'status', code: status.NOT_FOUND, trailers, written: false });
    expect(await executor().execute(rules, note(id, 'k1'))).toMatchObject({ kind: 'done', revision: 0n });
  });

  it('goes on after repeated unknown errors (client fault C10)', async () => {
    const id = newId();
    server.misbehaveOnAppend({ kind: 'status', code: status.INTERNAL, written: false }, { kind: 'status', code: status.DATA_LOSS, written: true });
    expect(await executor().execute(rules, note(id, 'k1'))).toMatchObject({ kind: 'done', revision: 0n });
    expect(await executor().load(rules, id)).toMatchObject({ state: 1 });
  });
});

describe('a subscription', () => {
  it('gives the past, says when that is all, and goes on live', async () => {
    const past = await appendSome(50);
    const reader = new Reader(store);
    await reader.until(({ messages }) => messages.some(({ kind }) => kind === 'caught-up'));
    expect(reader.ids).toEqual(past);
    expect(reader.messages.findIndex(({ kind }) => kind === 'caught-up')).toBe(51);
    const live = await appendSome(50);
    await reader.until(({ ids }) => ids.length === 100);
    expect(reader.ids).toEqual([...past, ...live]);
    await reader.stop();
  });

  it('begins after the position it is given', async () => {
    const past = await appendSome(3);
    const positions: bigint[] = [];
    for await (const each of log.readAll()) positions.push(each.position);
    const reader = new Reader(store, positions[1]);
    await reader.until(({ ids }) => ids.length === 2);
    expect(reader.ids).toEqual(past.slice(1));
    await reader.stop();
  });

  it.each<[string, () => void | Promise<void>]>([
    ['ends without an error (case 37)', () => server.endSubscriptions()],
    ['is dropped as too slow, as EventStoreDB 23.10 does', () => server.breakSubscriptions(status.ABORTED, 'Operation timed out: Consumer too slow')],
    ['fails for unknown reasons', () => server.breakSubscriptions(status.INTERNAL, 'scripted')],
    ['loses its link (case 33)', () => {
      proxy.cut();
      proxy.restore();
    }],
    ['falls silent with a healthy link (case 36)', () => {
      server.setSilent(true);
      server.endSubscriptions();
      setTimeout(() => server.setSilent(false), 300);
    }],
    ['hangs on a half-open link (case 35)', () => {
      proxy.freeze();
      setTimeout(() => proxy.restore(), 600);
    }],
    ['is left on a connection that is dead for good (case 35)', () => proxy.strand()],
    ['loses its server (case 38)', async () => {
      const { port } = server;
      await server.stop();
      server = await startScriptedEventStore(log, port);
    }],
    ['is sent everything twice', () => {
      server.setRepeating(true);
      server.endSubscriptions();
    }],
  ])('that %s is made again, with no event lost or doubled', async (_, breakIt) => {
    const before = await appendSome(20);
    const reader = new Reader(store);
    await reader.until(({ ids }) => ids.length === 20);
    await breakIt();
    const after = await appendSome(20);
    await reader.until(({ ids }) => ids.length >= 40);
    expect(reader.ids).toEqual([...before, ...after]);
    await reader.stop();
    expect(reader.failure).toBeUndefined();
  });

  it('notices silence only by comparing with the head of the log', async () => {
    server.setSilent(true);
    const ids = await appendSome(3);
    const reader = new Reader(store);
    await reader.until(() => faults.includes('subscription-silent'));
    expect(reader.ids).toEqual([]);
    server.setSilent(false);
    await reader.until(({ ids: seen }) => seen.length === 3);
    expect(reader.ids).toEqual(ids);
    await reader.stop();
  });

  it('stops rather than going on in another log, or in one that ends too early (case 52)', async () => {
    await appendSome(3);
    const ahead = new Reader(store, 1_000_000n);
    await ahead.until(({ failure }) => failure !== undefined);
    expect(ahead.failure).toMatchObject({ name: 'LogReplaced' });

    const reader = new Reader(store);
    await reader.until(({ ids }) => ids.length === 3);
    const { port } = server;
    await server.stop();
    log = createInMemoryEventStore();
    await appendSome(9);
    server = await startScriptedEventStore(log, port);
    await reader.until(({ failure }) => failure !== undefined);
    expect(reader.failure).toMatchObject({ name: 'LogReplaced' });
    expect(reader.ids).toHaveLength(3);
    await reader.stop();
  });
});
