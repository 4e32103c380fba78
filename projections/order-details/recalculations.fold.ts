import type { MinorUnits } from '#kernel';
import type { OrderEvent, OrderEventType } from '#ordering';
import type { ProjectedEvent } from '#projecting';
import { foldEvent } from './order-details.fold.js';
import { RECALCULATIONS_SHOWN, type ChargeView, type LineView, type OrderDetails, type RecalculatedPart, type RecalculationView } from './order-details.types.js';
import { chargeTax, requesterOf } from './order-pricing.fold.js';

/** Which command leads to an event that can change what the order comes to, and the row of the rule that it follows. */
const CAUSES: Readonly<Partial<Record<OrderEventType, { readonly command: string; readonly rule: string }>>> = {
  OrderLineAdded: { command: 'AddOrderLine', rule: 'A48' },
  OrderLineQuantityChanged: { command: 'ChangeOrderLineQuantity', rule: 'A48' },
  OrderLineVariantChanged: { command: 'ChangeOrderLineVariant', rule: 'A53' },
  OrderLineRemoved: { command: 'RemoveOrderLine', rule: 'A48' },
  OrderLineRestored: { command: 'RestoreOrderLine', rule: 'D11' },
  OrderTaxExemptionGranted: { command: 'GrantOrderTaxExemption', rule: 'A57' },
  OrderTaxExemptionRevoked: { command: 'RevokeOrderTaxExemption', rule: 'A57' },
  OrderAddressChanged: { command: 'ChangeOrderAddress', rule: 'A49' },
  OrderChargeAdded: { command: 'AddOrderCharge', rule: 'A52' },
  OrderChargeChanged: { command: 'ChangeOrderCharge', rule: 'A52' },
  OrderChargeRemoved: { command: 'RemoveOrderCharge', rule: 'A52' },
  OrderChargeRestored: { command: 'RestoreOrderCharge', rule: 'A52' },
  OrderCancelled: { command: 'CancelOrder', rule: 'A25' },
  OrderReinstated: { command: 'ReinstateOrder', rule: 'C4' },
  OrderLineCancelled: { command: 'CancelOrderLine', rule: 'A25' },
  OrderReturnRecorded: { command: 'RecordReturn', rule: 'C4' },
  OrderDeliveryStopConfirmed: { command: 'ConfirmDeliveryStop', rule: 'A26' },
  OrderAppeased: { command: 'AppeaseOrder', rule: 'A55' },
};

/** Of what a second person approved, the command was the approval, and who had asked for it is another. */
function causeOf({ event }: ProjectedEvent, before: OrderDetails): Pick<RecalculationView, 'command' | 'rule' | 'requestedBy'> {
  const { type, data } = event as OrderEvent;
  const cause = CAUSES[type];
  if (cause === undefined) return {};
  switch (type) {
    case 'OrderChargeAdded':
    case 'OrderChargeChanged':
      return data.approvedBy === undefined ? cause : { ...cause, command: 'ApproveOrderCharge', ...requesterOf(before, data) };
    case 'OrderAppeased': {
      const asked = before.appeasementRequests.find(({ appeasementId }) => appeasementId === data.appeasementId);
      return data.approvedBy === undefined ? cause : { ...cause, command: 'ApproveAppeasement', ...(asked && { requestedBy: asked.by }) };
    }
    default:
      return cause;
  }
}

/** The order after one more event, and how its figures came to differ from before (A63). */
export function foldExplained(before: OrderDetails | undefined, recorded: ProjectedEvent): OrderDetails | undefined {
  const after = foldEvent(before, recorded);
  if (before === undefined || after === undefined || after === before) return after;
  const parts = [...lineParts(before, after), ...chargeParts(before, after), ...creditParts(before, after)];
  if (parts.length === 0) return after;
  const { commandId } = recorded.metadata;
  const totals = { beforeMinor: before.totals.totalMinor, afterMinor: after.totals.totalMinor };
  const recalculation = { ...after.updated, revision: after.revision, event: recorded.event.type, ...causeOf(recorded, before), commandId, ...totals, parts };
  return { ...after, recalculations: [...after.recalculations, recalculation].slice(-RECALCULATIONS_SHOWN), recalculationCount: after.recalculationCount + 1 };
}

