import { createHmac } from 'node:crypto';
import { canonicalJson, type CommandContext, type DecisionContext, type DomainCommand, type DomainEvent, type RecordedEvent, type Refusal } from '#kernel';
import type { AggregateRules, CommandRequest } from './execute.port.js';
import type { StreamReading } from './folding.js';
import type { ExecutedCommand, Folded, RefusedCommand } from './state-cache.js';

export interface Decided<Event extends DomainEvent> {
  readonly context: CommandContext;
  readonly events: readonly Event[];
}

/** What a folded state says about commands. */
export type Step<Event extends DomainEvent> =
  | { readonly kind: 'append'; readonly decided: readonly Decided<Event>[] }
  | { readonly kind: 'repeated'; readonly commands: readonly ExecutedCommand[] }
  | { readonly kind: 'refused-before'; readonly refused: RefusedCommand }
  | { readonly kind: 'key-reused' }
  | { readonly kind: 'nothing-new' }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly decision: DecisionContext; readonly context: CommandContext }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'stale'; readonly seen: bigint; readonly actual: bigint }
  | { readonly kind: 'conflict'; readonly seen: bigint; readonly actual: bigint; readonly since: readonly RecordedEvent<Event>[] };

/** Whether a step could come out otherwise on a younger state. What was once executed or refused stays so. */
export const needsFreshState = (step: Step<DomainEvent>): boolean =>
  step.kind !== 'repeated' && step.kind !== 'refused-before' && step.kind !== 'key-reused' && step.kind !== 'append';

export interface Consideration {
  readonly fingerprintKey: Buffer;
  readonly policyVersion: string;
  readonly recordedAt: string;
  readonly reading: StreamReading;
  /** A command of its own: then what its sender had seen counts, and refusals bind. */
  readonly alone: boolean;
}

/** Looks for the command ids first, then decides one after another, each on the state that the one before leaves. */
export async function consider<State, Command extends DomainCommand, Event extends DomainEvent>(
  rules: AggregateRules<State, Command, Event>,
  stream: string,
  folded: Folded<State>,
  requests: readonly CommandRequest<Command>[],
  { fingerprintKey, policyVersion, recordedAt, reading, alone }: Consideration,
): Promise<Step<Event>> {
  let { state } = folded;
  let exists = folded.revision !== undefined;
  const decided: Decided<Event>[] = [];
  const repeated: ExecutedCommand[] = [];
  for (const request of requests) {
    const { command, commandId } = request;
    const storeId = rules.storeIdOf(state) ?? request.storeId;
    if (request.storeScope !== 'all' && !request.storeScope.includes(storeId)) return { kind: 'not-found' };

    const fingerprint = createHmac('sha256', fingerprintKey).update(canonicalJson(request.payload ?? command)).digest('hex');
    const done = folded.commands.get(commandId);
    const refused = alone && done === undefined ? folded.refusals?.byCommand.get(commandId) : undefined;
    const before = done ?? refused;
    if (before !== undefined && before.fingerprint !== fingerprint) return { kind: 'key-reused' };
    if (refused !== undefined) return { kind: 'refused-before', refused };
    if (done !== undefined) {
      repeated.push(done);
      continue;
    }

    const unseen = alone ? await whatWasNotSeen(rules, stream, folded, request, reading) : undefined;
    if (unseen !== undefined) return unseen;
    const decision: DecisionContext = { commandId, now: request.occurredAt ?? recordedAt, actor: request.actor };
    const verdict = rules.decider.decide(command, state, decision);
    const context = contextOf(request, { storeId, fingerprint, recordedAt, policyVersion });
    if (verdict.kind === 'refused') {
      const { refusal } = verdict;
      const isMissing = !exists && !(rules.creates?.(command) ?? !refusal.code.endsWith('-not-found'));
      return isMissing ? { kind: 'not-found' } : { kind: 'refused', refusal, decision, context };
    }
    if (verdict.events.length === 0) continue;
    for (const event of verdict.events) state = rules.decider.evolve(state, event);
    exists = true;
    decided.push({ context, events: verdict.events });
  }
  if (decided.length > 0) return { kind: 'append', decided };
  if (repeated.length > 0) return { kind: 'repeated', commands: repeated };
  return exists ? { kind: 'nothing-new' } : { kind: 'not-found' };
}

async function whatWasNotSeen<State, Command extends DomainCommand, Event extends DomainEvent>(
  rules: AggregateRules<State, Command, Event>,
  stream: string,
  folded: Folded<State>,
  { seen, command }: CommandRequest<Command>,
  reading: StreamReading,
): Promise<Step<Event> | undefined> {
  const actual = folded.revision;
  if (seen.kind === 'not-needed' || seen.revision === actual) return undefined;
  if (actual === undefined) return { kind: 'not-found' };
  if (seen.kind === 'exact' || seen.revision > actual) return { kind: 'stale', seen: seen.revision, actual };
  const since = await reading.events<Event>(stream, seen.revision + 1n, Number(actual - seen.revision));
  const commutes = rules.commutes(command, since.map((recorded) => recorded.event));
  return commutes ? undefined : { kind: 'conflict', seen: seen.revision, actual, since };
}

function contextOf(
  request: CommandRequest<DomainCommand>,
  facts: Pick<CommandContext, 'storeId' | 'fingerprint' | 'recordedAt' | 'policyVersion'>,
): CommandContext {
  return {
    ...facts,
    commandId: request.commandId,
    actor: request.actor,
    correlationId: request.correlationId,
    causationId: request.causationId ?? request.commandId,
    occurredAt: request.occurredAt ?? facts.recordedAt,
    origin: request.origin,
    ...(request.onBehalfOf !== undefined && { onBehalfOf: request.onBehalfOf }),
    ...(request.reasonCode !== undefined && { reasonCode: request.reasonCode }),
  };
}
