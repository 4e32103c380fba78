import type { Command } from 'commander';
import type { DataSource } from 'typeorm';
import { createDocketCodec, type EventStorePort } from '#event-store';
import { checkRows, createProjector, generationsOf, requestRebuild, type Generation, type Projection } from '#projecting';
import { migrateReadModels, PROJECTIONS } from '#projections';
import { readSettings } from '#settings';
import { createSubjectKeys, migrateKeys } from '#subject-keys';
import { CliError } from './cli-error.js';
import { withConnections } from './connections.js';
import { withParts, type Parts } from './with-parts.js';

interface RebuildOptions {
  readonly all?: boolean;
  readonly check?: boolean;
}

const LOOK_EVERY_MS = 200;

/** `docket rebuild`: read models anew from the log, beside the live ones; or a proof that they equal it. */
export function registerRebuild(program: Command): void {
  program
    .command('rebuild')
    .description('build read models anew from the log while the live ones serve, then switch')
    .argument('[model]', `one of ${PROJECTIONS.map(({ name }) => name).join(', ')}`)
    .option('--all', 'every read model')
    .option('--check', 'change nothing: compare the live rows with a fold of the log')
    .action(async (name: string | undefined, options: RebuildOptions) => {
      const chosen = choose(name, options);
      await withParts(readSettings(process.env), (parts) => withReadSide(parts, (side) => (options.check === true ? check(side, chosen) : rebuild(side, chosen))));
    });
}

/** @throws CliError */
function choose(name: string | undefined, { all = false }: RebuildOptions): readonly Projection[] {
  if (all === (name !== undefined)) throw new CliError('Name one read model, or say --all.');
  if (all) return PROJECTIONS;
  const projection = PROJECTIONS.find((candidate) => candidate.name === name);
  if (projection === undefined) throw new CliError(`There is no read model ${JSON.stringify(name)}: there are ${PROJECTIONS.map((each) => each.name).join(', ')}.`);
  return [projection];
}

interface ReadSide {
  readonly dataSource: DataSource;
  readonly store: EventStorePort;
  readonly codec: ReturnType<typeof createDocketCodec>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

const withReadSide = (parts: Parts, work: (side: ReadSide) => Promise<void>): Promise<void> =>
  withConnections(parts, async ({ pool, dataSource, store }) => {
    await migrateReadModels(dataSource);
    await migrateKeys(pool);
    const keys = await createSubjectKeys({ pool, masterKey: parts.masterKey });
    await work({ dataSource, store, codec: createDocketCodec(keys), signal: parts.signal });
  });

/** The running projector builds; where none runs, this process does. */
async function rebuild({ dataSource, store, codec, signal }: ReadSide, chosen: readonly Projection[]): Promise<void> {
  const asked: Generation[] = [];
  for (const projection of chosen) asked.push(await requestRebuild(dataSource, projection));
  console.log(`building ${asked.map(({ projection }) => projection).join(', ')} …`);
  const done = new AbortController();
  const projector = createProjector({ store, codec, dataSource, projections: PROJECTIONS });
  let failed: Error | undefined;
  const own = projector.run(done.signal).catch((error: unknown) => {
    failed = error instanceof Error ? error : new Error(String(error));
  });
  try {
    const head = Number((await store.head()) ?? 0n);
    const open = new Map(asked.map((generation) => [generation.projection, generation]));
    let shown = '';
    while (open.size > 0) {
      signal.throwIfAborted();
      // Nobody may be left who builds: without its reason the wait would have no end.
      if (failed !== undefined) throw failed;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      const generations = await generationsOf(dataSource);
      for (const [name, { number }] of open) {
        const now = generations.find((generation) => generation.projection === name && generation.number === number);
        if (now === undefined) throw new CliError(`The rebuild of ${name} was given up for another one.`);
        if (now.stoppedBecause !== undefined) throw new CliError(`${name} cannot be rebuilt: ${now.stoppedBecause}. The live rows stay as they are.`);
        if (now.state === 'live') {
          open.delete(name);
          console.log(`${name}: live`);
        } else {
          const line = `${name}: ${String(Math.floor((100 * Math.max(Number(now.position), 0)) / Math.max(head, 1)))} %`;
          if (open.size === 1 && line !== shown) console.log((shown = line));
        }
      }
    }
  } finally {
    done.abort();
    await own;
  }
}

async function check({ dataSource, store, codec, signal }: ReadSide, chosen: readonly Projection[]): Promise<void> {
  let unequal = 0;
  for (const projection of chosen) {
    signal.throwIfAborted();
    process.stderr.write(`checking ${projection.name} …\n`);
    for (const { table, rows, position, equal } of await checkRows(dataSource, store, codec, projection)) {
      console.log(`${projection.name}.${table}: ${String(rows)} rows up to ${String(position)} ${equal ? 'equal the log' : 'DIFFER from the log'}`);
      if (!equal) unequal += 1;
    }
  }
  if (unequal > 0) throw new CliError('Rows differ from the log: docket rebuild builds them anew.');
}
