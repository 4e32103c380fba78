import { createWriteStream } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { Pool } from 'pg';
import {
  CHAINED_CATEGORIES,
  compareWithHeads,
  createEventStoreClient,
  exportHeads,
  MOST_FAULTS,
  moneyFaultOf,
  openHeadSigner,
  proveMoney,
  readHeads,
  refusalStreamOf,
  UntrustedHeads,
  verifyLog,
  verifyStream,
  type ChainFault,
  type ChainHead,
  type EventStorePort,
  type HeadSigner,
  type MoneyFault,
} from '#event-store';
import { systemClock } from '#kernel';
import { readSettings } from '#settings';
import { createSubjectKeys, migrateKeys } from '#subject-keys';
import { CliError } from './cli-error.js';
import { orderIdFrom } from './order-reference.js';
import { withParts, type Parts } from './with-parts.js';

interface VerifyOptions {
  readonly against?: string;
  readonly exportHeads?: string;
  readonly publicKey?: string;
}

/** `docket verify`: exit code 0 when every chain holds and the money of every order adds up, 1 when something does not. */
export function registerVerify(program: Command): void {
  program
    .command('verify')
    .description('check that nobody altered the log and that the money of every order adds up; names the first bad event')
    .argument('[order]', 'id or number of one order; without it the whole log is checked')
    .option('--against <file>', 'compare with signed heads, which also shows cut-off ends and missing orders')
    .option('--export-heads <file>', 'write the signed heads of all chains to a file, for safekeeping elsewhere')
    .option('--public-key <base64>', 'the key that must have signed the heads; without it the key of this installation')
    .action(async (order: string | undefined, options: VerifyOptions) => {
      await withParts(readSettings(process.env), async (parts) => {
        const store = createEventStoreClient({ connectionString: parts.eventStoreUrl });
        try {
          const print = (line: string): void => console.log(line);
          const faults = await verifyWith(store, { ...(order !== undefined && { order }), options, signer: () => signerOf(parts), print });
          if (faults.length > 0) process.exitCode = 1;
        } finally {
          await store.close();
        }
      });
    });
}

/** What can be wrong with the log: with a chain, or with what it says about money. */
export type LogFault = ChainFault | MoneyFault;

export interface Verification {
  readonly order?: string;
  readonly options: VerifyOptions;
  /** Opened only when heads are signed, or checked without a key of one's own. */
  readonly signer: () => Promise<HeadSigner>;
  readonly print: (line: string) => void;
  readonly now?: string;
}

/** What `docket verify` does; gives the faults found. @throws CliError for files that cannot be used */
export async function verifyWith(store: EventStorePort, { order, options, signer, print, now }: Verification): Promise<readonly LogFault[]> {
  const orderId = order === undefined ? undefined : orderIdFrom(order);
  const { chains, money } = orderId === undefined ? await wholeLog(store, print) : await oneOrder(store, orderId, print);
  const damage = [...chains];
  if (options.against !== undefined) {
    const heads = await headsFrom(options.against, options.publicKey ?? (await signer()).publicKey, print);
    const relevant = orderId === undefined ? heads : heads.filter(({ stream }) => stream === `order-${orderId}` || stream === refusalStreamOf(orderId));
    let compared = 0;
    for await (const fault of compareWithHeads(store, relevant)) {
      damage.push(fault);
      compared += 1;
    }
    if (compared === 0) print(`The log holds all ${String(relevant.length)} signed heads.`);
  }
  for (const fault of damage) print(inWords(fault));
  for (const fault of money) print(moneyInWords(fault));
  if (options.exportHeads !== undefined) {
    // Money that does not add up is a fact of the log all the same: its heads are worth keeping the more.
    if (damage.length > 0) throw new CliError('No heads were written: what is damaged is not to be signed.');
    await writeHeads(options.exportHeads, exportHeads({ store, categories: CHAINED_CATEGORIES, signer: await signer(), now: now ?? systemClock.now() }));
    print(`Signed heads written to ${options.exportHeads}. Keep them, and the public key, where nobody who can reach the database can:`);
    print(`  ${(await signer()).publicKey}`);
  }
  return [...damage, ...money];
}

interface Found {
  readonly chains: readonly ChainFault[];
  readonly money: readonly MoneyFault[];
}

