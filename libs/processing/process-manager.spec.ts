import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { createWriteSide, StoreUnavailable, type CommandExecutor, type CommandRequest, type WriteSide } from '#event-store';
import { newId, uuidV5, type EventMetadata, type Origin } from '#kernel';
import { lockExpiry } from '../ordering/processes/lock-expiry.js';
import { orderRules, type OrderCommand, type OrderEventOf, type Process } from '#ordering';
import { createProjector, PROJECTING_TABLES } from '#projecting';
import { ANNA, createInMemoryEventStore, createInMemorySubjectKeys, createTestDatabase, PENDING, type InMemoryEventStore, type TestDatabase } from '#testing';
import { createProcessManager, migrateProcesses, processStatus } from './index.js';

/** A fee for every order that is submitted: charged twice if ever its command were done twice. */
const submitFee: Process<OrderEventOf<'OrderSubmitted'>> = {
  name: 'submit-fee',
  follows: ['OrderSubmitted'],
  react: ({ stream }) => [
    {
      kind: 'send',
      as: 'actor',
      to: 'order',
      id: stream.slice('order-'.length),
      command: { type: 'AddOrderCharge', kind: 'charge', category: 'fee', name: 'Fee', scope: { kind: 'order' }, amountMinor: 100, taxBasisPoints: 0, origin: 'engine' },
    },
  ],
};

const PENDING_TYPES = ['OrderCreated', 'OrderLineAdded'];

let database: TestDatabase;
let dataSource: DataSource;
let pool: Pool;
let store: InMemoryEventStore;
let writeSide: WriteSide;
let now: string;
const clock = { now: () => now };
const running: { readonly stop: AbortController; readonly done: Promise<unknown> }[] = [];

beforeEach(async () => {
  database = await createTestDatabase('processing');
  dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  for (const statement of PROJECTING_TABLES) await dataSource.query(statement);
  pool = new Pool({ connectionString: database.url, max: 4 });
  await migrateProcesses(pool);
  await migrateProcesses(pool);
  store = createInMemoryEventStore();
  now = '2026-01-05T09:00:00.000Z';
  writeSide = await createWriteSide({ store, keys: createInMemorySubjectKeys(), clock });
});

afterEach(async () => {
  await stopAll();
  await dataSource.destroy();
  await pool.end();
  await database.drop();
});

async function stopAll(): Promise<void> {
  for (const { stop, done } of running.splice(0)) {
    stop.abort();
    await done;
  }
}

function start(process: Process, executor: CommandExecutor = writeSide.executor) {
  const follower = createProcessManager({ process, pool, store, executor, clock });
  const projector = createProjector({ store, codec: writeSide.codec, dataSource, projections: [], followers: [follower] });
  const stop = new AbortController();
  running.push({ stop, done: projector.run(stop.signal) });
  return projector;
}

let sent = 0;
async function send(aggregateId: string, command: OrderCommand, origin: Origin = 'api'): Promise<void> {
  sent += 1;
  const request: CommandRequest<OrderCommand> = {
    aggregateId,
    command,
    commandId: uuidV5(newId(), String(sent)),
    actor: ANNA,
    storeScope: 'all',
    storeId: 'UK',
    correlationId: 'call-7',
    origin,
    seen: { kind: 'not-needed' },
  };
  expect(await writeSide.executor.execute(orderRules, request)).toMatchObject({ kind: 'done' });
}

async function order(origin: Origin = 'api'): Promise<string> {
  const id = newId();
  for (const { command } of PENDING) await send(id, command, origin);
  return id;
}

async function eventsOf(id: string): Promise<readonly { readonly type: string; readonly id: string; readonly metadata: EventMetadata }[]> {
  const events = [];
  for await (const event of store.readStream(`order-${id}`)) events.push({ ...event, metadata: event.metadata as EventMetadata });
  return events;
}

const typesOf = async (id: string): Promise<readonly string[]> => (await eventsOf(id)).map(({ type }) => type);

async function eventually(what: string, look: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + 10_000; Date.now() < until; ) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`not in time: ${what}`);
}

const happens = (id: string, type: string): Promise<void> => eventually(type, async () => (await typesOf(id)).includes(type));

const statusOf = async (process: string) => (await processStatus(pool)).find((each) => each.process === process);

const hasMoved = (process: string): Promise<void> => eventually('the checkpoint moves', async () => ((await statusOf(process))?.position ?? -1n) >= 0n);

const fees = async (id: string): Promise<number> => (await typesOf(id)).filter((type) => type === 'OrderChargeAdded').length;

