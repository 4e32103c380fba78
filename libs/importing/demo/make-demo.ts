import type { Actor } from '#kernel';
import type { PriceAndTaxPort } from '#catalogue';
import type { CommandExecutor, CommandOutcome } from '#event-store';
import { customerRules, orderRules } from '#ordering';
import { concurrently } from '../concurrently.js';
import { patiently } from '../patience.js';
import { createPeople } from '../people.js';
import { demoOrder, type DemoWorld } from './demo-order.js';

export interface DemoOptions {
  readonly executor: CommandExecutor;
  readonly prices: PriceAndTaxPort;
  /** What is ordered. */
  readonly skus: readonly string[];
  readonly storeId: string;
  readonly agents: readonly Actor[];
  readonly supervisor: Actor;
  readonly carrier: Actor;
  /** How many orders there shall be. */
  readonly orders: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Orders at work at once; 4 unless told: whoever uses Docket meanwhile goes first. */
  readonly concurrency?: number;
  /** Orders that are there; `isNew`: the last of them was made just now. */
  readonly onProgress?: (done: number, of: number, isNew: boolean) => void;
  readonly signal?: AbortSignal;
}

/**
 * Makes orders in every state, by the commands that everybody uses. Given again it goes on where it ended, and makes
 * nothing twice; the people and the goods of the n-th order are always the same.
 *
 * @returns how many orders were not there before
 */
export async function makeDemo(options: DemoOptions): Promise<{ readonly made: number }> {
  const { executor, orders, onProgress = () => undefined, concurrency = 4, signal } = options;
  const world: DemoWorld = { ...options, people: createPeople() };
  let done = 0;
  let made = 0;
  await concurrently(upTo(orders), concurrency, signal, async (n) => {
    const { registration, requests } = await demoOrder(world, n);
    if (registration) expectDone(await patiently(() => executor.executeAll(customerRules, [registration])), n);
    const outcome = await patiently(() => executor.executeAll(orderRules, requests));
    expectDone(outcome, n);
    const isNew = outcome.kind === 'done' && !outcome.repeated && outcome.events.length > 0;
    if (isNew) made += 1;
    done += 1;
    onProgress(done, orders, isNew);
  });
  return { made };
}

/** Somebody who was erased stays erased: the demo does not bring them back. */
function expectDone(outcome: CommandOutcome, n: number): void {
  if (outcome.kind === 'done' || (outcome.kind === 'refused' && outcome.refusal.code === 'subject-erased')) return;
  throw new Error(`demo order ${String(n)} was answered ${outcome.kind}${outcome.kind === 'refused' ? `: ${outcome.refusal.code}` : ''}`);
}

async function* upTo(count: number): AsyncGenerator<number> {
  for (let n = 0; n < count; n += 1) yield await Promise.resolve(n);
}
