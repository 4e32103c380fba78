import { credentials, type Client } from '@grpc/grpc-js';
import pg from 'pg';
import { createInterface } from 'node:readline';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EchoClient, echoService } from './floor-echo.js';
import { openLanes } from './http-lanes.js';
import { drive, given, verify } from './stats.js';

/** What the parts can do when nothing of ours stands between: per second, or milliseconds where the name says so. */
export interface Floors {
  readonly 'fastify tiny DTO, 1 connection': number;
  readonly 'fastify tiny DTO, 16 connections': number;
  readonly 'fastify tiny DTO p50 ms, alone': number;
  readonly 'durable INSERT, 1 connection': number;
  readonly 'durable INSERT, 32 connections': number;
  readonly 'INSERT of 100 rows by unnest, rows': number;
  readonly 'sequential read, parsed rows': number;
  readonly 'indexed read p50 ms, alone': number;
  readonly 'indexed read, 16 connections': number;
  readonly 'grpc unary echo, 1 in flight': number;
  readonly 'grpc unary echo, 64 in flight': number;
  readonly 'grpc server stream, messages': number;
}

const EVENT = JSON.stringify({ type: 'OrderCommentAdded', text: 'x'.repeat(300), metadata: { actor: 'a', at: '2026-01-01T00:00:00.000Z', hash: 'f'.repeat(64) } });

export async function measureFloors(databaseUrl: string): Promise<Floors> {
  const nest = await startFloorServer('nest');
  const grpc = await startFloorServer('grpc');
  try {
    return { ...(await httpFloors(nest.port)), ...(await databaseFloors(databaseUrl)), ...(await grpcFloors(grpc.port)) };
  } finally {
    nest.stop();
    grpc.stop();
  }
}

async function startFloorServer(kind: 'nest' | 'grpc'): Promise<{ readonly port: number; stop(): void }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('floor-server.js', import.meta.url)), kind], { stdio: ['pipe', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const { port } = JSON.parse(line) as { readonly port: number };
    return { port, stop: () => child.stdin.end() };
  }
  throw new Error(`the floor server ${kind} did not start`);
}

async function httpFloors(port: number): Promise<Pick<Floors, 'fastify tiny DTO, 1 connection' | 'fastify tiny DTO, 16 connections' | 'fastify tiny DTO p50 ms, alone'>> {
  const lanes = await openLanes(port, 16);
  const post = async (index: number, lane: number): Promise<void> => {
    const reply = await given(lanes[lane], 'lane').send('POST', '/tiny', '', `{"text":"abc","quantity":${String(index)}}`);
    verify(reply.status === 201 && reply.body.includes(`"quantity":${String(index)}`), 'the tiny server echoes the quantity');
  };
  await drive(3_000, 16, post);
  const alone = await drive(4_000, 1, post);
  const many = await drive(20_000, 16, post);
  for (const lane of lanes) lane.close();
  return {
    'fastify tiny DTO, 1 connection': alone.perSecond,
    'fastify tiny DTO, 16 connections': many.perSecond,
    'fastify tiny DTO p50 ms, alone': alone.latency.p50,
  };
}

type DatabaseFloors = Pick<
  Floors,
  | 'durable INSERT, 1 connection'
  | 'durable INSERT, 32 connections'
  | 'INSERT of 100 rows by unnest, rows'
  | 'sequential read, parsed rows'
  | 'indexed read p50 ms, alone'
  | 'indexed read, 16 connections'
>;

