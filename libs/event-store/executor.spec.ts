import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { accept, commandIdOf, newId, personal, refuse, type Decider, type DomainCommand, type Personal } from '#kernel';
import { createInMemoryEventStore, createInMemorySubjectKeys, type InMemoryEventStore, type InMemorySubjectKeys } from '#testing';
import { createCodec } from './codec.js';
import { StoreUnavailable, type EventStorePort } from './event-store.port.js';
import type { AggregateRules, CommandExecutor, CommandRequest } from './execute.port.js';
import { createExecutor } from './executor.js';
import { createRefusalLog } from './refusals.js';
import { rerunRefusals, type RerunRefusal } from './rerun-refusals.js';

type PadEvent =
  | { readonly type: 'PadOpened'; readonly data: { readonly storeId: string } }
  | { readonly type: 'PadLineWritten'; readonly data: { readonly line: string; readonly by?: Personal<string> } }
  | { readonly type: 'PadClosed'; readonly data: Readonly<Record<never, never>> };

type PadCommand =
  | { readonly type: 'OpenPad' }
  | { readonly type: 'WriteLines'; readonly lines: readonly string[]; readonly by?: Personal<string> }
  | { readonly type: 'ClosePad' };

interface Pad {
  readonly storeId?: string;
  readonly lines: readonly string[];
  readonly closed: boolean;
}

const decider: Decider<Pad, PadCommand, PadEvent> = {
  category: 'order',
  initialState: { lines: [], closed: false },
  evolve: (state, event) => {
    switch (event.type) {
      case 'PadOpened':
        return { ...state, storeId: event.data.storeId };
      case 'PadLineWritten':
        return { ...state, lines: [...state.lines, event.data.line] };
      case 'PadClosed':
        return { ...state, closed: true };
    }
  },
  decide: (command, state) => {
    if (command.type === 'OpenPad') return state.storeId === undefined ? accept({ type: 'PadOpened', data: { storeId: 'S1' } } as const) : accept();
    if (state.storeId === undefined) return refuse('X0', 'pad-not-found', 'There is no such pad.');
    if (state.closed) return refuse('X1', 'pad-closed', 'The pad is closed.');
    if (command.type === 'ClosePad') return accept({ type: 'PadClosed', data: {} } as const);
    return accept(...command.lines.map((line) => ({ type: 'PadLineWritten' as const, data: { line, ...(command.by && { by: command.by }) } })));
  },
};

const rules: AggregateRules<Pad, PadCommand, PadEvent> = {
  decider,
  storeIdOf: (state) => state.storeId,
  commutes: (command, since) => command.type === 'WriteLines' && since.every((event) => event.type === 'PadLineWritten'),
};

let store: InMemoryEventStore;
let keys: InMemorySubjectKeys;
let executor: CommandExecutor;
let pad: string;

/** A second later each time: what is written twice is never the same bytes. */
let seconds = 0;
const clock = { now: () => new Date(Date.UTC(2026, 0, 5, 9, 0, (seconds += 1))).toISOString() };

const another = (severalWriters = false, through: EventStorePort = store): CommandExecutor =>
  createExecutor({
    store: through,
    clock,
    keys,
    codec: createCodec({ eventVersions: { PadOpened: 1, PadLineWritten: 1, PadClosed: 1 }, categories: ['order'], validate: () => undefined, keys }),
    fingerprintKey: Buffer.alloc(32, 7),
    policyVersion: 'test',
    resendPauseMs: 1,
    severalWriters,
  });

const request = <Command extends DomainCommand>(command: Command, key: string, more: Partial<CommandRequest<Command>> = {}): CommandRequest<Command> => ({
  aggregateId: pad,
  command,
  commandId: commandIdOf('anna', key),
  actor: { id: 'anna', role: 'csr' },
  storeScope: ['S1'],
  storeId: 'S1',
  correlationId: 'c-1',
  origin: 'api',
  seen: { kind: 'not-needed' },
  ...more,
});

const write = (key: string, line: string, more: Partial<CommandRequest<PadCommand>> = {}, by = executor): ReturnType<typeof executor.execute<Pad, PadCommand, PadEvent>> =>
  by.execute(rules, request<PadCommand>({ type: 'WriteLines', lines: [line] }, key, more));

