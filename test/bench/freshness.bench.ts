import { command, query, type Bench } from './context.js';
import { HttpLane, openLanes } from './http-lanes.js';
import { drive, given, latenciesOf, verify } from './stats.js';

/** Paced by the clock at half of what the commands reached, with samples that wait for every read model. */
export async function freshness(bench: Bench): Promise<void> {
  const reached = given(bench.figures.find(({ what }) => what === 'comment, 16 at once'), 'P1 first').value;
  const perSecond = reached / 2;
  const seconds = 8;
  const lanes = await openLanes(bench.system.port, 8);
  const readers = await openLanes(bench.system.port, 4);
  const orders = bench.orders.slice(0, 2_000);
  const ms: number[] = [];
  let reading = false;
  let stale = 0;
  const started = performance.now();

  const sample = async (path: string, orderId: string, position: string): Promise<void> => {
    const from = performance.now();
    const paths = [path, `/api/orders/${orderId}/history?limit=1`, '/api/pending-orders?limit=1', `/api/orders?orderNumber=${given(orders.find(({ id }) => id === orderId), 'order').number}`];
    const answers = await Promise.all(paths.map((each, index) => query(bench, given(readers[index], 'reader'), each, `docket-at-least: ${position}\r\n`)));
    ms.push(performance.now() - from);
    if (!(answers[0]?.body.includes(`paced note`) ?? false)) stale += 1;
    reading = false;
  };

  const samples: Promise<void>[] = [];
  await drive(Math.floor(perSecond * seconds), 8, async (index, lane) => {
    const due = started + (index / perSecond) * 1000;
    const early = due - performance.now();
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
    const order = given(orders[index % orders.length], 'order');
    const reply = await command(bench, given(lanes[lane], 'lane'), `/api/orders/${order.id}/comments`, { text: `paced note ${String(index)}`, visibility: 'internal' });
    if (!reading) {
      reading = true;
      samples.push(sample(`/api/orders/${order.id}`, order.id, reply.header('docket-position') ?? ''));
    }
  });
  await Promise.all(samples);
  for (const lane of [...lanes, ...readers]) lane.close();
  verify(stale === 0, 'no answer was older than what had been written');
  const latency = latenciesOf(ms);
  bench.figures.push(
    { goal: 'P7', what: `from answer to row in all four read models, at ${perSecond.toFixed(0)} commands/s, p50`, value: latency.p50, unit: 'ms', must: { most: 20 } },
    { goal: 'P7', what: 'the same, p99', value: latency.p99, unit: 'ms', must: { most: 150 } },
  );
  bench.verified.push(`${String(latency.count)} read-your-writes samples, none stale`);
}

/** Waits with short looks until a query at the position is answered. */
export async function caughtUp(bench: Bench, position: string, withinMs: number): Promise<void> {
  const lane = await HttpLane.open(bench.system.port);
  const deadline = performance.now() + withinMs;
  for (;;) {
    const paths = ['/api/pending-orders?limit=1', `/api/orders?orderNumber=${given(bench.orders[0], 'order').number}`, `/api/orders/${given(bench.orders[0], 'order').id}`, `/api/orders/${given(bench.orders[0], 'order').id}/history?limit=1`];
    let behind = false;
    for (const path of paths) {
      const reply = await lane.send('GET', path, `authorization: Bearer ${given(bench.session().token, 'token')}\r\ndocket-at-least: ${position}\r\ndocket-wait-ms: 1000\r\n`);
      if (reply.status === 503) behind = true;
      else verify(reply.status === 200, `${path} answered ${String(reply.status)}: ${reply.body}`);
    }
    if (!behind) break;
    if (performance.now() > deadline) throw new Error(`the read models did not catch up within ${String(withinMs)} ms`);
  }
  lane.close();
}
