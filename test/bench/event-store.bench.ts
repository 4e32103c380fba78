import { EventStoreDBClient, jsonEvent, NO_STREAM, START, type AllStreamSubscription } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { eventually } from '../e2e/eventually.js';
import { PEER, type StoreBench } from './context.js';
import { drive, given, verify } from './stats.js';

interface Store {
  readonly url: string;
  stop(): Promise<void>;
}

/** Of what is done with 10,000 orders, as much as the run is smaller or greater. */
const scaled = (bench: StoreBench, count: number): number => Math.max(50, Math.round((count * bench.scale) / 10_000));

const TEXT = 'x'.repeat(300);
const event = (n: number) => jsonEvent({ type: 'BenchHappened', data: { n, text: TEXT }, metadata: { actor: 'bench', hash: 'f'.repeat(64) } });
const credentials = { username: 'admin', password: 'changeit' };

/** P2 and the store's part of P3: through the real client, on a log of its own in the same PostgreSQL. */
export async function eventStore(bench: StoreBench): Promise<void> {
  const store = await startStore(bench.databaseUrl);
  const client = EventStoreDBClient.connectionString(store.url);
  try {
    const appended = (await appends(bench, client)) + (await batches(bench, client)) + (await imports(bench, client));
    await streamsOfHundred(bench, client);
    await catchUpOfAll(bench, client, appended);
    await fanOut(bench, client);
  } finally {
    await client.dispose();
    await store.stop();
  }
}

