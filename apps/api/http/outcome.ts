import type { FastifyReply } from 'fastify';
import type { CommandOutcome } from '#event-store';
import type { DomainEvent, RecordedEvent } from '#kernel';
import type { PositionTokens } from './position-tokens.js';
import { problem, ProblemError } from './problem.js';

type Done<Event extends DomainEvent> = Extract<CommandOutcome<Event>, { readonly kind: 'done' }>;

export interface EventAnswer {
  readonly id: string;
  readonly type: string;
  readonly revision: number;
}

/**
 * The one place where a command's outcome becomes an HTTP status.
 * @param difference what a conflict says besides the two revisions
 * @throws ProblemError for everything but success
 */
export function doneOrThrow<Event extends DomainEvent>(
  outcome: CommandOutcome<Event>,
  what: 'order' | 'customer' | 'call' | 'edit' | 'cart' = 'order',
  difference: object = {},
): Done<Event> {
  switch (outcome.kind) {
    case 'done':
      return outcome;
    case 'refused': {
      const { code, rule, message, details } = outcome.refusal;
      if (code === 'order-not-found') throw problem('order-not-found');
      throw new ProblemError(409, code, 'A rule refuses it', { rule, detail: message, ...(details !== undefined && { details }), headers: etag(outcome.revision) });
    }
    case 'not-found':
      throw problem(what === 'order' ? 'order-not-found' : 'not-found');
    case 'stale':
      throw problem('stale-revision', { details: { seen: Number(outcome.seen), now: Number(outcome.actual) }, headers: etag(outcome.actual) });
    case 'conflict':
      throw problem('order-changed', {
        detail: 'Look at what happened since, and send it again if you still mean it.',
        details: { seen: Number(outcome.seen), now: Number(outcome.actual), ...difference },
        headers: etag(outcome.actual),
      });
    case 'key-reused':
      throw problem('idempotency-key-reused');
    case 'busy':
      throw problem('order-busy', { headers: { 'retry-after': '1' } });
    default:
      return outcome satisfies never;
  }
}

const etag = (revision: bigint | undefined): Readonly<Record<string, string>> => (revision === undefined ? {} : { etag: `"${String(revision)}"` });

export const eventAnswer = ({ id, event, revision }: RecordedEvent): EventAnswer => ({ id, type: event.type, revision: Number(revision) });

/** Ids of what a command made. Of several of a kind, `lineId` is the first, and `lineIds` are all of them in the order of the request. */
export interface Created extends Readonly<Partial<Record<CreatedId, string>>> {
  readonly lineIds?: readonly string[];
}

export function createdIn(events: readonly RecordedEvent[]): Created | undefined {
  const created: Partial<Record<CreatedId, string>> = {};
  const lineIds = events.flatMap(({ event }) => (event.type === 'OrderLineAdded' ? [(event.data as { readonly lineId: string }).lineId] : []));
  for (const { event } of events) {
    const name = (CREATED as Readonly<Partial<Record<string, CreatedId>>>)[event.type];
    if (name === undefined) continue;
    const id = (event.data as Readonly<Record<string, unknown>>)[name];
    if (typeof id === 'string') created[name] ??= id;
  }
  if (Object.keys(created).length === 0) return undefined;
  return { ...created, ...(lineIds.length > 0 && { lineIds }) };
}

const CREATED = {
  OrderLineAdded: 'lineId',
  OrderHoldApplied: 'holdId',
  OrderAlertRaised: 'alertId',
  OrderCommentAdded: 'commentId',
  OrderLocked: 'lockId',
  OrderLockTakenOver: 'newLockId',
  OrderShipmentRecorded: 'shipmentId',
  OrderReshipped: 'reshipmentId',
  OrderAppeased: 'appeasementId',
  OrderAppeasementRequested: 'appeasementId',
  OrderPaymentMethodAdded: 'methodId',
  OrderPaymentAuthorized: 'transactionId',
  OrderPaymentCaptured: 'transactionId',
  OrderPaymentFailed: 'transactionId',
  OrderRefundIssued: 'transactionId',
  OrderPaymentVoided: 'transactionId',
  OrderInvoiceIssued: 'invoiceId',
  OrderReturnRecorded: 'returnId',
  OrderShipmentExceptionRecorded: 'exceptionId',
  OrderDeliveryStopRequested: 'stopId',
  OrderAppointmentArranged: 'appointmentId',
  OrderChargeAdded: 'chargeId',
  OrderChargeRequested: 'chargeId',
  OrderTaxExemptionGranted: 'exemptionId',
} as const;

type CreatedId = (typeof CREATED)[keyof typeof CREATED];

/** What was done, told in the headers and in the body alike. `etag: false`: its revision is no resource's that has an address. */
export function tellDone<Event extends DomainEvent>(
  reply: FastifyReply,
  positions: PositionTokens,
  done: Pick<Done<Event>, 'revision' | 'position' | 'events' | 'repeated'>,
  { key, etag: tagged = true }: { readonly key?: string; readonly etag?: boolean } = {},
): { readonly revision: number; readonly position: string; readonly repeated: boolean; readonly events: readonly EventAnswer[] } {
  if (key !== undefined) void reply.header('idempotency-key', key);
  const position = positions.format(done.position);
  tellPosition(reply, position, tagged ? done.revision : undefined);
  return { revision: Number(done.revision), position, repeated: done.repeated, events: done.events.map(eventAnswer) };
}

export function tellPosition(reply: FastifyReply, position: string, revision?: bigint | number): void {
  void reply.header('docket-position', position);
  if (revision !== undefined) void reply.header('etag', `"${String(revision)}"`);
}
