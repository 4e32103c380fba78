import { isOrderEvent, proveLedger, type LedgerFault } from '#ordering';
import { KeysUnavailable } from '#subject-keys';
import type { EventStorePort, StoredEvent } from './event-store.port.js';
import { MOST_FAULTS, streamsOf } from './verifying.js';
import { createDocketCodec } from './write-side.js';

/** The first event of an order after which its money cannot be right, or cannot be told. */
export interface MoneyFault {
  readonly kind: 'money';
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  readonly eventId: string;
  /** As stored. */
  readonly type: string;
  /** `unreadable`: this program cannot read the event, so nothing is proven from here on. */
  readonly because: LedgerFault['because'] | 'unreadable';
}

type Log = Pick<EventStorePort, 'readAll' | 'readStream' | 'head'>;

const ORDERS: ReadonlySet<string> = new Set(['order']);
const DECODE_BATCH = 200;

/** Money is proven without anybody's name: no key is asked for, so that neither erasure nor a lost key store matters. */
const codec = createDocketCodec({
  obtain: async () => Promise.reject(new KeysUnavailable('nothing is sealed here')),
  lookUp: async () => Promise.reject(new KeysUnavailable('nothing is opened here')),
});

/** The fault of one order whose chain holds, if its money does not add up (D15). Reads in batches, in flat memory. */
export async function moneyFaultOf(store: Pick<EventStorePort, 'readStream'>, stream: string): Promise<MoneyFault | undefined> {
  const proof = proveLedger();
  const faultIn = async (batch: readonly StoredEvent[]): Promise<MoneyFault | undefined> => {
    for (const decoded of await codec.decode(batch, { whenUnavailable: 'show' })) {
      const { revision, position, id: eventId, type } = decoded.stored;
      const event = decoded.kind === 'event' && isOrderEvent(decoded.recorded.event) ? decoded.recorded.event : undefined;
      const because = event === undefined ? 'unreadable' : proof.take(event)?.because;
      if (because !== undefined) return { kind: 'money', stream, revision, position, eventId, type, because };
    }
    return undefined;
  };
  let batch: StoredEvent[] = [];
  for await (const stored of store.readStream(stream)) {
    batch.push(stored);
    if (batch.length < DECODE_BATCH) continue;
    const fault = await faultIn(batch);
    if (fault !== undefined) return fault;
    batch = [];
  }
  return faultIn(batch);
}

/**
 * Proves the money of every order in the log, one order at a time.
 * @param damaged streams whose chains do not hold: what they say about money proves nothing
 * @returns how many orders balance, and the faults in the order of the log
 */
export async function proveMoney(store: Log, damaged: ReadonlySet<string>): Promise<{ readonly balanced: number; readonly faults: readonly MoneyFault[] }> {
  const faults: MoneyFault[] = [];
  let balanced = 0;
  for await (const stream of streamsOf(store, ORDERS, await store.head())) {
    if (damaged.has(stream)) continue;
    const fault = await moneyFaultOf(store, stream);
    if (fault === undefined) balanced += 1;
    else if (faults.push(fault) >= MOST_FAULTS) break;
  }
  return { balanced, faults };
}
