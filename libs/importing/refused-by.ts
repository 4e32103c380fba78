import type { CommandOutcome } from '#event-store';
import type { RefusalReason } from './refusal-reasons.js';

export interface Refused {
  readonly reason: RefusalReason;
  readonly detail?: string;
}

/** Why nothing was written; undefined when it was, now or before. @throws Error for what an import cannot cause */
export function refusedBy(outcome: CommandOutcome): Refused | undefined {
  switch (outcome.kind) {
    case 'done':
      return undefined;
    case 'refused': {
      const { code, message } = outcome.refusal;
      if (code === 'subject-erased') return { reason: 'person-erased' };
      return code === 'order-exists' ? { reason: 'order-exists' } : { reason: 'order-refused', detail: `${code}: ${message}` };
    }
    case 'not-found':
      // The number belongs to an order of another store.
      return { reason: 'order-exists' };
    case 'key-reused':
    case 'stale':
    case 'conflict':
    case 'busy':
      throw new Error(`an imported command was answered ${outcome.kind}`);
  }
}
