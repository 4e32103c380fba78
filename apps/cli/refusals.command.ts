import type { Command } from 'commander';
import { Pool } from 'pg';
import { createDocketCodec, createEventStoreClient, createRefusalLog, rerunRefusals, type OrderCommandRefused } from '#event-store';
import type { RecordedEvent } from '#kernel';
import { orderRules } from '#ordering';
import { readSettings } from '#settings';
import { createSubjectKeys, migrateKeys } from '#subject-keys';
import { orderIdFrom } from './order-reference.js';
import { withParts } from './with-parts.js';

/** `docket refusals`: what was refused about an order, by which rule; with `--rerun` decided again. Exit code 1 when a rule would answer otherwise today. */
export function registerRefusals(program: Command): void {
  program
    .command('refusals')
    .description('list what was asked of an order and refused: by which rule, at which revision, under which policy')
    .argument('<order>', 'id or number of the order')
    .option('--rerun', 'decide each again on the order as it stood then, and compare')
    .action(async (order: string, options: { readonly rerun?: boolean }) => {
      const orderId = orderIdFrom(order);
      await withParts(readSettings(process.env), async (parts) => {
        const pool = new Pool({ connectionString: parts.databaseUrl, max: 1 });
        const store = createEventStoreClient({ connectionString: parts.eventStoreUrl });
        try {
          await migrateKeys(pool);
          const keys = await createSubjectKeys({ pool, masterKey: parts.masterKey });
          const refusals = createRefusalLog(store, keys);
          let count = 0;
          let others = 0;
          if (options.rerun === true) {
            for await (const { refused, now, same } of rerunRefusals({ store, codec: createDocketCodec(keys), refusals }, orderRules, orderId)) {
              count += 1;
              if (!same) others += 1;
              console.log(`${asText(refused)}\n    ${same ? 'refused again by the same rule' : `OTHERWISE TODAY: ${now.kind === 'refused' ? now.refusal.code : 'accepted'}`}`);
            }
          } else {
            for await (const refused of refusals.read(orderId)) {
              count += 1;
              console.log(asText(refused));
            }
          }
          console.log(options.rerun === true ? `${String(count)} refusals; ${String(others)} would be answered otherwise today.` : `${String(count)} refusals.`);
          if (others > 0) process.exitCode = 1;
        } finally {
          await store.close();
          await pool.end();
        }
      });
    });
}

function asText({ event, metadata }: RecordedEvent<OrderCommandRefused>): string {
  const { command, refusal, revision, now } = event.data;
  const at = revision === undefined ? 'before the order existed' : `at revision ${String(revision)}`;
  return `${now}  ${command.type} by ${metadata.actor.role} ${metadata.actor.id}, ${at}, policy ${metadata.policyVersion}\n    ${refusal.rule} ${refusal.code}: ${refusal.message}`;
}
