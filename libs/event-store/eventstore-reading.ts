import type { AllStreamResolvedEvent, ResolvedEvent } from '@eventstore/db-client';
import { StreamNotFoundError } from '@eventstore/db-client';
import { StoreUnavailable, type StoredEvent } from './event-store.port.js';
import { PushQueue } from './push-queue.js';

/** A record as the client hands it over; undefined for a link whose target is gone. */
export function toStoredEvent(resolved: ResolvedEvent | AllStreamResolvedEvent): StoredEvent | undefined {
  const { event } = resolved;
  if (event === undefined) return undefined;
  const position = event.position?.commit ?? resolved.commitPosition;
  if (position === undefined) throw new StoreUnavailable('the store gave no position: EventStoreDB 22.6 or later is needed');
  return {
    id: event.id,
    type: event.type,
    stream: event.streamId,
    revision: event.revision,
    position,
    isJson: event.isJson,
    data: event.data,
    metadata: event.metadata,
  };
}

/** What the client's streams of reads and subscriptions have in common. */
export interface ClientStream {
  on(event: 'data', listener: (resolved: ResolvedEvent | AllStreamResolvedEvent) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** @throws StoreUnavailable when nothing arrives for so long */
export async function within<Result>(ms: number, what: string, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StoreUnavailable(`${what} took longer than ${String(ms)} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** One page of a read. Ends with the page; a missing stream is an empty page. */
export async function* readPage(stream: ClientStream & { cancel(): Promise<void> }, timeoutMs: number): AsyncGenerator<StoredEvent, void, undefined> {
  const queue = new PushQueue<StoredEvent>(stream);
  const progress = { done: false };
  stream.on('data', (resolved) => {
    const event = toStoredEvent(resolved);
    if (event) queue.push(event);
  });
  stream.on('end', () => {
    progress.done = true;
    queue.end();
  });
  stream.on('error', (error) => {
    progress.done = true;
    if (error instanceof StreamNotFoundError) queue.end();
    else queue.fail(error);
  });
  try {
    for (;;) {
      const event = queue.waiting > 0 ? await queue.next() : await within(timeoutMs, 'a read', queue.next());
      if (event === undefined) return;
      yield event;
    }
  } finally {
    if (!progress.done) void stream.cancel();
  }
}
