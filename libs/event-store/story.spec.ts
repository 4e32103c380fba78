import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '#kernel';
import { customerRules, orderRules, orderTotals, subjectRules, type OrderCommand, type OrderEvent, type OrderState } from '#ordering';
import { createInMemoryEventStore, createInMemorySubjectKeys, story, SUBJECT, type InMemoryEventStore, type InMemorySubjectKeys, type ToldCommand, type ToldOrder } from '#testing';
import type { AggregateRules, CommandOutcome, CommandRequest } from './execute.port.js';
import { createWriteSide, type WriteSide } from './write-side.js';

const rules: AggregateRules<OrderState, OrderCommand, OrderEvent> = orderRules;

let now: string;
const clock: Clock = { now: () => now };
let store: InMemoryEventStore;
let keys: InMemorySubjectKeys;
let writeSide: WriteSide;

beforeEach(async () => {
  store = createInMemoryEventStore();
  keys = createInMemorySubjectKeys();
  writeSide = await createWriteSide({ store, keys, clock });
});

const requestOf = ({ orderId, storeId }: ToldOrder, told: ToldCommand): CommandRequest<OrderCommand> => ({
  aggregateId: orderId,
  command: told.command,
  commandId: told.commandId,
  actor: told.actor,
  storeScope: [storeId],
  storeId,
  correlationId: told.commandId,
  origin: 'api',
  seen: { kind: 'not-needed' },
});

const execute = async (order: ToldOrder, told: ToldCommand): Promise<CommandOutcome<OrderEvent>> => {
  now = told.at;
  return writeSide.executor.execute(rules, requestOf(order, told));
};

const tellAll = async (): Promise<void> => {
  for (const order of story()) for (const told of order.commands) await execute(order, told);
};

const readBack = async (orderId: string): Promise<readonly OrderEvent[]> => {
  const stored = [];
  for await (const event of store.readStream(`order-${orderId}`)) stored.push(event);
  const decoded = await writeSide.codec.decode(stored, { whenUnavailable: 'throw' });
  return decoded.map((one) => {
    if (one.kind !== 'event') throw new Error(`${one.stored.type}: ${one.kind}`);
    return one.recorded.event as OrderEvent;
  });
};

describe('the story, told through the write side', () => {
  it('is stored and read back as it was decided', async () => {
    for (const order of story()) {
      for (const told of order.commands) {
        expect(await execute(order, told)).toMatchObject({ kind: 'done', repeated: false, events: told.events.map((event) => ({ event })) });
      }
      expect(await readBack(order.orderId)).toEqual(order.events);
    }
  });

  it('told a second time gives the first answers and no events', async () => {
    await tellAll();
    const head = await store.head();
    const [order] = story();
    for (const told of order?.commands ?? []) {
      expect(await execute(order!, told)).toMatchObject({ kind: 'done', repeated: true, events: told.events.map((event) => ({ event })) });
    }
    expect(await store.head()).toBe(head);
  });

  it('still makes sense once the person in it was erased', async () => {
    await tellAll();
    const before = await Promise.all(story().map(async ({ orderId }) => writeSide.executor.load(rules, orderId)));
    await keys.destroy(SUBJECT);
    writeSide = await createWriteSide({ store, keys, clock });
    for (const [at, { orderId }] of story().entries()) {
      const { state } = await writeSide.executor.load(rules, orderId);
      const was = before[at]!.state;
      if (state.status === 'none' || was.status === 'none') throw new Error('no order');
      expect(state.contact).toEqual({ subjectId: SUBJECT, is: 'erased' });
      expect(orderTotals(state)).toEqual(orderTotals(was));
      expect(state.status).toBe(was.status);
    }
  });

  it('hides an order from who may not touch its store', async () => {
    await tellAll();
    const order = story()[1]!;
    const request = requestOf(order, order.commands[0]!);
    const confirm = { ...request, commandId: SUBJECT, command: { type: 'ConfirmOrder' } as const, storeScope: ['DE'] };
    expect(await writeSide.executor.execute(rules, confirm)).toEqual({ kind: 'not-found' });
  });
});

describe('customers and erased persons, through the write side', () => {
  const base = { correlationId: 'c', origin: 'api', seen: { kind: 'not-needed' }, storeScope: 'all', storeId: 'UK', actor: { id: 'sue', role: 'supervisor' } } as const;

  it('registers once, and proves an erasure once', async () => {
    now = '2026-01-05T09:00:00.000Z';
    const register = { type: 'RegisterCustomer', customerId: SUBJECT, storeId: 'UK', contact: { subjectId: SUBJECT, is: 'known', value: { name: 'Zoë' } } } as const;
    const erase = { type: 'EraseSubject', subjectId: SUBJECT, reasonCode: 'asked' } as const;
    const registered = async (commandId: string): Promise<CommandOutcome> => writeSide.executor.execute(customerRules, { ...base, aggregateId: SUBJECT, command: register, commandId });
    const erased = async (commandId: string): Promise<CommandOutcome> => writeSide.executor.execute(subjectRules, { ...base, aggregateId: SUBJECT, command: erase, commandId });
    expect(await registered('a')).toMatchObject({ kind: 'done', events: [{ event: { type: 'CustomerRegistered' } }] });
    expect(await registered('b')).toMatchObject({ kind: 'done', events: [] });
    expect(await erased('c')).toMatchObject({ kind: 'done', events: [{ event: { type: 'SubjectErased' } }] });
    expect(await erased('d')).toMatchObject({ kind: 'done', events: [] });
  });
});
