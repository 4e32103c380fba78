import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import type { Session } from '../e2e/http.js';
import { System } from '../e2e/system.js';
import { addUser, signIn } from '../e2e/users.js';
import { catchUp } from './catch-up.bench.js';
import { commands, longOrders, populate } from './commands.bench.js';
import type { Bench } from './context.js';
import { eventStore } from './event-store.bench.js';
import { measureFloors } from './floors.js';
import { freshness } from './freshness.bench.js';
import { grid, longHistory, searches } from './queries.bench.js';
import { reached, tableOf, writeReport, type Figure } from './report.js';
import { starts } from './start.bench.js';

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '10000' },
    events: { type: 'string', default: '100000' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log('npm run bench -- [--orders 10000|100000] [--events 100000] [--only P1,P2,P3,P4,P5,P6,P7,P9]');
  process.exit(0);
}

const repository = resolve(import.meta.dirname, '../../..');
const wanted = values.only === '' ? undefined : new Set(values.only.split(','));
const wants = (goal: string): boolean => wanted?.has(goal) ?? true;
const said = (what: string): void => console.error(`… ${what}`);

const storeId = 'bench';
const figures: Figure[] = [];
if (wants('P9')) {
  said('start times');
  figures.push(...(await starts(repository)));
}

said('starting the system');
const system = await System.start({ env: { DOCKET_RATE_LIMIT: '1000000000' } });
try {
  said('floors');
  const floors = await measureFloors(system.runInfo().databaseUrl);
  await addUser(system, { userName: 'bench', role: 'supervisor', stores: [storeId] });
  let session: Session = await signIn(system, 'bench');
  const renew = async (): Promise<void> => {
    session = await signIn(system, 'bench');
  };
  const products = await session.get<{ readonly products: readonly { readonly sku: string }[] }>('/api/products?currency=GBP');
  const bench: Bench = {
    system,
    floors,
    storeId,
    scale: Number(values.orders),
    orders: [],
    skus: products.body.products.map(({ sku }) => sku),
    figures,
    verified: [],
    session: () => session,
  };
  const steps: readonly (readonly [string, string, () => Promise<void>])[] = [
    ['', `${values.orders} orders`, () => populate(bench)],
    ['P2', 'the event store', () => eventStore(bench)],
    ['P3', 'commands on short and long orders', () => longOrders(bench)],
    ['P1', 'commands', () => commands(bench)],
    ['P5', 'searches', () => searches(bench)],
    ['P6', 'pending grid', () => grid(bench)],
    ['P7', 'freshness', () => freshness(bench)],
    ['P6', 'a long history', () => longHistory(bench)],
    ['P4', `catch-up of ${values.events} events`, () => catchUp(bench, Number(values.events))],
  ];
  for (const [goal, what, step] of steps) {
    if (goal !== '' && !wants(goal)) continue;
    said(what);
    await renew();
    await step();
  }
  console.log(tableOf(figures));
  console.log('\nfloors of this run');
  for (const [name, value] of Object.entries(floors)) console.log(`  ${name.padEnd(40)} ${String(Math.round((value as number) * 100) / 100)}`);
  console.log('\nverified');
  for (const what of bench.verified) console.log(`  ✓ ${what}`);
  const file = writeReport(resolve(repository, 'bench-results'), { orders: bench.scale, floors, figures, verified: bench.verified });
  console.log(`\n${String(figures.filter((figure) => reached(figure) === 'no').length)} goals not met · ${file}`);
} finally {
  await system.dispose();
}
