import type { Consumer } from './consumer.js';
import type { Message } from './message.js';
import type { StrategyName } from './settings.js';

/** Who gets a message; undefined: nobody who may have it has room just now. */
export type Strategy = (message: Message, consumers: readonly Consumer[]) => Consumer | undefined;

export function strategyNamed(name: StrategyName): Strategy {
  switch (name) {
    case 'DispatchToSingle':
      return (_, consumers) => consumers.find(({ hasRoom }) => hasRoom);
    case 'RoundRobin':
      return roundRobin();
    case 'Pinned':
      return pinnedBy(streamOf);
    case 'PinnedByCorrelation':
      return pinnedBy((message) => correlationOf(message) ?? streamOf(message));
  }
}

function roundRobin(): Strategy {
  let next = 0;
  return (_, consumers) => {
    const start = next % consumers.length;
    const chosen = [...consumers.slice(start), ...consumers.slice(0, start)].find(({ hasRoom }) => hasRoom);
    if (chosen !== undefined) next = consumers.indexOf(chosen) + 1;
    return chosen;
  };
}

/** Each key belongs to the consumer of the highest score: who comes or goes moves no keys but his own. */
function pinnedBy(keyOf: (message: Message) => string): Strategy {
  const salts = new WeakMap<Consumer, number>();
  let salt = 0;
  const scoreOf = (consumer: Consumer, key: string): number => {
    if (!salts.has(consumer)) salts.set(consumer, (salt += 1));
    return hash(`${String(salts.get(consumer))} ${key}`);
  };
  return (message, consumers) => {
    const key = keyOf(message);
    let best: Consumer | undefined;
    let highest = -1;
    for (const consumer of consumers) {
      const score = scoreOf(consumer, key);
      if (score > highest) [best, highest] = [consumer, score];
    }
    return best?.hasRoom === true ? best : undefined;
  };
}

/** The stream of the event itself, also behind a link that was not resolved. */
function streamOf({ event, link }: Message): string {
  if (event !== undefined && event.type !== '$>') return event.stream;
  const pointer = event ?? link;
  return /^\d+@(.+)$/su.exec(Buffer.from(pointer?.data ?? []).toString('utf8'))?.[1] ?? pointer?.stream ?? '';
}

function correlationOf({ event }: Message): string | undefined {
  try {
    const metadata: unknown = JSON.parse(Buffer.from(event?.metadata ?? []).toString('utf8'));
    const id = (metadata as Readonly<Record<string, unknown>> | null)?.$correlationId;
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

/** FNV-1a with a final mix, so that keys that differ in their last letter only spread as well. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