/** The order as a run of events makes it: as of any revision or time (A20). */
export function foldOrderDetails(events: Iterable<ProjectedEvent>): OrderDetails | undefined {
  let details: OrderDetails | undefined;
  for (const event of events) details = foldExplained(details, event);
  return details;
}

type Figures = readonly (readonly [figure: RecalculatedPart['figure'], minor: MinorUnits])[];
type Of = Pick<RecalculatedPart, 'lineId' | 'chargeId' | 'appeasementId'>;

/** What is no longer there counts for nothing after, what comes for nothing before. */
function differing(of: Of, before: Figures, after: Figures): readonly RecalculatedPart[] {
  const names = [...new Set([...before, ...after].map(([figure]) => figure))];
  const minorOf = (figures: Figures, name: RecalculatedPart['figure']): MinorUnits => figures.find(([figure]) => figure === name)?.[1] ?? 0;
  return names
    .map((figure) => ({ figure, ...of, beforeMinor: minorOf(before, figure), afterMinor: minorOf(after, figure) }))
    .filter(({ beforeMinor, afterMinor }) => beforeMinor !== afterMinor);
}

const lineFigures = (line: LineView | undefined): Figures =>
  line === undefined ? [] : [['goods', line.netMinor], ['tax', line.taxMinor], ['credits', line.cancelledMinor + line.returnedMinor]];

/** Lines that are the same object did not change: a fold copies only what it changes. */
function lineParts(before: OrderDetails, after: OrderDetails): readonly RecalculatedPart[] {
  if (before.lines === after.lines) return [];
  const was = (line: LineView, at: number): LineView | undefined => {
    const there = before.lines[at];
    return there?.lineId === line.lineId ? there : before.lines.find(({ lineId }) => lineId === line.lineId);
  };
  const changed = after.lines.flatMap((line, at) => {
    const old = was(line, at);
    return old === line ? [] : differing({ lineId: line.lineId }, lineFigures(old), lineFigures(line));
  });
  if (after.lines.length >= before.lines.length) return changed;
  const kept = new Set(after.lines.map(({ lineId }) => lineId));
  return [...changed, ...before.lines.filter(({ lineId }) => !kept.has(lineId)).flatMap((line) => differing({ lineId: line.lineId }, lineFigures(line), []))];
}

const chargeFigures = (charge: ChargeView | undefined, details: OrderDetails): Figures =>
  charge === undefined ? [] : [[charge.kind === 'charge' ? 'charges' : 'discounts', charge.amountMinor], ['tax', chargeTax(charge, details)]];

function chargeParts(before: OrderDetails, after: OrderDetails): readonly RecalculatedPart[] {
  if (before.charges === after.charges && before.taxExemption === after.taxExemption) return [];
  const ids = new Set([...before.charges, ...after.charges].map(({ chargeId }) => chargeId));
  return [...ids].flatMap((chargeId) => {
    const [old, now] = [before, after].map(({ charges }) => charges.find((charge) => charge.chargeId === chargeId));
    const of = (old ?? now)?.scope;
    return differing({ chargeId, ...(of?.kind === 'line' && { lineId: of.lineId }) }, chargeFigures(old, before), chargeFigures(now, after));
  });
}

function creditParts(before: OrderDetails, after: OrderDetails): readonly RecalculatedPart[] {
  const whole = differing({}, [['credits', before.cancelledMinor]], [['credits', after.cancelledMinor]]);
  const granted = after.appeasements.slice(before.appeasements.length);
  return [...whole, ...granted.flatMap(({ appeasementId, creditedMinor }) => differing({ appeasementId }, [], [['credits', creditedMinor]]))];
}
