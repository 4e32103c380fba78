import { formatMinor, isPersonal, shown } from '#kernel';
import { foldOrderDetails } from '#projections';
import type { ReplayedEvent } from './replaying.js';

/** A step for people. */
export function asText(step: ReplayedEvent): string {
  const { recorded, stored } = step;
  if (recorded === undefined) return `#${String(stored.revision)}  ${stored.type}: cannot be read (${step.kind})  ${proofInWords(step)}`;
  const { event, metadata } = recorded;
  const who = `${metadata.actor.id} (${metadata.actor.role})${metadata.onBehalfOf === undefined ? '' : ` for ${metadata.onBehalfOf}`}`;
  const when = metadata.occurredAt === metadata.recordedAt ? metadata.recordedAt : `${metadata.occurredAt}, recorded ${metadata.recordedAt}`;
  const details = fieldsOf(event.data).map(([label, value]) => `      ${label}: ${value}`);
  return [`#${String(recorded.revision)}  ${when}  ${who}`, `    ${event.type}: ${step.meaning ?? ''}`, ...details, `      ${proofInWords(step)}`].join('\n');
}

/** A step for programs: members in a fixed order, figures that may exceed a double as text. */
export function asJson(step: ReplayedEvent): string {
  const { stored, recorded } = step;
  return JSON.stringify({
    revision: String(stored.revision),
    position: String(stored.position),
    id: stored.id,
    type: recorded?.event.type ?? stored.type,
    meaning: step.meaning,
    readable: recorded !== undefined,
    proof: step.proof,
    data: recorded?.event.data,
    metadata: stored.metadata,
  });
}

/** Where the steps have led: the order as of the last of them. */
export function standing(steps: readonly ReplayedEvent[]): string {
  const details = foldOrderDetails(steps.flatMap(({ recorded }) => recorded ?? []));
  if (details === undefined) return 'There is no order yet.';
  const { orderNumber, revision, status, lines, totals, currency } = details;
  return `Order ${orderNumber} as of #${String(revision)}: ${status}, ${lines.length === 1 ? '1 line' : `${String(lines.length)} lines`}, total ${formatMinor(totals.totalMinor, currency)} ${currency}.`;
}

function proofInWords({ proof, stored, recorded }: ReplayedEvent): string {
  switch (proof) {
    case 'holds':
      return `proof: event ${stored.id}, hash ${recorded?.metadata.hash ?? ''}`;
    case 'changed':
      return `NO PROOF: event ${stored.id} is not what its hash says`;
    case 'out-of-line':
      return `NO PROOF: event ${stored.id} does not follow the one before it`;
  }
}

/** The members of a payload, nested ones by their path; a person's as far as they may still be read. */
function fieldsOf(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (isPersonal(value)) {
    if (value.is === 'known' && typeof value.value === 'object' && value.value !== null) return fieldsOf(value.value, path);
    return [[path, shown(value, String) ?? '']];
  }
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, member]) => fieldsOf(member, path === '' ? key : `${path}.${key}`));
}