async function startStore(databaseUrl: string): Promise<Store> {
  const name = `bench_log_${randomUUID().slice(0, 8)}`;
  const admin = new pg.Client({ connectionString: databaseUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  const main = fileURLToPath(new URL('../../libs/embedded-eventstore/main.js', import.meta.url));
  const child = spawn(process.execPath, [main], { env: { ...process.env, DATABASE_URL: url.href, HOST: '127.0.0.1', PORT: '0' }, stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await exited;
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const { connectionString } = JSON.parse(line) as { readonly connectionString: string };
    return { url: connectionString, stop };
  }
  await stop();
  throw new Error('the event store did not start');
}

/** Each lane its own stream, each append with the revision it expects. */
async function appends(bench: StoreBench, client: EventStoreDBClient): Promise<number> {
  let total = 0;
  for (const [atOnce, full] of [[1, 1_500], [32, 12_000], [64, 16_000], [256, 16_000]] as const) {
    const count = scaled(bench, full);
    const run = randomUUID();
    const revisions = new Map<number, bigint>();
    const append = async (n: number, lane: number): Promise<void> => {
      const last = revisions.get(lane);
      const { success, nextExpectedRevision } = await client.appendToStream(`append-${run}_${String(lane)}`, event(n), { expectedRevision: last ?? NO_STREAM, credentials });
      verify(success && nextExpectedRevision === (last ?? -1n) + 1n, 'every append moves its stream by one');
      revisions.set(lane, nextExpectedRevision);
    };
    const { perSecond, latency } = await drive(count, atOnce, append);
    total += count;
    verify([...revisions.values()].reduce((sum, last) => sum + Number(last) + 1, 0) === count, 'every append was answered once');
    const floor = atOnce === 1 ? { name: 'grpc unary echo, 1', value: bench.floors['grpc unary echo, 1 in flight'] } : { name: 'grpc unary echo, 64', value: bench.floors['grpc unary echo, 64 in flight'] };
    bench.figures.push({
      goal: 'P2',
      what: `append one event with expected revision, ${String(atOnce)} in flight`,
      value: perSecond,
      unit: 'per s',
      floor,
      ...(atOnce === 64 && { must: { least: 0.65 * floor.value } }),
      peer: atOnce === 1 ? PEER.eventStoreAppend1 : PEER.eventStoreAppend32,
    });
    if (atOnce === 1) {
      const echoAndInsert = 1_000 / bench.floors['grpc unary echo, 1 in flight'] + 1_000 / bench.floors['durable INSERT, 1 connection'];
      bench.figures.push({ goal: 'P2', what: 'append one event, alone, p50', value: latency.p50, unit: 'ms', floor: { name: 'an echo and a durable INSERT', value: echoAndInsert } });
    }
  }
  return total;
}

/** BatchAppend, as the client chooses where no credentials are given: each event its own stream and check. */
async function batches(bench: StoreBench, client: EventStoreDBClient): Promise<number> {
  let total = 0;
  const run = randomUUID();
  for (const [atOnce, full] of [[32, 10_000], [256, 30_000]] as const) {
    const count = scaled(bench, full);
    const { perSecond } = await drive(count, atOnce, async (n) => {
      const { success, nextExpectedRevision } = await client.appendToStream(`batch-${run}_${String(atOnce)}_${String(n)}`, event(n), { expectedRevision: NO_STREAM });
      verify(success && nextExpectedRevision === 0n, 'every event begins its own stream');
    });
    total += count;
    const floor = { name: 'durable INSERT, 32', value: bench.floors['durable INSERT, 32 connections'] };
    bench.figures.push({
      goal: 'P2',
      what: `batch append, each event its own stream and check, ${String(atOnce)} in flight`,
      value: perSecond,
      unit: 'per s',
      floor,
      ...(atOnce === 256 && { must: { least: 0.9 * floor.value } }),
      peer: atOnce === 256 ? PEER.castorePush : PEER.eventStoreBatch32,
    });
  }
  return total;
}

async function imports(bench: StoreBench, client: EventStoreDBClient): Promise<number> {
  const run = randomUUID();
  const appendsOf = scaled(bench, 400);
  const { perSecond } = await drive(appendsOf, 8, async (n) => {
    const { nextExpectedRevision } = await client.appendToStream(`import-${run}_${String(n)}`, Array.from({ length: 100 }, (_, at) => event(at)), { expectedRevision: NO_STREAM, credentials });
    verify(nextExpectedRevision === 99n, 'a hundred events were appended');
  });
  const floor = { name: 'INSERT of 100 rows by unnest', value: bench.floors['INSERT of 100 rows by unnest, rows'] };
  bench.figures.push({ goal: 'P2', what: 'append of 100 events in one call, 8 in flight, events', value: perSecond * 100, unit: 'per s', floor, must: { least: floor.value } });
  return appendsOf * 100;
}

async function streamsOfHundred(bench: StoreBench, client: EventStoreDBClient): Promise<void> {
  const stream = `hundred-${randomUUID()}`;
  await client.appendToStream(stream, Array.from({ length: 100 }, (_, at) => event(at)), { expectedRevision: NO_STREAM, credentials });
  const read = async (): Promise<void> => {
    let next = 0n;
    for await (const { event: found } of client.readStream(stream, { maxCount: 200 })) {
      verify(found?.revision === next, 'a stream is read in order');
      next += 1n;
    }
    verify(next === 100n, 'a stream is read whole');
  };
  await drive(100, 4, read);
  const one = await drive(scaled(bench, 500), 1, read);
  const many = await drive(scaled(bench, 2_000), 32, read);
  const streamsPerSecond = bench.floors['grpc server stream, messages'] / 100;
  const readAndStream = { name: 'an indexed read and 100 messages of a stream', value: bench.floors['indexed read p50 ms, alone'] + 1_000 / streamsPerSecond };
  bench.figures.push(
    { goal: 'P3', what: 'cold load of a stream of 100 events through the client, p50', value: one.latency.p50, unit: 'ms', must: { most: 2.2 }, floor: readAndStream },
    { goal: 'P3', what: 'loads of a stream of 100 events, 32 at once', value: many.perSecond, unit: 'per s', floor: { name: 'grpc server stream, of 100', value: streamsPerSecond }, must: { least: 1.5 * PEER.castoreLoad.value }, peer: PEER.castoreLoad },
  );
}

async function catchUpOfAll(bench: StoreBench, client: EventStoreDBClient, least: number): Promise<void> {
  const from = performance.now();
  let seen = 0;
  let last = -1n;
  for await (const { event: found } of client.readAll({ fromPosition: START, maxCount: 1_000_000 })) {
    const at = given(found?.position.commit, 'position');
    verify(at > last, 'positions grow');
    last = at;
    if (found?.type === 'BenchHappened') seen += 1;
  }
  verify(seen >= least, `every event is in $all: ${String(seen)} of ${String(least)}`);
  bench.figures.push({
    goal: 'P2',
    what: `reading $all, ${String(seen)} events`,
    value: seen / ((performance.now() - from) / 1000),
    unit: 'per s',
    floor: { name: 'sequential read', value: bench.floors['sequential read, parsed rows'] },
    peer: PEER.eventStoreReadAll,
  });
}

const SUBSCRIBERS = 100;

/** Every live event reaches every subscriber; what is counted are deliveries. */
async function fanOut(bench: StoreBench, client: EventStoreDBClient): Promise<void> {
  const count = 1_000;
  const stream = `fan-out-${randomUUID()}`;
  let delivered = 0;
  const subscriptions: AllStreamSubscription[] = [];
  for (let n = 0; n < SUBSCRIBERS; n += 1) {
    const subscription = client.subscribeToAll({ fromPosition: 'end', credentials });
    let next = 0n;
    subscription.on('data', ({ event: found }) => {
      if (found?.streamId !== stream) return;
      verify(found.revision === next, 'a subscriber misses nothing and sees nothing twice');
      next += 1n;
      delivered += 1;
    });
    subscription.on('error', () => undefined);
    subscriptions.push(subscription);
    await new Promise((resolve) => subscription.once('confirmation', resolve));
  }
  const from = performance.now();
  for (let n = 0; n < count; n += 50) await client.appendToStream(stream, Array.from({ length: 50 }, (_, at) => event(n + at)), { credentials });
  await eventually('every subscriber has everything', () => delivered === count * SUBSCRIBERS, 60_000);
  const seconds = (performance.now() - from) / 1000;
  await Promise.all(subscriptions.map((subscription) => subscription.unsubscribe()));
  bench.figures.push({ goal: 'P2', what: `fan-out to ${String(SUBSCRIBERS)} live subscribers, deliveries`, value: delivered / seconds, unit: 'per s', floor: { name: 'grpc server stream', value: bench.floors['grpc server stream, messages'] } });
  bench.verified.push(`${String(count)} live events reached each of ${String(SUBSCRIBERS)} subscribers once and in order`);
}
