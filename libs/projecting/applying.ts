import type { DataSource } from 'typeorm';
import { advance, Fenced, writeDeadLetters, type DeadLetter } from './checkpoint.js';
import type { Batch } from './batch.js';
import { faultText, mayPass } from './faults.js';
import type { Generation } from './generations.js';
import { inTransaction, preparing } from './transaction.js';
import type { ProjectedEvent, Projection, Queryable, Writer } from './projection.js';

/** The program is too old for what the log holds: reading on would be guessing. */
export class NewerEvent extends Error {
  override readonly name = 'NewerEvent';
}

/** Rebuilds are strict: what cannot be shown ends them (settled 6). */
export class Unshowable extends Error {
  override readonly name = 'Unshowable';
}

export interface ApplyContext {
  readonly dataSource: DataSource;
  readonly projection: Projection;
  readonly generation: Generation;
  readonly logIdentity: string;
  readonly epoch: bigint;
  /** Streams that wait for a rebuild; grows. */
  readonly parked: Set<string>;
  /** What the last transaction wrote with; none after one that failed. */
  writer?: Writer | undefined;
}

interface Sorted {
  readonly events: readonly ProjectedEvent[];
  readonly letters: readonly DeadLetter[];
  readonly skipped: number;
}

/** Rows, dead letters and checkpoint of one batch, in one transaction. @throws Fenced, NewerEvent, what may pass */
export async function applyBatch(context: ApplyContext, batch: Batch, from: bigint): Promise<void> {
  const sorted = sort(context, batch, from);
  try {
    await commit(context, batch, from, sorted);
  } catch (error) {
    if (error instanceof Fenced || mayPass(error)) throw error;
    const blamed = await blame(context, sorted.events, faultText(error));
    await commit(context, batch, from, withoutBlamed(context, sorted, blamed));
  }
}

function sort({ parked }: ApplyContext, { decoded }: Batch, from: bigint): Sorted {
  const events: ProjectedEvent[] = [];
  const letters: DeadLetter[] = [];
  let skipped = 0;
  for (const item of decoded) {
    const { stored } = item;
    if (stored.position <= from) continue;
    const letter = (reason: string): DeadLetter => ({ position: stored.position, stream: stored.stream, eventId: stored.id, type: stored.type, reason });
    if (item.kind === 'newer-version') throw new NewerEvent(`${item.type} of version ${String(item.version)}: this program knows version ${String(item.known)}`);
    if (item.kind === 'unknown-type') skipped += 1;
    else if (item.kind === 'poison') {
      letters.push(letter(`${item.reason}: ${item.detail}`));
      parked.add(stored.stream);
    } else if (item.kind === 'event') {
      if (parked.has(stored.stream)) letters.push(letter('parked: an earlier event of this stream could not be shown'));
      else events.push(item.recorded);
    }
  }
  return { events, letters, skipped };
}

async function commit(context: ApplyContext, { last }: Batch, from: bigint, { events, letters, skipped }: Sorted): Promise<void> {
  const { dataSource, projection, generation, logIdentity, epoch } = context;
  if (letters.length > 0 && generation.state === 'building') throw new Unshowable(`${letters[0]?.stream ?? ''}: ${letters[0]?.reason ?? ''}`);
  const write = context.writer ?? projection.writer(generation.schema);
  context.writer = undefined;
  await inTransaction(dataSource, async (runner) => {
    const sql = await preparing(runner);
    if (events.length > 0) await write(events, sql);
    if (letters.length > 0) await writeDeadLetters(sql, generation, letters);
    await advance(sql, generation, { from, to: last.position, lastEventId: last.id, logIdentity, epoch, skipped });
    if (projection.announced === true && generation.state === 'live' && events.length > 0) await announce(sql, projection, events);
  });
  context.writer = write;
}

/** Finds the events that cannot be shown by halving, in transactions that are rolled back. */
async function blame(context: ApplyContext, events: readonly ProjectedEvent[], reason: string): Promise<readonly DeadLetter[]> {
  const accepted: ProjectedEvent[] = [];
  const letters: DeadLetter[] = [];
  const search = async (part: readonly ProjectedEvent[]): Promise<void> => {
    if (part.length === 0 || (await canShow(context, [...accepted, ...part]))) {
      accepted.push(...part);
      return;
    }
    const [only] = part;
    if (part.length === 1 && only !== undefined) {
      letters.push({ position: only.position, stream: only.stream, eventId: only.id, type: only.event.type, reason });
      return;
    }
    const middle = part.length >>> 1;
    await search(part.slice(0, middle));
    await search(part.slice(middle));
  };
  await search(events);
  return letters;
}

async function canShow({ dataSource, projection, generation }: ApplyContext, events: readonly ProjectedEvent[]): Promise<boolean> {
  const runner = dataSource.createQueryRunner();
  await runner.connect();
  try {
    await runner.startTransaction();
    await projection.writer(generation.schema)(events, runner);
    return true;
  } catch (error) {
    if (mayPass(error)) throw error;
    return false;
  } finally {
    await runner.rollbackTransaction().catch(() => undefined);
    await runner.release();
  }
}

function withoutBlamed({ parked }: ApplyContext, sorted: Sorted, blamed: readonly DeadLetter[]): Sorted {
  const firstOf = new Map<string, bigint>();
  for (const { stream, position } of blamed) if (!firstOf.has(stream)) firstOf.set(stream, position);
  const letters = [...sorted.letters, ...blamed];
  const events = sorted.events.filter((event) => {
    const first = firstOf.get(event.stream);
    if (first === undefined || event.position < first) return true;
    if (event.position > first && !blamed.some(({ position }) => position === event.position)) {
      letters.push({ position: event.position, stream: event.stream, eventId: event.id, type: event.event.type, reason: 'parked: an earlier event of this stream could not be shown' });
    }
    return false;
  });
  for (const stream of firstOf.keys()) parked.add(stream);
  return { ...sorted, events, letters };
}

/** Channel on which commits of live read models are told. */
export const CHANGES_CHANNEL = 'docket_changes';
const MOST_NAMED = 100;

/** Told when the commit is done, to whoever listens; an empty list of orders means: many. */
async function announce(sql: Queryable, { name }: Projection, events: readonly ProjectedEvent[]): Promise<void> {
  const orders = new Set(events.filter(({ stream }) => stream.startsWith('order-')).map(({ stream }) => stream.slice('order-'.length)));
  const payload = { projection: name, position: String(events.at(-1)?.position ?? 0), orderIds: orders.size > MOST_NAMED ? [] : [...orders] };
  await sql.query('SELECT pg_notify($1, $2)', [CHANGES_CHANNEL, JSON.stringify(payload)]);
}