const lines = async (): Promise<readonly string[]> => (await another().load(rules, pad)).state.lines;

beforeEach(async () => {
  store = createInMemoryEventStore();
  keys = createInMemorySubjectKeys();
  executor = another();
  pad = newId();
  await executor.execute(rules, request<PadCommand>({ type: 'OpenPad' }, 'open'));
});

describe('executing a command', () => {
  it('answers with the revision, the position and the events as they are read back', async () => {
    const outcome = await executor.execute(rules, request<PadCommand>({ type: 'WriteLines', lines: ['a', 'b'] }, 'k1'));
    expect(outcome).toMatchObject({ kind: 'done', revision: 2n, repeated: false });
    const again = await another().execute(rules, request<PadCommand>({ type: 'WriteLines', lines: ['a', 'b'] }, 'k1'));
    expect(again).toMatchObject({ kind: 'done', revision: 2n, repeated: true });
    if (outcome.kind !== 'done' || again.kind !== 'done') throw new Error('not done');
    expect(again.events.map(({ event, id, metadata }) => ({ event, id, metadata }))).toEqual(outcome.events.map(({ event, id, metadata }) => ({ event, id, metadata })));
    expect(again.position).toBe(outcome.position);
    expect(await lines()).toEqual(['a', 'b']);
  });

  it('says of each event how many of its append follow, and nothing of the last', async () => {
    const more = (outcome: Awaited<ReturnType<typeof write>>): unknown => outcome.kind === 'done' && outcome.events.map(({ metadata }) => metadata.more);
    expect(more(await write('one', 'a'))).toEqual([undefined]);
    expect(more(await executor.execute(rules, request<PadCommand>({ type: 'WriteLines', lines: ['a', 'b'] }, 'two')))).toEqual([1, undefined]);
    const together = [request<PadCommand>({ type: 'WriteLines', lines: ['a', 'b'] }, 'three'), request<PadCommand>({ type: 'WriteLines', lines: ['c'] }, 'four')];
    expect(more(await executor.executeAll(rules, together))).toEqual([2, 1, undefined]);
  });

  it('executes a key once, however often and wherever it arrives at once', async () => {
    await Promise.all(Array.from({ length: 20 }, () => write('same', 'x')));
    await write('same', 'x', {}, another());
    expect(await lines()).toEqual(['x']);
  });

  it('accepts fifty commands at once on one order, each exactly once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, index) => write(`k${String(index)}`, String(index))));
    expect(outcomes.every((outcome) => outcome.kind === 'done')).toBe(true);
    expect(new Set(await lines()).size).toBe(50);
  });

  it('accepts commands of several processes on one order, each exactly once', async () => {
    const processes = [another(true), another(true), another(true)];
    const outcomes = await Promise.all(Array.from({ length: 30 }, (_, index) => write(`k${String(index)}`, String(index), {}, processes[index % 3])));
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(Array.from({ length: 30 }, () => 'done'));
    expect([...(await lines())].sort()).toEqual(Array.from({ length: 30 }, (_, index) => String(index)).sort());
  });

  it('refuses the same key with another payload, after a restart too', async () => {
    await write('k', 'x');
    expect(await write('k', 'y')).toEqual({ kind: 'key-reused' });
    expect(await write('k', 'y', {}, another())).toEqual({ kind: 'key-reused' });
    expect(await lines()).toEqual(['x']);
  });

  it('goes by what the caller sent where the command also carries what was looked up', async () => {
    await write('k', 'price 1', { payload: { line: 1 } });
    expect(await write('k', 'price 2', { payload: { line: 1 } })).toMatchObject({ kind: 'done', repeated: true });
  });

  it('gives up as busy when others win the race again and again', async () => {
    const rival = another();
    let races = 0;
    store.beforeAppend(async (stream) => {
      if (!stream.startsWith('order-') || races % 2 === 1) return;
      races += 1;
      await write(`rival-${String(races)}`, 'r', {}, rival);
      races += 1;
    });
    expect(await write('k', 'mine')).toEqual({ kind: 'busy' });
    store.beforeAppend(undefined);
    expect(await lines()).not.toContain('mine');
  });
});

