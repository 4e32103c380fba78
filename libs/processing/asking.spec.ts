import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { createWriteSide, StoreUnavailable, type CommandExecutor, type WriteSide } from '#event-store';
import { createdIdOf, newId, personal } from '#kernel';
import { orderRules, PROCESSES, type GatewayRequest, type OrderCommand, type PaymentGateway } from '#ordering';
import { createTestGateway, migrateTestGateway } from '#payment-gateway';
import { createProjector, PROJECTING_TABLES } from '#projecting';
import { ANNA, createInMemoryEventStore, createInMemorySubjectKeys, createTestDatabase, PENDING, type InMemoryEventStore, type TestDatabase } from '#testing';
import { createProcessManager, migrateProcesses, processStatus } from './index.js';

const START = '2026-01-05T09:00:00.000Z';
/** What `PENDING` comes to. */
const TOTAL = 4_236;

let database: TestDatabase;
let dataSource: DataSource;
let pool: Pool;
let store: InMemoryEventStore;
let writeSide: WriteSide;
let now: string;
const clock = { now: () => now };
const running: { readonly stop: AbortController; readonly done: Promise<unknown> }[] = [];

beforeEach(async () => {
  database = await createTestDatabase('asking');
  dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  for (const statement of PROJECTING_TABLES) await dataSource.query(statement);
  pool = new Pool({ connectionString: database.url, max: 6 });
  await migrateProcesses(pool);
  await migrateTestGateway(pool);
  store = createInMemoryEventStore();
  now = START;
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

/** The processes that have to do with payments, from where they stood. */
function start(gateway: PaymentGateway = createTestGateway(pool), executor: CommandExecutor = writeSide.executor): void {
  const followers = PROCESSES.filter(({ name }) => ['payment-settlement', 'gateway-payments'].includes(name)).map((process) => createProcessManager({ process, pool, store, executor, gateway, clock }));
  const projector = createProjector({ store, codec: writeSide.codec, dataSource, projections: [], followers });
  const stop = new AbortController();
  running.push({ stop, done: projector.run(stop.signal) });
}

async function send(aggregateId: string, command: OrderCommand): Promise<string> {
  const commandId = newId();
  const outcome = await writeSide.executor.execute(orderRules, { aggregateId, command, commandId, actor: ANNA, storeScope: 'all', storeId: 'UK', correlationId: 'call-7', origin: 'api', seen: { kind: 'not-needed' } });
  expect(outcome).toMatchObject({ kind: 'done' });
  return commandId;
}

/** An order that is placed, and paid by a card with this token. */
async function placed(token: string): Promise<string> {
  const id = newId();
  let subjectId = '';
  for (const { command } of PENDING) {
    await send(id, command);
    if (command.type === 'CreateOrder') ({ subjectId } = command.contact);
  }
  const methodId = createdIdOf(await send(id, { type: 'AddPaymentMethod', kind: 'card', token: personal(subjectId, token) }), 'method');
  await send(id, { type: 'AllocateCharges', allocations: [{ methodId, amountMinor: TOTAL }] });
  await send(id, { type: 'SubmitOrder' });
  return id;
}

async function paymentsOf(id: string): Promise<readonly string[]> {
  const types: string[] = [];
  for await (const { type } of store.readStream(`order-${id}`)) if (/^Order(Payment(Requested|Chased|Authorized|Voided|Failed)|RefundIssued)/.test(type)) types.push(type.replace(/[.]v\d+$/, ''));
  return types;
}

async function eventually(what: string, look: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + 10_000; Date.now() < until; ) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`not in time: ${what}`);
}

const happens = (id: string, type: string): Promise<void> => eventually(type, async () => (await paymentsOf(id)).includes(type));
const timers = async (): Promise<number> => (await processStatus(pool)).find(({ process }) => process === 'gateway-payments')?.timers ?? 0;
const operations = async (): Promise<readonly unknown[]> => (await pool.query<{ asked: number }>(`SELECT asked FROM payment_provider.request WHERE outcome = 'done'`)).rows;

/** Does what the other does, and then the process dies before it hears of it. */
const dyingAfter = <Args extends readonly unknown[], Result>(work: (...args: Args) => Promise<Result>, died: () => void) => async (...args: Args): Promise<Result> => {
  await work(...args);
  died();
  throw new StoreUnavailable('the process dies here');
};

