import type { EventStorePort } from '#event-store';
import type { Generation } from './generations.js';

/** The read models were built from another log, or from more of it than there is (cases 52, 54). */
export class LogMismatch extends Error {
  override readonly name = 'LogMismatch';
}

const ADVICE = 'The read models do not belong to this log. Connect the log that they were built from, or run: docket rebuild --all';

/** @throws LogMismatch unless the log goes on where every read model left it */
export async function checkLog(store: EventStorePort, identity: string, generations: readonly Generation[]): Promise<void> {
  const head = (await store.head()) ?? -1n;
  for (const { projection, position, lastEventId, logIdentity } of generations) {
    if (position < 0n) continue;
    if (logIdentity !== identity) throw new LogMismatch(`${projection}: built from log ${logIdentity ?? 'unknown'}, this is ${identity}. ${ADVICE}`);
    if (head < position) throw new LogMismatch(`${projection}: stands at ${String(position)}, the log ends at ${String(head)}. ${ADVICE}`);
    for await (const event of store.readAll({ from: position, maxCount: 1 })) {
      if (event.position !== position || event.id !== lastEventId) throw new LogMismatch(`${projection}: another event stands at ${String(position)}. ${ADVICE}`);
    }
  }
}
