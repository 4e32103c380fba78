import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { createWriteSide, type WriteSide } from '#event-store';
import { commandIdOf, isUuid, normaliseOrderNumber, type Actor } from '#kernel';
import { customerRules, orderRules, subjectRules } from '#ordering';
import { createReadModels, rewriteReadModels } from '#projections';
import { readSettings } from '#settings';
import { CliError } from './cli-error.js';
import { withConnections } from './connections.js';
import { orderIdFrom } from './order-reference.js';
import { withParts, type Parts } from './with-parts.js';

interface ForgetOptions {
  readonly yes?: boolean;
  readonly reason: string;
}

const PATIENCE_MS = 120_000;

const OPERATOR: Actor = { id: 'docket-forget', role: 'system' };

/** `docket forget`: erases a person; what they ordered and paid stays, and so does every proof (settled 6.1). */
export function registerForget(program: Command): void {
  program
    .command('forget')
    .description('erase a person for good: name, addresses, contact and notes; orders, money and proofs stay')
    .argument('<reference>', 'the id of a customer, or the id or number of one of their orders')
    .option('--yes', 'do not ask')
    .option('--reason <code>', 'why', 'erasure-request')
    .action(async (reference: string, options: ForgetOptions) => {
      await withParts(readSettings(process.env), (parts) => withBothSides(parts, (sides) => forget(sides, reference, options)));
    });
}

interface Sides {
  readonly writeSide: WriteSide;
  readonly dataSource: DataSource;
  readonly pool: Pool;
}

const withBothSides = (parts: Parts, work: (sides: Sides) => Promise<void>): Promise<void> =>
  withConnections(parts, async ({ pool, dataSource, store }) => work({ writeSide: await createWriteSide({ store, pool, masterKey: parts.masterKey }), dataSource, pool }));

async function forget(sides: Sides, reference: string, { yes, reason }: ForgetOptions): Promise<void> {
  const { writeSide, dataSource, pool } = sides;
  const person = await findPerson(writeSide, reference);
  console.log(`This erases for good the person of ${person.what}: name, contact, addresses, notes and comments, in every order and read model.`);
  console.log('Orders, quantities, money, reasons and the proofs of the log stay. Nobody can undo it; backups are yours to renew.');
  if (yes !== true && !(await agreed())) {
    console.log('Nothing was changed.');
    return;
  }
  await writeSide.keys.destroy(person.subjectId);
  const outcome = await writeSide.executor.execute(subjectRules, {
    aggregateId: person.subjectId,
    command: { type: 'EraseSubject', subjectId: person.subjectId, reasonCode: reason },
    commandId: commandIdOf(OPERATOR.id, `forget ${person.subjectId}`),
    actor: OPERATOR,
    storeScope: 'all',
    storeId: person.storeId,
    correlationId: `forget-${person.subjectId}`,
    origin: 'process',
    seen: { kind: 'not-needed' },
  });
  if (outcome.kind !== 'done') throw new CliError(`The key is destroyed, but the erasure could not be recorded (${outcome.kind}): run the same command again.`);
  console.log('The key is destroyed and the erasure recorded. Waiting for the read models …');
  if (!(await createReadModels(dataSource).whenCaughtUp(outcome.position, PATIENCE_MS))) {
    throw new CliError('The read models have not caught up: start docket, then run the same command again.');
  }
  await rewriteReadModels(dataSource);
  await pool.query('VACUUM (FULL) keys.subject_key').catch(() => undefined);
  await scrubWriteAheadLog(pool);
  console.log('Erased.');
}

interface Person {
  readonly subjectId: string;
  readonly storeId: string;
  readonly what: string;
}

/** @throws CliError when nobody is meant */
async function findPerson({ executor }: WriteSide, reference: string): Promise<Person> {
  if (isUuid(reference)) {
    const { state } = await executor.load(customerRules, reference.toLowerCase());
    if (state.status === 'registered') return { subjectId: state.customerId, storeId: state.storeId, what: `customer ${state.customerId}` };
  }
  const orderId = orderIdFrom(reference);
  const { state } = await executor.load(orderRules, orderId);
  if (state.status === 'none') throw new CliError(`There is no customer and no order ${normaliseOrderNumber(reference) ?? reference}.`);
  return { subjectId: state.contact.subjectId, storeId: state.storeId, what: `order ${state.orderNumber}` };
}

async function agreed(): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^(y|yes)$/i.test((await prompt.question('Go on? [y/N] ')).trim());
  } finally {
    prompt.close();
  }
}

/** What was written before the erasure leaves the write-ahead log too, where this user may do so. */
async function scrubWriteAheadLog(pool: Pool): Promise<void> {
  try {
    await pool.query('CHECKPOINT');
    await pool.query('SELECT pg_switch_wal()');
    await pool.query('CHECKPOINT');
  } catch {
    console.log('The write-ahead log goes its way by itself: this database user may not make checkpoints.');
  }
}