describe('a process', () => {
  it('does what an event leads to, in the name of who caused it, and says what the cause was', async () => {
    start(submitFee);
    const id = await order();
    await send(id, { type: 'SubmitOrder' });
    await happens(id, 'OrderChargeAdded');
    const events = await eventsOf(id);
    const cause = events.find(({ type }) => type === 'OrderSubmitted');
    expect(events.at(-1)?.metadata).toMatchObject({ actor: ANNA, origin: 'process', correlationId: 'call-7', causationId: cause?.id, storeId: 'UK' });
  });

  it.each<Origin>(['import', 'demo'])('is not led to anything by what is of origin %s (settled 1.4)', async (origin) => {
    const history = await order();
    await send(history, { type: 'SubmitOrder' }, origin);
    start(submitFee);
    const live = await order();
    await send(live, { type: 'SubmitOrder' });
    await happens(live, 'OrderChargeAdded');
    expect(await fees(history)).toBe(0);
  });

  it('that dies between command and checkpoint sends it again, and it is done once (case 10)', async () => {
    const id = await order();
    await send(id, { type: 'SubmitOrder' });
    let attempts = 0;
    start(submitFee, {
      ...writeSide.executor,
      execute: async (rules, request) => {
        await writeSide.executor.execute(rules, request);
        attempts += 1;
        throw new StoreUnavailable('the process dies here');
      },
    });
    await eventually('the command was sent', () => Promise.resolve(attempts > 0));
    await stopAll();
    expect(await statusOf('submit-fee')).toMatchObject({ position: -1n });

    const projector = start(submitFee);
    await hasMoved('submit-fee');
    expect(await fees(id)).toBe(1);
    await eventually('it is level', () => Promise.resolve(projector.followers()[0]?.behindBy === 0n));
  });

  it('goes on where it stood, and asks about nothing twice', async () => {
    const asked: string[] = [];
    const listening: Process = { ...submitFee, react: (happened) => (asked.push(happened.id), submitFee.react(happened as never)) };
    start(listening);
    const first = await order();
    await send(first, { type: 'SubmitOrder' });
    await happens(first, 'OrderChargeAdded');
    await hasMoved('submit-fee');
    await stopAll();
    start(listening);
    const second = await order();
    await send(second, { type: 'SubmitOrder' });
    await happens(second, 'OrderChargeAdded');
    expect(asked).toHaveLength(2);
  });

  it('takes a refusal for an answer and goes on', async () => {
    const tooMuch: Process = {
      ...submitFee,
      react: ({ stream }) => [{ kind: 'send', as: 'system', to: 'order', id: stream.slice('order-'.length), command: { type: 'ResumeOrder' } }],
    };
    start(tooMuch);
    const id = await order();
    await send(id, { type: 'SubmitOrder' });
    await hasMoved('submit-fee');
    expect(await statusOf('submit-fee')).toMatchObject({ deadLetters: 0, stoppedBecause: undefined });
    expect((await typesOf(id)).at(-1)).toBe('OrderSubmitted');
  });

  it('follows up a refusal as itself, once, though it dies on the way and the rule would not refuse any more', async () => {
    const id = await order();
    const resume: Process = {
      ...submitFee,
      react: () => [{ kind: 'send', as: 'actor', to: 'order', id, command: { type: 'ResumeOrder' } }],
      refused: (_, { code, rule }) => [{ to: 'order', id, command: { type: 'RaiseOrderAlert', alertType: 'not-resumed', severity: 'warning', refusedBy: { code, rule } } }],
    };
    await send(id, { type: 'SubmitOrder' });
    let attempts = 0;
    start(resume, {
      ...writeSide.executor,
      execute: async (rules, request) => {
        const outcome = await writeSide.executor.execute(rules, request);
        if ((request.command as OrderCommand).type !== 'RaiseOrderAlert') return outcome;
        attempts += 1;
        throw new StoreUnavailable('the process dies here');
      },
    });
    await eventually('the alert was sent', () => Promise.resolve(attempts > 0));
    await stopAll();
    await send(id, { type: 'SuspendOrder', reasonCode: 'fraud-alert' });
    start(resume);
    await hasMoved('submit-fee');
    expect((await typesOf(id)).filter((type) => !PENDING_TYPES.includes(type))).toEqual(['OrderSubmitted', 'OrderAlertRaised', 'OrderSuspended']);
    const raised = (await eventsOf(id)).find(({ type }) => type === 'OrderAlertRaised');
    expect(raised?.metadata).toMatchObject({ actor: { id: 'process:submit-fee', role: 'system' }, causationId: (await eventsOf(id)).find(({ type }) => type === 'OrderSubmitted')?.id });
  });

  it('puts aside what it cannot read, with what follows on that stream, and goes on elsewhere', async () => {
    const broken = await order();
    await send(broken, { type: 'SubmitOrder' });
    const { length } = await eventsOf(broken);
    store.tamper(`order-${broken}`, BigInt(length - 1), ({ data, metadata }) => ({ data: data.replace('{', '{"more":1'), metadata }));
    start(submitFee);
    const sound = await order();
    await send(sound, { type: 'SubmitOrder' });
    await happens(sound, 'OrderChargeAdded');
    await eventually('the dead letter is written', async () => (await statusOf('submit-fee'))?.deadLetters === 1);
    expect(await fees(broken)).toBe(0);
  });

  it('does not start in another log, and does not start over there', async () => {
    start(submitFee);
    const id = await order();
    await send(id, { type: 'SubmitOrder' });
    await hasMoved('submit-fee');
    await stopAll();
    store = createInMemoryEventStore();
    start(submitFee);
    await eventually('it says so', async () => (await statusOf('submit-fee'))?.stoppedBecause?.startsWith('LogMismatch') ?? false);
  });

  it.each<[string, { readonly logIdentity?: string; readonly lastEventId?: string; readonly beyond?: bigint }, boolean]>([
    ['starts where the log holds the event that it saw last', {}, true],
    ['does not start in a log of another name, though it holds the same events', { logIdentity: 'another' }, false],
    ['does not start where another event stands than the one it saw last', { lastEventId: newId() }, false],
    ['does not start in a log that ends too early', { beyond: 1n }, false],
  ])('%s (case 52)', async (_, { logIdentity = 'log', lastEventId, beyond = 0n }, starts) => {
    const id = await order();
    const seen = await store.readLast(`order-${id}`);
    const manager = createProcessManager({ process: submitFee, pool, store, executor: writeSide.executor, clock });
    const over = new AbortController();
    const term = { logIdentity: 'log', epoch: 1n, signal: over.signal };
    const first = await manager.begin(term);
    await pool.query('UPDATE processing.checkpoint SET position = $1, last_event_id = $2, log_identity = $3', [(seen?.position ?? 0n) + beyond, lastEventId ?? seen?.id, 'log']);
    const again = await manager.begin({ ...term, logIdentity });
    over.abort();
    await Promise.all([first?.end(), again?.end()]);
    expect(again !== undefined).toBe(starts);
    expect((await statusOf('submit-fee'))?.stoppedBecause?.startsWith('LogMismatch') ?? false).toBe(!starts);
  });

  it('is fenced off by the one that came after it', async () => {
    const manager = createProcessManager({ process: submitFee, pool, store, executor: writeSide.executor, clock });
    const over = new AbortController();
    const [old, later] = [await manager.begin({ logIdentity: 'log', epoch: 1n, signal: over.signal }), await manager.begin({ logIdentity: 'log', epoch: 2n, signal: over.signal })];
    await send(await order(), { type: 'SubmitOrder' });
    const stored = [];
    for await (const event of store.readAll()) stored.push(event);
    const batch = { decoded: await writeSide.codec.decode(stored, { whenUnavailable: 'throw' }), last: stored.at(-1)! };
    await expect(old?.take(batch, -1n)).rejects.toThrow('another projector has moved on');
    over.abort();
    await Promise.all([old?.end(), later?.end()]);
  });
});

