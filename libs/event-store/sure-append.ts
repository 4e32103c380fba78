import { failpoint } from './failpoint.js';
import { StoreUnavailable, type AppendOutcome, type EventStorePort, type EventToAppend, type ExpectedRevision } from './event-store.port.js';

/** `doubtful`: it may be an earlier sending that stands in the log, so its bytes have to be read before they are relied on. */
export type SureAppend = AppendOutcome & { readonly doubtful: boolean };

export interface SureAppendOptions {
  readonly store: EventStorePort;
  /** After so long no further sending is begun. */
  readonly giveUpAfterMs: number;
  readonly pauseMs: number;
  readonly sendings: number;
  /** Read every append back before relying on it. */
  readonly readBack: boolean;
}

/**
 * Sends the identical append again while its outcome is unknown: ids and expected revision make the store recognise it.
 * @throws StoreUnavailable when it stays unknown
 */
export function createSureAppend(options: SureAppendOptions): (stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]) => Promise<SureAppend> {
  const { store, giveUpAfterMs, pauseMs, sendings, readBack } = options;
  // Positions grow: an answer that is not beyond what was known before the sending is about an older event.
  let furthest = -1n;
  /** Streams with an append that was given up: it may come true as late as the next one, and be taken for that. */
  const givenUp = new Set<string>();

  return async (stream, expected, events) => {
    const begun = Date.now();
    const furthestBefore = furthest;
    for (let sending = 1; ; sending += 1) {
      try {
        failpoint('before-append');
        const outcome = await store.append(stream, expected, events);
        failpoint('after-append');
        const doubtful = givenUp.delete(stream) || sending > 1;
        if (outcome.kind === 'wrong-revision') return { ...outcome, doubtful };
        const { position } = outcome;
        const old = readBack || position === undefined || position <= furthestBefore;
        if (position !== undefined && position > furthest) furthest = position;
        return { ...outcome, doubtful: doubtful || old };
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        if (sending >= sendings || Date.now() - begun > giveUpAfterMs) {
          givenUp.add(stream);
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, pauseMs * 2 ** (sending - 1)));
      }
    }
  };
}
