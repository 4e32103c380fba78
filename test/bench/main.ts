import { parseArgs } from 'node:util';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startPostgres } from '#embedded-postgres';
import type { Session } from '../e2e/http.js';
import { newHome, System } from '../e2e/system.js';
import { addUser, signIn } from '../e2e/users.js';
import { catchUp } from './catch-up.bench.js';
import { commands, longOrders, populate } from './commands.bench.js';
import type { Bench } from './context.js';
import { eventStore } from './event-store.bench.js';
import { measureFloors, type Floors } from './floors.js';
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
  console.log('npm run bench -- [--orders 10000|100000] [--events 100000] [--only P1,P2,P3,P4,P5,P6,P7,P9]\n  --only P2 needs no orders: the event store alone');
  process.exit(0);
}

const repository = resolve(import.meta.dirname, '../../..');
const wanted = values.only === '' ? undefined : new Set(values.only.split(','));
const wants = (goal: string): boolean => wanted?.has(goal) ?? true;
const said = (what: string): void => console.error(`… ${what}`);

const storeId = 'bench';
const scale = Number(values.orders);
const figures: Figure[] = [];
const verified: string[] = [];

if (wanted?.size === 1 && wants('P2')) await storeAlone();
else await everything();

/** The event store needs a PostgreSQL and nothing else of the system. */
async function storeAlone(): Promise<void> {
  const home = newHome();
  const postgres = await startPostgres({ dataDir: join(home, 'postgres') });
  try {
    said('floors');
    const floors = await measureFloors(postgres.url());
    said('the event store');
    await eventStore({ databaseUrl: postgres.url(), floors, scale, figures, verified });
    print(floors);
  } finally {
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function everything(): Promise<void> {
  if (wants('P9')) {
    said('start times');
    figures.push(...(await starts(repository)));
  }
  said('starting the system');
  const system = await System.start({ env: { DOCKET_RATE_LIMIT: '1000000000' } });
  try {
    const { databaseUrl } = system.runInfo();
    said('floors');
    const floors = await measureFloors(databaseUrl);
    await addUser(system, { userName: 'bench', role: 'supervisor', stores: [storeId] });
    let session: Session = await signIn(system, 'bench');
    const products = await session.get<{ readonly products: readonly { readonly sku: string }[] }>('/api/products?currency=GBP');
    const bench: Bench = { system, databaseUrl, floors, storeId, scale, orders: [], skus: products.body.products.map(({ sku }) => sku), figures, verified, session: () => session };
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
      session = await signIn(system, 'bench');
      await step();
    }
    print(floors);
  } finally {
    await system.dispose();
  }
}

function print(floors: Floors): void {
  console.log(tableOf(figures));
  console.log('\nfloors of this run');
  for (const [name, value] of Object.entries(floors)) console.log(`  ${name.padEnd(40)} ${String(Math.round((value as number) * 100) / 100)}`);
  console.log('\nverified');
  for (const what of verified) console.log(`  ✓ ${what}`);
  const file = writeReport(resolve(repository, 'bench-results'), { orders: scale, floors, figures, verified });
  console.log(`\n${String(figures.filter((figure) => reached(figure) === 'no').length)} goals not met · ${file}`);
}