describe('a state from the cache', () => {
  it('never refuses, misses or calls stale by what it does not know yet', async () => {
    await write('warm', 'a');
    const elsewhere = another();
    const beforeClose = await write('other', 'b', {}, elsewhere);
    if (beforeClose.kind !== 'done') throw new Error('not done');
    expect(await write('exact', 'c', { seen: { kind: 'exact', revision: beforeClose.revision } })).toMatchObject({ kind: 'done' });
    await elsewhere.execute(rules, request<PadCommand>({ type: 'ClosePad' }, 'close'));
    expect(await write('late', 'd')).toMatchObject({ kind: 'refused', refusal: { code: 'pad-closed' } });
  });

  it('costs no read for a warm order', async () => {
    await write('warm', 'a');
    const reads = store.readCount;
    await write('k', 'b');
    expect(store.readCount).toBe(reads);
  });
});

describe('what the caller had seen', () => {
  it('refuses by any change when the revision must be exact', async () => {
    await write('k1', 'a');
    expect(await write('k2', 'b', { seen: { kind: 'exact', revision: 0n } })).toEqual({ kind: 'stale', seen: 0n, actual: 1n });
    expect(await write('k2', 'b', { seen: { kind: 'exact', revision: 9n } })).toEqual({ kind: 'stale', seen: 9n, actual: 1n });
  });

  it('lets commuting commands through, and shows the others what happened since', async () => {
    await write('k1', 'a');
    expect(await write('k2', 'b', { seen: { kind: 'commuting', revision: 0n } })).toMatchObject({ kind: 'done', revision: 2n });
    const close = await executor.execute(rules, request<PadCommand>({ type: 'ClosePad' }, 'k3', { seen: { kind: 'commuting', revision: 1n } }));
    expect(close).toMatchObject({ kind: 'conflict', seen: 1n, actual: 2n, since: [{ event: { data: { line: 'b' } } }] });
  });
});

describe('what is not theirs', () => {
  it('does not exist for those whose stores do not include it', async () => {
    expect(await write('k', 'a', { storeScope: ['S2'] })).toEqual({ kind: 'not-found' });
    expect(await write('k', 'a', { storeScope: 'all' })).toMatchObject({ kind: 'done' });
  });

  it('is not found where there is nothing', async () => {
    pad = newId();
    expect(await write('k', 'a')).toEqual({ kind: 'not-found' });
  });
});