describe('a timer', () => {
  const lock = (id: string): Promise<void> => send(id, { type: 'LockOrder', leaseSeconds: 600 });

  it('ends a lease that nobody gave up, by the process itself', async () => {
    start(lockExpiry);
    const id = await order();
    await lock(id);
    await eventually('the timer is set', async () => (await statusOf('lock-expiry'))?.timers === 1);
    expect(await typesOf(id)).not.toContain('OrderLockExpired');
    await stopAll();
    now = '2026-01-05T09:10:00.000Z';
    start(lockExpiry);
    await happens(id, 'OrderLockExpired');
    expect((await eventsOf(id)).at(-1)?.metadata).toMatchObject({ actor: { id: 'process:lock-expiry', role: 'system' }, origin: 'process' });
    await eventually('the timer is gone', async () => (await statusOf('lock-expiry'))?.timers === 0);
  });

  it('is put off by a renewal, and falls away with the lock', async () => {
    start(lockExpiry);
    const [renewed, unlocked] = [await order(), await order()];
    await lock(renewed);
    await lock(unlocked);
    now = '2026-01-05T09:06:00.000Z';
    await send(renewed, { type: 'RenewOrderLock', leaseSeconds: 600 });
    await send(unlocked, { type: 'UnlockOrder' });
    await eventually('one timer is left', async () => (await statusOf('lock-expiry'))?.timers === 1);
    await stopAll();
    now = '2026-01-05T09:11:00.000Z';
    start(lockExpiry);
    const another = await order();
    await lock(another);
    await eventually('it has come that far', async () => (await statusOf('lock-expiry'))?.timers === 2);
    expect(await typesOf(renewed)).not.toContain('OrderLockExpired');
    expect(await typesOf(unlocked)).not.toContain('OrderLockExpired');
  });

  it('that was sent before the process died is sent again, and done once (case 10)', async () => {
    start(lockExpiry);
    const id = await order();
    await lock(id);
    await eventually('the timer is set', async () => (await statusOf('lock-expiry'))?.timers === 1);
    await stopAll();
    now = '2026-01-05T09:10:00.000Z';
    let attempts = 0;
    start(lockExpiry, {
      ...writeSide.executor,
      execute: async (rules, request) => {
        await writeSide.executor.execute(rules, request);
        attempts += 1;
        throw new StoreUnavailable('the process dies here');
      },
    });
    await eventually('the command was sent', () => Promise.resolve(attempts > 0));
    await stopAll();
    start(lockExpiry);
    await eventually('the timer is gone', async () => (await statusOf('lock-expiry'))?.timers === 0);
    expect((await typesOf(id)).filter((type) => type === 'OrderLockExpired')).toHaveLength(1);
  });
});
