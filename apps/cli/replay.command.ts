import type { Command } from 'commander';
import { Pool } from 'pg';
import { createDocketCodec, createEventStoreClient } from '#event-store';
import { readSettings } from '#settings';
import { createSubjectKeys, migrateKeys } from '#subject-keys';
import { CliError } from './cli-error.js';
import { orderIdFrom } from './order-reference.js';
import { asJson, asText, standing } from './replay-text.js';
import { parseUntil, replay, type ReplayedEvent } from './replaying.js';
import { withParts } from './with-parts.js';

/** `docket replay`: what happened to an order, by whom, and the proof of it. Exit code 1 when a proof fails. */
export function registerReplay(program: Command): void {
  program
    .command('replay')
    .description('tell what happened to an order, step by step, with who did it and the proof')
    .argument('<order>', 'id or number of the order')
    .option('--at <revision or time>', 'stop there: a revision (12) or a time by which it was recorded (2026-01-31T12:00:00Z, or a day in UTC)')
    .option('--json', 'one JSON object for each event')
    .action(async (order: string, options: { readonly at?: string; readonly json?: boolean }) => {
      const orderId = orderIdFrom(order);
      const until = parseUntil(options.at);
      await withParts(readSettings(process.env), async (parts) => {
        const pool = new Pool({ connectionString: parts.databaseUrl, max: 1 });
        const store = createEventStoreClient({ connectionString: parts.eventStoreUrl });
        try {
          await migrateKeys(pool);
          const codec = createDocketCodec(await createSubjectKeys({ pool, masterKey: parts.masterKey }));
          const steps: ReplayedEvent[] = [];
          for await (const event of replay({ store, codec }, orderId, until)) {
            steps.push(event);
            console.log(options.json === true ? asJson(event) : asText(event));
          }
          if (steps.length === 0) throw new CliError(`There is no order ${order} in this log${until.kind === 'now' ? '' : ' at that point'}.`);
          const broken = steps.filter(({ proof }) => proof !== 'holds').length;
          if (options.json !== true) {
            console.log(standing(steps));
            console.log(broken === 0 ? `${String(steps.length)} events; the chain holds.` : `${String(broken)} of ${String(steps.length)} events cannot be proven.`);
          }
          if (broken > 0) process.exitCode = 1;
        } finally {
          await store.close();
          await pool.end();
        }
      });
    });
}
