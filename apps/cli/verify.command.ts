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
  openHeadSigner,
  readHeads,
  refusalStreamOf,
  UntrustedHeads,
  verifyLog,
  verifyStream,
  type ChainFault,
  type ChainHead,
  type EventStorePort,
  type HeadSigner,
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

/** `docket verify`: exit code 0 when every chain holds, 1 when one does not. */
export function registerVerify(program: Command): void {
  program
    .command('verify')
    .description('check that nobody altered the log; names the first bad event')
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

export interface Verification {
  readonly order?: string;
  readonly options: VerifyOptions;
  /** Opened only when heads are signed, or checked without a key of one's own. */
  readonly signer: () => Promise<HeadSigner>;
  readonly print: (line: string) => void;
  readonly now?: string;
}

/** What `docket verify` does; gives the faults found. @throws CliError for files that cannot be used */
export async function verifyWith(store: EventStorePort, { order, options, signer, print, now }: Verification): Promise<readonly ChainFault[]> {
  const orderId = order === undefined ? undefined : orderIdFrom(order);
  const faults = [...(orderId === undefined ? await wholeLog(store, print) : await oneOrder(store, orderId, print))];
  if (options.against !== undefined) {
    const heads = await headsFrom(options.against, options.publicKey ?? (await signer()).publicKey, print);
    const relevant = orderId === undefined ? heads : heads.filter(({ stream }) => stream === `order-${orderId}` || stream === refusalStreamOf(orderId));
    let compared = 0;
    for await (const fault of compareWithHeads(store, relevant)) {
      faults.push(fault);
      compared += 1;
    }
    if (compared === 0) print(`The log holds all ${String(relevant.length)} signed heads.`);
  }
  for (const fault of faults) print(inWords(fault));
  if (options.exportHeads !== undefined) {
    if (faults.length > 0) throw new CliError('No heads were written: what is damaged is not to be signed.');
    await writeHeads(options.exportHeads, exportHeads({ store, categories: CHAINED_CATEGORIES, signer: await signer(), now: now ?? systemClock.now() }));
    print(`Signed heads written to ${options.exportHeads}. Keep them, and the public key, where nobody who can reach the database can:`);
    print(`  ${(await signer()).publicKey}`);
  }
  return faults;
}

async function wholeLog(store: EventStorePort, print: (line: string) => void): Promise<readonly ChainFault[]> {
  const { events, streams, faults } = await verifyLog(store, CHAINED_CATEGORIES);
  if (faults.length === 0) print(`${String(events)} events in ${String(streams)} chains: every chain holds.`);
  return faults;
}

async function oneOrder(store: EventStorePort, orderId: string, print: (line: string) => void): Promise<readonly ChainFault[]> {
  const faults: ChainFault[] = [];
  for (const stream of [`order-${orderId}`, refusalStreamOf(orderId)]) {
    const verdict = await verifyStream(store, stream);
    if (!verdict.ok) faults.push(verdict.fault);
    else if (verdict.head) print(`${stream}: ${String(verdict.events)} events, the chain holds; head ${verdict.head.hash}`);
    else if (stream.startsWith('order-')) throw new CliError(`There is no order ${orderId} in this log.`);
  }
  return faults;
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

function inWords({ kind, stream, revision, position, eventId }: ChainFault): string {
  const where = `${stream} at revision ${String(revision)}${position === undefined ? '' : ` (position ${String(position)}, event ${eventId ?? '?'})`}`;
  switch (kind) {
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

async function signerOf(parts: Parts): Promise<HeadSigner> {
  const pool = new Pool({ connectionString: parts.databaseUrl, max: 1 });
  try {
    await migrateKeys(pool);
    return await openHeadSigner(await createSubjectKeys({ pool, masterKey: parts.masterKey }));
  } finally {
    await pool.end();
  }
}