async function databaseFloors(url: string): Promise<DatabaseFloors> {
  const pool = new pg.Pool({ connectionString: url, max: 32 });
  const clients = await Promise.all(Array.from({ length: 32 }, () => pool.connect()));
  const at = (lane: number): pg.PoolClient => given(clients[lane], 'connection');
  const count = async (): Promise<number> => Number((await at(0).query<{ n: string }>('SELECT count(*) AS n FROM bench_floor.event')).rows[0]?.n);
  try {
    await at(0).query('DROP SCHEMA IF EXISTS bench_floor CASCADE');
    await at(0).query('CREATE SCHEMA bench_floor');
    await at(0).query('CREATE TABLE bench_floor.event (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, data jsonb NOT NULL)');
    const { rows: durable } = await at(0).query<{ readonly on: boolean }>("SELECT current_setting('synchronous_commit') = 'on' AND current_setting('fsync') = 'on' AS on");
    verify(durable[0]?.on === true, 'commits are durable');
    const insert = async (_: number, lane: number): Promise<void> => {
      await at(lane).query({ name: 'floor-insert', text: 'INSERT INTO bench_floor.event (data) VALUES ($1)', values: [EVENT] });
    };
    await drive(500, 8, insert);
    const one = await drive(3_000, 1, insert);
    const many = await drive(20_000, 32, insert);
    verify((await count()) === 23_500, 'every row was inserted once');
    const hundred = Array.from({ length: 100 }, () => EVENT);
    const unnest = await drive(300, 1, async () => {
      await at(0).query({ name: 'floor-unnest', text: 'INSERT INTO bench_floor.event (data) SELECT unnest($1::jsonb[])', values: [hundred] });
    });
    const total = await count();
    verify(total === 53_500, 'every row of the batches was inserted once');
    const started = performance.now();
    let seen = 0;
    for (let after = '0'; ; ) {
      const { rows } = await at(0).query<{ position: string; data: { readonly type: string } }>({
        name: 'floor-page',
        text: 'SELECT position, data FROM bench_floor.event WHERE position > $1 ORDER BY position LIMIT 1000',
        values: [after],
      });
      seen += rows.filter(({ data }) => data.type === 'OrderCommentAdded').length;
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.position;
    }
    const seconds = (performance.now() - started) / 1000;
    verify(seen === total, 'the sequential read saw every row');
    const lookUp = async (index: number, lane: number): Promise<void> => {
      const { rows } = await at(lane).query<{ data: { readonly type: string } }>({
        name: 'floor-lookup',
        text: 'SELECT data FROM bench_floor.event WHERE position = $1',
        values: [1 + ((index * 7_919) % 20_000)],
      });
      verify(rows[0]?.data.type === 'OrderCommentAdded', 'the look-up found its row');
    };
    await drive(2_000, 16, lookUp);
    const alone = await drive(5_000, 1, lookUp);
    const sixteen = await drive(30_000, 16, lookUp);
    return {
      'durable INSERT, 1 connection': one.perSecond,
      'durable INSERT, 32 connections': many.perSecond,
      'INSERT of 100 rows by unnest, rows': unnest.perSecond * 100,
      'sequential read, parsed rows': seen / seconds,
      'indexed read p50 ms, alone': alone.latency.p50,
      'indexed read, 16 connections': sixteen.perSecond,
    };
  } finally {
    await at(0).query('DROP SCHEMA IF EXISTS bench_floor CASCADE');
    for (const client of clients) client.release();
    await pool.end();
  }
}

type GrpcFloors = Pick<Floors, 'grpc unary echo, 1 in flight' | 'grpc unary echo, 64 in flight' | 'grpc server stream, messages'>;

async function grpcFloors(port: number): Promise<GrpcFloors> {
  const client: Client = new EchoClient(`127.0.0.1:${String(port)}`, credentials.createInsecure());
  const bytes = Buffer.from(EVENT);
  const { path, requestSerialize, responseDeserialize } = given(echoService.echo, 'echo');
  const echo = (): Promise<void> =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, bytes, (error, answer: Buffer | undefined) => {
        if (error) reject(error);
        else if (answer?.length === bytes.length) resolve();
        else reject(new Error('the echo differs'));
      });
    });
  await drive(2_000, 16, echo);
  const one = await drive(3_000, 1, echo);
  const many = await drive(20_000, 64, echo);
  const messages = await streamed(client, bytes, 100_000);
  client.close();
  return { 'grpc unary echo, 1 in flight': one.perSecond, 'grpc unary echo, 64 in flight': many.perSecond, 'grpc server stream, messages': messages };
}

/** Messages per second of one server stream. */
async function streamed(client: Client, bytes: Buffer, count: number): Promise<number> {
  const { path, requestSerialize, responseDeserialize } = given(echoService.repeat, 'repeat');
  const request = Buffer.concat([Buffer.alloc(4), bytes]);
  request.writeUInt32BE(count);
  const from = performance.now();
  let seen = 0;
  const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request);
  await new Promise<void>((resolve, reject) => {
    call.on('data', () => {
      seen += 1;
    });
    call.on('end', resolve);
    call.on('error', reject);
  });
  verify(seen === count, 'every message of the stream arrived');
  return count / ((performance.now() - from) / 1000);
}