async function wholeLog(store: EventStorePort, print: (line: string) => void): Promise<Found> {
  const { events, streams, faults } = await verifyLog(store, CHAINED_CATEGORIES);
  if (faults.length === 0) print(`${String(events)} events in ${String(streams)} chains: every chain holds.`);
  if (faults.length >= MOST_FAULTS) {
    print(`At least ${String(faults.length)} chains are damaged: no more were looked for, and nothing is proven about money.`);
    return { chains: faults, money: [] };
  }
  const { balanced, faults: money } = await proveMoney(store, new Set(faults.map(({ stream }) => stream)));
  print(`The money of ${String(balanced)} orders adds up${faults.length + money.length === 0 ? ': every order balances' : ''}.`);
  return { chains: faults, money };
}

async function oneOrder(store: EventStorePort, orderId: string, print: (line: string) => void): Promise<Found> {
  const order = `order-${orderId}`;
  const chains: ChainFault[] = [];
  for (const stream of [order, refusalStreamOf(orderId)]) {
    const verdict = await verifyStream(store, stream);
    if (!verdict.ok) chains.push(verdict.fault);
    else if (verdict.head) print(`${stream}: ${String(verdict.events)} events, the chain holds; head ${verdict.head.hash}`);
    else if (stream === order) throw new CliError(`There is no order ${orderId} in this log.`);
  }
  if (chains.some(({ stream }) => stream === order)) return { chains, money: [] };
  const fault = await moneyFaultOf(store, order);
  if (fault === undefined) print(`${order}: its money adds up.`);
  return { chains, money: fault === undefined ? [] : [fault] };
}

async function headsFrom(file: string, publicKey: string, print: (line: string) => void): Promise<readonly ChainHead[]> {
  try {
    const { heads, time } = readHeads(await readFile(file, 'utf8'), publicKey);
    print(`${String(heads.length)} heads signed at ${time}.`);
    return heads;
  } catch (error) {
    if (error instanceof UntrustedHeads) throw new CliError(`${file}: ${error.message}.`);
    throw new CliError(`${file} cannot be read.`);
  }
}

/** All or nothing: a broken-off export must not be taken for a whole one. */
async function writeHeads(file: string, lines: AsyncIterable<string>): Promise<void> {
  await pipeline(Readable.from(lines), createWriteStream(`${file}.part`, { mode: 0o644 }));
  await rename(`${file}.part`, file);
}

const placeInWords = ({ stream, revision, position, eventId }: LogFault): string =>
  `${stream} at revision ${String(revision)}${position === undefined ? '' : ` (position ${String(position)}, event ${eventId ?? '?'})`}`;

function inWords(fault: ChainFault): string {
  const where = placeInWords(fault);
  switch (fault.kind) {
    case 'malformed':
      return `BAD  ${where}: the envelope of the event is destroyed`;
    case 'changed':
      return `BAD  ${where}: the event was changed`;
    case 'out-of-line':
      return `BAD  ${where}: it does not follow the event before it; something was removed, inserted or exchanged`;
    case 'truncated':
      return `BAD  ${where}: the chain is cut off; a signed head lies beyond its end`;
    case 'rewritten':
      return `BAD  ${where}: another event stands where a head was signed; the chain was rewritten`;
  }
}

const MONEY_IN_WORDS: Readonly<Record<MoneyFault['because'], string>> = {
  'does-not-balance': 'what it books does not add up to zero',
  'refunded-more-than-collected': 'more was given back than had been collected',
  'receivable-differs': 'what is owed is not the total less what was collected',
  'below-zero': 'the order comes to less than nothing',
  unreadable: 'this program cannot read the event, so the money is not proven from here on',
};

const moneyInWords = (fault: MoneyFault): string => `BAD  ${placeInWords(fault)}: the money of the order after ${fault.type}: ${MONEY_IN_WORDS[fault.because]}`;

async function signerOf(parts: Parts): Promise<HeadSigner> {
  const pool = new Pool({ connectionString: parts.databaseUrl, max: 1 });
  try {
    await migrateKeys(pool);
    return await openHeadSigner(await createSubjectKeys({ pool, masterKey: parts.masterKey }));
  } finally {
    await pool.end();
  }
}