describe('an unknown outcome', () => {
  it('is resolved by sending the same append again: one event, and the chain goes on from what the log holds', async () => {
    store.failAppends('answer-lost');
    expect(await write('k1', 'a')).toMatchObject({ kind: 'done', revision: 1n, repeated: false });
    store.failAppends('refused-connection');
    expect(await write('k2', 'b')).toMatchObject({ kind: 'done', revision: 2n });
    expect(await write('k3', 'c', {}, another())).toMatchObject({ kind: 'done', revision: 3n });
    expect(await lines()).toEqual(['a', 'b', 'c']);
  });

  it('fails when it stays unknown, and the retry of the caller finds what was done', async () => {
    store.failAppends('answer-lost', 'refused-connection', 'refused-connection');
    await expect(write('k1', 'a')).rejects.toMatchObject({ name: 'StoreUnavailable' });
    expect(await write('k1', 'a')).toMatchObject({ kind: 'done', revision: 1n, repeated: true });
    expect(await lines()).toEqual(['a']);
  });

  it('is read back when the answer is about an older event than was known, whoever wrote it (case 34)', async () => {
    const elsewhere = another();
    await write('warm', 'a');
    await write('k', 'b', {}, elsewhere);
    await executor.execute(rules, request<PadCommand>({ type: 'OpenPad' }, 'meanwhile', { aggregateId: newId() }));
    expect(await write('k', 'b')).toMatchObject({ kind: 'done', revision: 2n });
    expect(await write('next', 'c')).toMatchObject({ kind: 'done', revision: 3n });
    expect(await lines()).toEqual(['a', 'b', 'c']);
  });

  it('is read back when it took more than one sending: what was found may be another\'s bytes (case 34)', async () => {
    const elsewhere = another();
    let sendings = 0;
    store.failAppends('refused-connection');
    store.beforeAppend(async (stream) => {
      if (!stream.startsWith('order-') || (sendings += 1) !== 2) return;
      store.beforeAppend(undefined);
      await write('k', 'a', {}, elsewhere);
    });
    expect(await write('k', 'a')).toMatchObject({ kind: 'done', revision: 1n });
    expect(await write('next', 'b')).toMatchObject({ kind: 'done', revision: 2n });
    expect(await lines()).toEqual(['a', 'b']);
  });

  it('that comes true late, before its retry, is read back: the chain goes on from what the log holds (case 34)', async () => {
    type Sending = Parameters<EventStorePort['append']>;
    let delayed: Sending | undefined;
    let delays = 3;
    const slow: EventStorePort = {
      ...store,
      async append(...sending: Sending) {
        if (!sending[0].startsWith('order-')) return store.append(...sending);
        if (delays > 0) {
          delays -= 1;
          delayed ??= sending;
          throw new StoreUnavailable('no answer in time');
        }
        if (delayed !== undefined) await store.append(...delayed);
        delayed = undefined;
        return store.append(...sending);
      },
    };
    const here = another(false, slow);
    await expect(write('k1', 'a', {}, here)).rejects.toMatchObject({ name: 'StoreUnavailable' });
    expect(await write('k1', 'a', {}, here)).toMatchObject({ kind: 'done', revision: 1n });
    expect(await write('k2', 'b', {}, here)).toMatchObject({ kind: 'done', revision: 2n });
    expect(await lines()).toEqual(['a', 'b']);
  });

  it('does not trust its own bytes when another process had already written the same command', async () => {
    const here = another(true);
    const elsewhere = another(true);
    await write('warm', 'a', {}, here);
    await write('k', 'b', {}, elsewhere);
    // This cache still stands before it, so the store answers that all is there already.
    expect(await write('k', 'b', {}, here)).toMatchObject({ kind: 'done', revision: 2n });
    expect(await write('next', 'c', {}, here)).toMatchObject({ kind: 'done', revision: 3n });
    expect(await lines()).toEqual(['a', 'b', 'c']);
  });
});

describe('refusals', () => {
  it('are kept beside the order, and the same key gets the same refusal although the order has changed', async () => {
    await executor.execute(rules, request<PadCommand>({ type: 'ClosePad' }, 'close'));
    const refused = await write('late', 'x');
    expect(refused).toMatchObject({ kind: 'refused', refusal: { code: 'pad-closed', rule: 'X1' }, revision: 1n });
    expect(await write('late', 'x', {}, another())).toEqual(refused);
    expect(await write('late', 'other')).toEqual({ kind: 'key-reused' });
    expect((await store.readLast(`order-${pad}`))?.revision).toBe(1n);
    expect((await store.readLast(`refusal-${pad}`))?.type).toBe('OrderCommandRefused');
  });


  it('are not looked for on what was made here a moment ago, but are where other processes write', async () => {
    const looked = jest.spyOn(store, 'readStream');
    const looksFor = async (by: CommandExecutor): Promise<boolean> => {
      pad = newId();
      await by.executeAll(rules, [request<PadCommand>({ type: 'OpenPad' }, `open ${pad}`)]);
      looked.mockClear();
      await write('first', 'a', {}, by);
      return looked.mock.calls.some(([stream]) => stream === `refusal-${pad}`);
    };
    expect(await looksFor(executor)).toBe(false);
    expect(await looksFor(another(true))).toBe(true);
    pad = newId();
    await executor.executeAll(rules, [request<PadCommand>({ type: 'OpenPad' }, 'open'), request<PadCommand>({ type: 'ClosePad' }, 'close')]);
    expect(await write('late', 'x')).toEqual(await write('late', 'x', {}, another()));
  });
});

