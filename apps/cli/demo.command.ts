import { setPriority } from 'node:os';
import { Option, type Command } from 'commander';
import { Pool } from 'pg';
import { uuidV5, type Actor, type Role } from '#kernel';
import { createCatalogue, migrateCatalogue } from '#catalogue';
import { createEventStoreClient, createWriteSide } from '#event-store';
import { createUsers, DEMO_STORE, migrateIdentity } from '#identity';
import { makeDemo } from '#importing';
import { readSettings, whenParentEnds } from '#settings';
import { CliError } from './cli-error.js';
import { withParts } from './with-parts.js';

const LOW_PRIORITY = 10;
const CONNECTIONS = 3;
const SHOWN_EVERY = 100;
const MOST_SKUS = 200;
const MOST_ORDERS = 100_000;

/** Whoever has no account here acts under an id that stays the same. */
const NAMELESS = '5b8f1c7e-7b0e-5d0b-9a51-6b5c2f1a0d20';

/** `docket demo`: makes the demo orders that are not there yet. Also run in the background by `docket start`. */
export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('make demo orders in every state; goes on where it ended')
    .option('--orders <number>', 'how many there shall be')
    .addOption(new Option('--with-parent', 'end when whoever started it has ended').hideHelp())
    .action(async (options: { readonly orders?: string; readonly withParent?: true }) => {
      const settings = readSettings(process.env);
      const orders = options.orders === undefined ? settings.demoOrders : wholeNumber(options.orders);
      if (orders === 0 && options.orders === undefined) throw new CliError('Say how many demo orders there shall be, with --orders or DOCKET_DEMO.');
      // At once: there is nothing to put in order, and nobody left to wait for it.
      if (options.withParent === true) whenParentEnds(() => process.exit(130));
      lowerPriority();
      await withParts(settings, async (parts) => {
        const pool = new Pool({ connectionString: parts.databaseUrl, max: CONNECTIONS });
        // A connection that breaks while idle is replaced when it is needed again.
        pool.on('error', () => undefined);
        const store = createEventStoreClient({ connectionString: parts.eventStoreUrl });
        try {
          await migrateCatalogue(pool);
          await migrateIdentity(pool);
          const { executor } = await createWriteSide({ store, pool, masterKey: parts.masterKey });
          const catalogue = createCatalogue(pool);
          const { products } = await catalogue.products({ limit: MOST_SKUS });
          const actor = await actors(pool);
          const { made } = await makeDemo({
            executor,
            prices: catalogue,
            skus: products.filter(({ prices }) => prices.length > 1).map(({ sku }) => sku),
            storeId: DEMO_STORE,
            agents: [actor('ann', 'csr'), actor('bob', 'csr')],
            supervisor: actor('sue', 'supervisor'),
            carrier: actor('carrier', 'integration'),
            orders,
            now: Date.now(),
            signal: parts.signal,
            onProgress: (done, of, isNew) => {
              if (isNew && done % SHOWN_EVERY === 0 && done < of) process.stdout.write(`demo data: ${String(done)} of ${String(of)} orders\n`);
            },
          });
          if (made > 0) process.stdout.write(`demo data: complete, ${String(orders)} orders\n`);
        } catch (error) {
          throw parts.signal.aborted ? new CliError('Interrupted. The same command goes on where this one ended.', 130) : error;
        } finally {
          await store.close();
          await pool.end();
        }
      });
    });
}

/** The demo's users where they have accounts; the demo makes none, their passwords are known to everybody. */
async function actors(pool: Pool): Promise<(userName: string, role: Role) => Actor> {
  const users = new Map((await createUsers(pool).list()).map(({ userName, id }) => [userName, id]));
  return (userName, role) => ({ id: users.get(userName) ?? uuidV5(NAMELESS, userName), role });
}

function wholeNumber(text: string): number {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= 0 && number <= MOST_ORDERS) return number;
  throw new CliError(`--orders takes a whole number from 0 to ${String(MOST_ORDERS)}.`);
}

/** Whoever works with Docket meanwhile goes first. Not every system lets a process choose. */
function lowerPriority(): void {
  try {
    setPriority(LOW_PRIORITY);
  } catch {
    return;
  }
}