describe('a process that asks the payment gateway', () => {
  it.each([
    ['tok_visa', ['OrderPaymentRequested', 'OrderPaymentAuthorized']],
    ['tok_test_declined', ['OrderPaymentRequested', 'OrderPaymentFailed']],
    ['tok_test_twice', ['OrderPaymentRequested', 'OrderPaymentAuthorized']],
  ])('tells the order what it answers to %s, once', async (token, expected) => {
    start();
    const id = await placed(token);
    await happens(id, expected.at(-1) ?? '');
    const later = await placed('tok_visa');
    await happens(later, 'OrderPaymentAuthorized');
    expect(await paymentsOf(id)).toEqual(expected);
    await eventually('no timer is left', async () => (await timers()) === 0);
  });

  it.each(['tok_test_late', 'tok_test_lost'])('asks again when no answer came in time, and has it done once: %s', async (token) => {
    start();
    const id = await placed(token);
    await eventually('the timer is set', async () => (await timers()) === 1);
    expect(await paymentsOf(id)).toEqual(['OrderPaymentRequested']);
    await stopAll();
    now = '2026-01-05T09:00:03.000Z';
    start();
    await happens(id, 'OrderPaymentAuthorized');
    expect(await paymentsOf(id)).toEqual(['OrderPaymentRequested', 'OrderPaymentChased', 'OrderPaymentAuthorized']);
    expect(await operations()).toEqual([{ asked: 2 }]);
  });

  it('that dies after the gateway has done it asks with the same request id, and is answered the same (case 10)', async () => {
    let died = false;
    const gateway = createTestGateway(pool);
    start({ ...gateway, authorize: dyingAfter((request: GatewayRequest) => gateway.authorize(request), () => (died = true)) });
    const id = await placed('tok_visa');
    await eventually('it was done', () => Promise.resolve(died));
    await stopAll();
    expect(await paymentsOf(id)).toEqual(['OrderPaymentRequested']);
    start();
    await happens(id, 'OrderPaymentAuthorized');
    expect(await operations()).toEqual([{ asked: expect.any(Number) }]);
    expect(await paymentsOf(id)).toEqual(['OrderPaymentRequested', 'OrderPaymentAuthorized']);
  });

  it('lets go what a cancelled order will never collect, once, although it dies on the way (case 10)', async () => {
    let died = false;
    const gateway = createTestGateway(pool);
    start({ ...gateway, void: dyingAfter((request: GatewayRequest) => gateway.void(request), () => (died = true)) });
    const id = await placed('tok_visa');
    await happens(id, 'OrderPaymentAuthorized');
    await send(id, { type: 'CancelOrder', reasonCode: 'asked' });
    await eventually('it was done', () => Promise.resolve(died));
    await stopAll();
    start();
    await happens(id, 'OrderPaymentVoided');
    const later = await placed('tok_visa');
    await happens(later, 'OrderPaymentAuthorized');
    expect(await paymentsOf(id)).toEqual(['OrderPaymentRequested', 'OrderPaymentAuthorized', 'OrderPaymentRequested', 'OrderPaymentVoided']);
    expect((await pool.query("SELECT amount_minor::int AS amount FROM payment_provider.request WHERE action = 'void'")).rows).toEqual([{ amount: TOTAL }]);
    expect((await writeSide.executor.load(orderRules, id)).state).toMatchObject({ status: 'cancelled', payments: { open: [], methods: [{ authorizedMinor: 0, capturedMinor: 0 }] } });
  });

  it('that dies after the order was told tells it again, and it is written once (case 10)', async () => {
    let died = false;
    const executor: CommandExecutor = {
      ...writeSide.executor,
      execute: async (rules, request) => {
        const outcome = await writeSide.executor.execute(rules, request);
        if ((request.command as { readonly type: string }).type !== 'RecordPayment') return outcome;
        died = true;
        throw new StoreUnavailable('the process dies here');
      },
    };
    start(createTestGateway(pool), executor);
    const id = await placed('tok_visa');
    await eventually('the order was told', () => Promise.resolve(died));
    await stopAll();
    start();
    const later = await placed('tok_visa');
    await happens(later, 'OrderPaymentAuthorized');
    expect(await paymentsOf(id)).toEqual(['OrderPaymentRequested', 'OrderPaymentAuthorized']);
    expect(await operations()).toHaveLength(2);
  });

  it('puts a question aside that the gateway takes for a fault, and goes on with the next', async () => {
    const gateway = createTestGateway(pool);
    let faults = 0;
    start({
      ...gateway,
      authorize: (request) => {
        faults += 1;
        return faults === 1 ? Promise.reject(new Error('never heard of that')) : gateway.authorize(request);
      },
    });
    const broken = await placed('tok_visa');
    await eventually('the dead letter is written', async () => (await processStatus(pool)).some(({ deadLetters }) => deadLetters === 1));
    const sound = await placed('tok_visa');
    await happens(sound, 'OrderPaymentAuthorized');
    expect(await paymentsOf(broken)).toEqual(['OrderPaymentRequested']);
  });
});
