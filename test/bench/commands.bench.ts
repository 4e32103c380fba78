import { newOrder } from '../e2e/orders.js';
import { command, marked, PEER, revisionOf, seen, type Bench, type BenchOrder } from './context.js';
import { openLanes, type HttpLane } from './http-lanes.js';
import { drive, given, verify } from './stats.js';

const AT_ONCE = 16;

/** Fills the store with guests' orders, through the API, sixteen at once. */
export async function populate(bench: Bench): Promise<void> {
  const lanes = await openLanes(bench.system.port, AT_ONCE);
  const { perSecond } = await drive(bench.scale, AT_ONCE, async (index, lane) => {
    const skus = [0, 7].map((step) => given(bench.skus[(index + step) % bench.skus.length], 'sku'));
    const reply = await command(bench, given(lanes[lane], 'lane'), '/api/orders', newOrder({ storeId: bench.storeId, mark: marked(index), skus }));
    const { orderId, orderNumber } = JSON.parse(reply.body) as { readonly orderId: string; readonly orderNumber: string };
    bench.orders[index] = { index, id: orderId, number: orderNumber, revision: revisionOf(reply) };
  });
  for (const lane of lanes) lane.close();
  bench.figures.push({ goal: 'P1', what: `create an order of two lines (three events), ${String(AT_ONCE)} at once`, value: perSecond, unit: 'per s' });
  verify(new Set(bench.orders.map(({ id }) => id)).size === bench.scale, 'every order was created once');
  bench.verified.push(`${String(bench.scale)} orders answered, each with an id of its own`);
}

interface Work {
  readonly what: string;
  readonly path: string;
  readonly body: (index: number) => object;
  readonly needsSeen: boolean;
  readonly peer?: { readonly name: string; readonly value: number };
  readonly least: number;
}

/** P1: order commands over HTTP: validated, authorised, decided, durably appended. */
export async function commands(bench: Bench): Promise<void> {
  const works: readonly Work[] = [
    { what: 'comment', path: 'comments', needsSeen: false, body: (index) => ({ text: `Called back, note ${String(index)}`, visibility: 'internal' }), peer: PEER.vendureNote16, least: 10 * PEER.vendureNote16.value },
    { what: 'hold', path: 'holds', needsSeen: true, body: () => ({ holdType: 'fraud-check', scope: { kind: 'order' } }), least: 50 * PEER.vendureCancel16.value },
    {
      what: 'address change',
      path: 'change-address',
      needsSeen: true,
      body: (index) => ({ shipTo: { country: 'GB', address: { recipient: `Moved ${String(index)}`, line1: '2 New Street', city: 'Leeds', postcode: 'LS1 1AA' } } }),
      peer: PEER.vendureAddress16,
      least: 50 * PEER.vendureAddress16.value,
    },
    { what: 'cancel', path: 'cancel', needsSeen: true, body: () => ({ reasonCode: 'customer-request' }), peer: PEER.vendureCancel16, least: 50 * PEER.vendureCancel16.value },
  ];
  const lanes = await openLanes(bench.system.port, AT_ONCE);
  const share = Math.floor(bench.scale / (works.length + 1));
  // Warm-up on orders of the last share: the first requests of a process are compiled while they run.
  await drive(Math.min(1_500, share), AT_ONCE, (index, lane) => act(bench, given(lanes[lane], 'lane'), given(works[0], 'work'), orderAt(bench, works.length * share + index)));
  for (const [number, work] of works.entries()) {
    const mine = (index: number): BenchOrder => orderAt(bench, number * share + index);
    const alone = Math.min(500, Math.floor(share / 5));
    const one = await drive(alone, 1, (index, lane) => act(bench, given(lanes[lane], 'lane'), work, mine(index)));
    const many = await drive(share - alone, AT_ONCE, (index, lane) => act(bench, given(lanes[lane], 'lane'), work, mine(alone + index)));
    const floor = { name: 'fastify tiny DTO, 16', value: bench.floors['fastify tiny DTO, 16 connections'] };
    bench.figures.push(
      { goal: 'P1', what: `${work.what}, ${String(AT_ONCE)} at once`, value: many.perSecond, unit: 'per s', must: { least: work.least }, floor, ...(work.peer ? { peer: work.peer } : {}) },
      { goal: 'P1', what: `${work.what}, ${String(AT_ONCE)} at once, p99`, value: many.latency.p99, unit: 'ms', must: { most: 30 } },
      { goal: 'P1', what: `${work.what}, alone, p50`, value: one.latency.p50, unit: 'ms', must: { most: 2 }, floor: { name: 'fastify tiny DTO p50', value: bench.floors['fastify tiny DTO p50 ms, alone'] } },
      { goal: 'P1', what: `${work.what}, alone, p99`, value: one.latency.p99, unit: 'ms', must: { most: 8 } },
    );
  }
  for (const lane of lanes) lane.close();
  bench.verified.push('every timed command answered 200 with a revision one or more above the one before');
}

const LONG = 1_000;

/** P3: the state of a warm order is not folded anew, however much has happened to it. */
export async function longOrders(bench: Bench): Promise<void> {
  const lane = given((await openLanes(bench.system.port, 1))[0], 'lane');
  const comment: Work = { what: 'comment', path: 'comments', needsSeen: false, body: (index) => ({ text: `Note ${String(index)}`, visibility: 'internal' }), least: 0 };
  const last = bench.scale - 1;
  const [short, long] = [orderAt(bench, last - 1), orderAt(bench, last)];
  while (long.revision < LONG) await act(bench, lane, comment, long);
  const latencyOn = async (order: BenchOrder): Promise<number> => (await drive(300, 1, () => act(bench, lane, comment, order))).latency.p50;
  const [shortMs, longMs] = [await latencyOn(short), await latencyOn(long)];
  lane.close();
  bench.figures.push({ goal: 'P3', what: `a command on an order of ${String(LONG)} events, p50`, value: longMs, unit: 'ms', must: { most: 1.5 * shortMs }, floor: { name: 'the same on a short order', value: shortMs } });
}

const orderAt = (bench: Bench, index: number): BenchOrder => given(bench.orders[index], `order ${String(index)}`);

async function act(bench: Bench, lane: HttpLane, work: Work, order: BenchOrder): Promise<void> {
  const reply = await command(bench, lane, `/api/orders/${order.id}/${work.path}`, work.body(order.index), work.needsSeen ? seen(order) : '');
  const revision = revisionOf(reply);
  verify(revision > order.revision, 'the revision grows with every command');
  order.revision = revision;
}
