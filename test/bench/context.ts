import { randomUUID } from 'node:crypto';
import type { Session } from '../e2e/http.js';
import type { System } from '../e2e/system.js';
import type { Floors } from './floors.js';
import type { HttpLane, LaneReply } from './http-lanes.js';
import type { Figure } from './report.js';
import { given } from './stats.js';

/** Peers' figures on a like machine (two cores, PostgreSQL, loopback), orders in the hundred thousands. */
export const PEER = {
  vendureNote16: { name: "Vendure's note", value: 216 },
  vendureCancel16: { name: "Vendure's cancel", value: 38.6 },
  vendureAddress16: { name: "Vendure's address change", value: 36.5 },
  vendureSearchMs: { name: "Vendure's search box", value: 276 },
  vendureGridMs: { name: "Vendure's grid", value: 43 },
  vendureHistoryMs: { name: "Vendure's history", value: 5.1 },
  eventStoreAppend1: { name: 'an EventStoreDB node, 1', value: 750 },
  eventStoreAppend32: { name: 'an EventStoreDB node, 32', value: 2_860 },
  eventStoreBatch32: { name: 'an EventStoreDB node, batch, 32', value: 5_990 },
  eventStoreReadAll: { name: 'an EventStoreDB node', value: 30_000 },
  castorePush: { name: "castore's push", value: 7_290 },
  castoreLoad: { name: "castore's load of 100", value: 940 },
  emmettCatchUp: { name: "Emmett's asynchronous projection", value: 2_460 },
} as const;

export interface BenchOrder {
  readonly index: number;
  readonly id: string;
  readonly number: string;
  revision: number;
}

/** What the figures of the event store alone need. */
export type StoreBench = Pick<Bench, 'databaseUrl' | 'floors' | 'scale' | 'figures' | 'verified'>;

export interface Bench {
  readonly system: System;
  readonly databaseUrl: string;
  readonly floors: Floors;
  readonly storeId: string;
  readonly scale: number;
  readonly orders: BenchOrder[];
  readonly skus: readonly string[];
  readonly figures: Figure[];
  /** What was checked about the results that were timed. */
  readonly verified: string[];
  session(): Session;
}

/** Sends a command on one lane; fails loudly on anything but success. */
export async function command(bench: Bench, lane: HttpLane, path: string, body: unknown, headers = ''): Promise<LaneReply> {
  const reply = await lane.send(
    'POST',
    path,
    `authorization: Bearer ${given(bench.session().token, 'token')}\r\nidempotency-key: ${randomUUID()}\r\n${headers}`,
    JSON.stringify(body),
  );
  if (reply.status >= 300) throw new Error(`POST ${path} answered ${String(reply.status)}: ${reply.body}`);
  return reply;
}

export async function query(bench: Bench, lane: HttpLane, path: string, headers = ''): Promise<LaneReply> {
  const reply = await lane.send('GET', path, `authorization: Bearer ${given(bench.session().token, 'token')}\r\n${headers}`);
  if (reply.status !== 200) throw new Error(`GET ${path} answered ${String(reply.status)}: ${reply.body}`);
  return reply;
}

export const seen = (order: BenchOrder): string => `docket-seen-revision: ${String(order.revision)}\r\n`;

/** The revision that an answer's ETag tells. */
export function revisionOf(reply: LaneReply): number {
  return Number(given(/"(\d+)"/.exec(reply.header('etag') ?? '')?.[1], 'ETag'));
}

export const marked = (index: number): string => `Canary${index.toString(36)}x`;