describe('kept refusals', () => {
  it('can be run again at their revision: the same guard refuses, whatever came later', async () => {
    await executor.execute(rules, request<PadCommand>({ type: 'ClosePad' }, 'close'));
    await executor.execute(rules, request<PadCommand>({ type: 'WriteLines', lines: ['x'], by: personal('s-1', 'Wilhelmina Canary') }, 'r1'));
    await write('r2', 'y');
    expect(store.rawText()).not.toContain('Wilhelmina');
    const codec = createCodec({ eventVersions: { PadOpened: 1, PadLineWritten: 1, PadClosed: 1 }, categories: ['order'], validate: () => undefined, keys });
    const rerun = async (by: typeof rules): Promise<readonly RerunRefusal[]> => {
      const results: RerunRefusal[] = [];
      for await (const result of rerunRefusals({ store, codec, refusals: createRefusalLog(store, keys) }, by, pad)) results.push(result);
      return results;
    };
    const again = await rerun(rules);
    expect(again.map(({ same, refused }) => ({ same, code: refused.event.data.refusal.code, revision: refused.event.data.revision }))).toEqual([
      { same: true, code: 'pad-closed', revision: 1 },
      { same: true, code: 'pad-closed', revision: 1 },
    ]);
    expect(again[0]!.refused.event.data.command).toMatchObject({ lines: ['x'], by: { is: 'known', value: 'Wilhelmina Canary' } });
    const lenient: typeof rules = { ...rules, decider: { ...decider, decide: () => accept() } };
    expect((await rerun(lenient)).map(({ same }) => same)).toEqual([false, false]);
  });
});

describe('several commands as one append', () => {
  it('are all done or none, and pass over what was done before', async () => {
    pad = newId();
    const all = [
      request<PadCommand>({ type: 'OpenPad' }, 'o'),
      request<PadCommand>({ type: 'WriteLines', lines: ['a'] }, 'l1'),
      request<PadCommand>({ type: 'ClosePad' }, 'c'),
    ];
    const bad = [...all, request<PadCommand>({ type: 'WriteLines', lines: ['b'] }, 'l2')];
    expect(await executor.executeAll(rules, bad)).toMatchObject({ kind: 'refused' });
    expect(await store.readLast(`order-${pad}`)).toBeUndefined();
    const appends = store.appendCount;
    expect(await executor.executeAll(rules, all)).toMatchObject({ kind: 'done', revision: 2n, repeated: false });
    expect(store.appendCount).toBe(appends + 1);
    expect(await another().executeAll(rules, all)).toMatchObject({ kind: 'done', revision: 2n, repeated: true });
  });

  it('go in several appends when they exceed a megabyte', async () => {
    const big = Array.from({ length: 30 }, (_, index) => request<PadCommand>({ type: 'WriteLines', lines: ['x'.repeat(100_000)] }, `big${String(index)}`));
    expect(await executor.executeAll(rules, big)).toMatchObject({ kind: 'done', revision: 30n });
    expect((await lines()).length).toBe(30);
  });
});

describe('persons', () => {
  it('cannot be written about once they are erased', async () => {
    const by = personal('s-1', 'Wilhelmina Canary');
    expect(await executor.execute(rules, request<PadCommand>({ type: 'WriteLines', lines: ['a'], by }, 'k1'))).toMatchObject({ kind: 'done' });
    expect(store.rawText()).not.toContain('Wilhelmina');
    await keys.destroy('s-1');
    expect(await executor.execute(rules, request<PadCommand>({ type: 'WriteLines', lines: ['b'], by }, 'k2'))).toMatchObject({ kind: 'refused', refusal: { code: 'subject-erased' } });
    expect(await write('k3', 'c')).toMatchObject({ kind: 'done' });
  });

  it('do not stop commands about other things while the keys are out of reach', async () => {
    await executor.execute(rules, request<PadCommand>({ type: 'WriteLines', lines: ['a'], by: personal('s-1', 'W') }, 'k1'));
    keys.setReachable(false);
    expect(await write('k2', 'b', {}, another())).toMatchObject({ kind: 'done' });
  });
});

describe('a damaged stream', () => {
  it('is not decided on', async () => {
    await write('k1', 'a');
    store.tamper(`order-${pad}`, 1n, (text) => ({ ...text, data: text.data.replace('"a"', '"b"') }));
    await expect(write('k2', 'b', {}, another())).rejects.toMatchObject({ name: 'StreamUnreadable' });
  });
});
