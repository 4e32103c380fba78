import { newOrder } from '../e2e/orders.js';
import { command, marked, PEER, type Bench } from './context.js';
import { caughtUp } from './freshness.bench.js';
import { openLanes, type LaneReply } from './http-lanes.js';
import { drive, given, verify } from './stats.js';

const EVENTS_PER_ORDER = 9;

/**
 * P4: four read models catch up together. Events are appended at 1, 32 and 64 at once while the projector runs, is
 * stopped, and is killed; afterwards every row is compared with a fold of the log.
 */
export async function catchUp(bench: Bench, events: number): Promise<void> {
  const lanes = await openLanes(bench.system.port, 64);
  let made = 0;
  const append = async (orders: number, atOnce: number): Promise<LaneReply> => {
    let last: LaneReply | undefined;
    await drive(orders, atOnce, async (_, lane) => {
      made += 1;
      const skus = Array.from({ length: EVENTS_PER_ORDER - 1 }, (__, step) => given(bench.skus[(made + step) % bench.skus.length], 'sku'));
      last = await command(bench, given(lanes[lane], 'lane'), '/api/orders', newOrder({ storeId: bench.storeId, mark: marked(1_000_000 + made), skus }));
    });
    return given(last, 'an answer');
  };
  const share = Math.ceil(events / EVENTS_PER_ORDER / 10);

  await append(Math.floor(share / 4), 1);
  await append(share, 32);
  bench.system.signalPart('projector', 'SIGKILL');
  await append(share, 64);
  await bench.system.ready();

  const before = made;
  bench.system.signalPart('projector', 'SIGSTOP');
  const last = await append(Math.ceil(events / EVENTS_PER_ORDER) - made, 64);
  const behind = (made - before) * EVENTS_PER_ORDER;
  const from = performance.now();
  bench.system.signalPart('projector', 'SIGCONT');
  await caughtUp(bench, last.header('docket-position') ?? '', 180_000);
  const seconds = (performance.now() - from) / 1000;
  for (const lane of lanes) lane.close();
  bench.figures.push({
    goal: 'P4',
    what: `catch-up of four read models together, ${String(behind)} events behind`,
    value: behind / seconds,
    unit: 'per s',
    must: { least: 8 * PEER.emmettCatchUp.value },
    floor: { name: 'sequential read', value: bench.floors['sequential read, parsed rows'] },
    peer: PEER.emmettCatchUp,
  });
  const check = await bench.system.docket(['rebuild', '--all', '--check']);
  verify(check.code === 0, `every read model equals a fold of the log: ${check.output}`);
  bench.verified.push(`${String(made * EVENTS_PER_ORDER)} events at 1, 32 and 64 at once, projector running, killed and stopped: every row equals a fold of the log`);
}
