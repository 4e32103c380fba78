import { atLeast } from '../e2e/http.js';
import { personOf } from '../e2e/orders.js';
import { command, marked, PEER, query, revisionOf, type Bench, type BenchOrder } from './context.js';
import { HttpLane, openLanes } from './http-lanes.js';
import { drive, given, verify } from './stats.js';

const AT_ONCE = 16;

interface Found {
  readonly orders: readonly { readonly orderId: string }[];
  readonly truncated: boolean;
}

/** P5: search over HTTP by everything an agent can be told on the phone. */
export async function searches(bench: Bench): Promise<void> {
  const untouched = bench.orders.slice(Math.floor(bench.scale * 0.8));
  const pick = (index: number): BenchOrder => given(untouched[(index * 7_919) % untouched.length], 'order');
  const by: Readonly<Record<string, (order: BenchOrder) => string>> = {
    orderNumber: ({ number }) => number,
    name: ({ index }) => marked(index),
    email: ({ index }) => personOf(marked(index)).email,
    phone: ({ index }) => personOf(marked(index)).phone,
    postcode: ({ index }) => personOf(marked(index)).postcode,
    sku: ({ index }) => given(bench.skus[index % bench.skus.length], 'sku'),
  };
  const lanes = await openLanes(bench.system.port, AT_ONCE);
  for (const [key, valueOf] of Object.entries(by)) {
    const look = async (index: number, lane: number): Promise<void> => {
      const order = pick(index);
      const reply = await query(bench, given(lanes[lane], 'lane'), `/api/orders?${key}=${encodeURIComponent(valueOf(order))}`);
      const { orders, truncated } = JSON.parse(reply.body) as Found;
      verify(key === 'sku' ? orders.length === 20 && truncated : orders.some(({ orderId }) => orderId === order.id), `search by ${key} finds the order`);
      verify(orders.length <= 20, 'at most twenty results');
    };
    await drive(200, AT_ONCE, look);
    const one = await drive(600, 1, look);
    const many = await drive(3_000, AT_ONCE, look);
    bench.figures.push(
      { goal: 'P5', what: `search by ${key}, alone, p50`, value: one.latency.p50, unit: 'ms', must: { most: 2 }, floor: { name: 'indexed read p50', value: bench.floors['indexed read p50 ms, alone'] }, peer: PEER.vendureSearchMs },
      { goal: 'P5', what: `search by ${key}, ${String(AT_ONCE)} at once`, value: many.perSecond, unit: 'per s', must: { least: 2_000 }, floor: { name: 'fastify tiny DTO, 16', value: bench.floors['fastify tiny DTO, 16 connections'] } },
      { goal: 'P5', what: `search by ${key}, ${String(AT_ONCE)} at once, p99`, value: many.latency.p99, unit: 'ms', must: { most: 20 } },
    );
  }
  for (const lane of lanes) lane.close();
  bench.verified.push('every search found the order it looked for, at most 20 results, truncated where there are more');
}

interface Page {
  readonly orders: readonly { readonly orderId: string }[];
  readonly total: number;
  readonly nextCursor?: string;
}

/** P6: the pending grid, any page by its cursor, with an exact total. */
export async function grid(bench: Bench): Promise<void> {
  const lane = await HttpLane.open(bench.system.port);
  const seenOrders = new Set<string>();
  const total = (JSON.parse((await query(bench, lane, '/api/pending-orders?limit=50')).body) as Page).total;
  for (const sort of ['', '&sort=customer&direction=asc', '&sort=lines&direction=desc']) {
    const ms: number[] = [];
    let pages = 0;
    seenOrders.clear();
    for (let cursor: string | undefined = ''; cursor !== undefined; pages += 1) {
      const from = performance.now();
      const reply = await query(bench, lane, `/api/pending-orders?limit=50${sort}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      ms.push(performance.now() - from);
      const page = JSON.parse(reply.body) as Page;
      verify(page.total === total, 'the total is the same on every page');
      for (const { orderId } of page.orders) seenOrders.add(orderId);
      cursor = page.nextCursor;
    }
    verify(seenOrders.size === total, `the pages together hold the total (${String(seenOrders.size)} of ${String(total)})`);
    ms.sort((a, b) => a - b);
    bench.figures.push({
      goal: 'P6',
      what: `pending grid${sort === '' ? '' : ` by ${sort.slice(6).replace('&direction=', ', ')}`}, every one of ${String(pages)} pages, p50`,
      value: given(ms[Math.floor(ms.length / 2)], 'page'),
      unit: 'ms',
      must: { most: 2 },
      floor: { name: 'indexed read p50', value: bench.floors['indexed read p50 ms, alone'] },
      peer: PEER.vendureGridMs,
    });
  }
  lane.close();
  bench.verified.push(`walking all pages of the grid met each of its ${String(total)} orders once, in three orders of sorting`);
}

/** P6: the first page of the history of an order with ten thousand events. */
export async function longHistory(bench: Bench): Promise<void> {
  const order = given(bench.orders.at(-1), 'order');
  const lane = await HttpLane.open(bench.system.port);
  const comments = 10_000;
  let last = await command(bench, lane, `/api/orders/${order.id}/comments`, { text: 'first', visibility: 'internal' });
  const from = performance.now();
  for (let index = 1; index < comments; index += 1) {
    last = await command(bench, lane, `/api/orders/${order.id}/comments`, { text: `note ${String(index)}`, visibility: 'internal' });
  }
  const each = (performance.now() - from) / comments;
  verify(revisionOf(last) === order.revision + comments, 'ten thousand comments are ten thousand events');
  const settled = await bench.session().get<object>(`/api/orders/${order.id}`, atLeast({ headers: new Headers({ 'docket-position': last.header('docket-position') ?? '' }), status: 200, body: {}, text: '' }));
  verify(settled.status === 200, 'the read models caught up');
  const path = `/api/orders/${order.id}/history?limit=10`;
  const position = last.header('docket-position') ?? '';
  await query(bench, lane, path, `docket-at-least: ${position}\r\n`);
  const { latency } = await drive(500, 1, async () => {
    const reply = await query(bench, lane, path);
    verify(reply.body.includes(`note ${String(comments - 1)}`), 'the newest event comes first');
  });
  lane.close();
  bench.figures.push(
    { goal: 'P3', what: 'comment on an order on its way to 10,000 events, alone, mean', value: each, unit: 'ms' },
    { goal: 'P6', what: 'history, first page of 10,000 events, p50', value: latency.p50, unit: 'ms', must: { most: 1.6 }, floor: { name: 'indexed read p50', value: bench.floors['indexed read p50 ms, alone'] }, peer: PEER.vendureHistoryMs },
  );
  bench.verified.push('the history of 10,000 events begins with the newest');
}
