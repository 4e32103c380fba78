import { randomUUID } from 'node:crypto';
import { eventually } from './eventually.js';
import { atLeast, type CommandAnswer, type Headers_, type Reply, type Session } from './http.js';
import { newOrder } from './orders.js';
import { type System } from './system.js';
import { addUsers, signIn } from './users.js';

/** What a call centre needs before the first call: a system, a store of its own, and people with roles. */
export interface Scene {
  readonly system: System;
  /** No other run knows this store: assertions never meet somebody else's orders. */
  readonly storeId: string;
  readonly ann: Session;
  readonly bob: Session;
  readonly supervisor: Session;
  readonly auditor: Session;
  readonly carrier: Session;
  readonly administrator: Session;
  /** A representative of another store. */
  readonly stranger: Session;
  readonly skus: readonly string[];
}

export async function setScene(system: System): Promise<Scene> {
  const storeId = `e2e-${randomUUID().slice(0, 8)}`;
  const people = [
    { userName: 'ann', role: 'csr', stores: [storeId] },
    { userName: 'bob', role: 'csr', stores: [storeId] },
    { userName: 'sue', role: 'supervisor', stores: [storeId] },
    { userName: 'aud', role: 'auditor', stores: [storeId] },
    { userName: 'car', role: 'integration', stores: [storeId] },
    { userName: 'adam', role: 'administrator', stores: [storeId] },
    { userName: 'eve', role: 'csr', stores: [`${storeId}-other`] },
  ] as const;
  await addUsers(system, people);
  const sessions = await Promise.all(people.map(({ userName }) => signIn(system, userName)));
  const [ann, bob, supervisor, auditor, carrier, administrator, stranger] = sessions as [Session, Session, Session, Session, Session, Session, Session];
  const products = await ann.get<{ readonly products: readonly { readonly sku: string }[] }>('/api/products?currency=GBP');
  const scene = { system, storeId, ann, bob, supervisor, auditor, carrier, administrator, stranger, skus: products.body.products.map(({ sku }) => sku) };
  await upToDate(scene);
  return scene;
}

/** A log of others may be long: the read models begin at its beginning. */
async function upToDate(scene: Scene): Promise<void> {
  const newest = await createOrder(scene);
  for (const path of [`/api/orders/${newest.body.orderId}`, `/api/orders/${newest.body.orderId}/history`, `/api/orders?orderNumber=${newest.body.orderNumber}`, '/api/pending-orders']) {
    await eventually(`the read model behind ${path}`, async () => (await scene.ann.get(path, atLeast(newest))).status === 200, 120_000);
  }
}

export const freshMark = (): string => `Mark${randomUUID().replaceAll('-', '').slice(0, 12)}`;

/** A pending order of a guest with two lines, three pieces each. */
export function createOrder(scene: Scene, options: { readonly mark?: string; readonly lines?: number; readonly headers?: Headers_; readonly by?: Session } = {}): Promise<Reply<CommandAnswer>> {
  const skus = scene.skus.slice(0, options.lines ?? 2);
  const body = newOrder({ storeId: scene.storeId, mark: options.mark ?? freshMark(), skus, quantity: 3 });
  return (options.by ?? scene.ann).command('/api/orders', body, options.headers);
}

export const seenBy = (reply: Reply<unknown>): Headers_ => ({ 'docket-seen-revision': (reply.headers.get('etag') ?? '').replaceAll('"', '') });

/** Sends commands one after the other, each having seen the answer before it. */
export async function inTurn(first: Reply<CommandAnswer>, steps: readonly (readonly [by: Session, path: string, body: object])[]): Promise<Reply<CommandAnswer>> {
  let last = first;
  for (const [by, path, body] of steps) {
    last = await by.command(`/api/orders/${first.body.orderId}/${path}`, body, seenBy(last));
  }
  return last;
}

export interface OrderView {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly status: string;
  readonly revision: number | string;
  readonly lines: readonly { readonly lineId: string; readonly sku: string; readonly ordered: number; readonly open: number; readonly cancelled: number; readonly shipped: number; readonly returned: number }[];
  readonly [more: string]: unknown;
}

export interface HistoryEntry {
  readonly eventId: string;
  readonly type: string;
  readonly title: string;
  readonly revision: number | string;
  readonly actor?: unknown;
}

export interface AuditedEvent {
  readonly id: string;
  readonly type: string;
  readonly revision: number | string;
  readonly metadata?: { readonly commandId: string; readonly hash: string; readonly prevHash: string };
  readonly [more: string]: unknown;
}

/** Every event of an order, for auditors, all pages. */
export async function eventsOf(scene: Scene, orderId: string): Promise<readonly AuditedEvent[]> {
  const reply = await scene.auditor.get<{ readonly events: readonly AuditedEvent[] }>(`/api/orders/${orderId}/events`);
  if (reply.status !== 200) throw new Error(`the events answered ${String(reply.status)}: ${reply.text}`);
  return reply.body.events;
}
