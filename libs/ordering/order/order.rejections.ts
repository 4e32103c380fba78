import { formatMinor, refuse, type Decision, type MinorUnits } from '#kernel';
import type { HoldEffect } from './order.events.js';
import type { OrderAlert, OrderHold, OrderStatus } from './order.state.js';

/** Every refusal of an order command, once: stable code, the row of its rule, one plain sentence, figures to repair it. */
export type OrderRejectionCode = keyof typeof RULES;

/** Code → row of the rule. */
const RULES = {
  'order-not-found': 'C1',
  'order-exists': 'C1',
  'order-not-pending': 'A22',
  'order-ended': 'C2',
  'order-already-shipped': 'A25',
  'order-locked-by-another': 'A22',
  'order-already-locked': 'A22',
  'order-not-locked': 'A22',
  'lock-already-yours': 'A23',
  'lock-not-yours': 'A22',
  'lock-renewed-too-early': 'A22',
  'lease-out-of-range': 'A22',
  'order-suspended': 'A33',
  'order-not-suspended': 'A33',
  'order-on-hold': 'A50',
  'line-on-hold': 'A50',
  'hold-already-active': 'A50',
  'hold-without-effect': 'A50',
  'hold-not-found': 'A51',
  'hold-already-resolved': 'A51',
  'alerts-uncleared': 'A35',
  'alert-not-found': 'A35',
  'alert-already-cleared': 'A35',
  'alert-named-twice': 'A35',
  'alerts-not-named': 'A35',
  'currency-unknown': 'C1',
  'order-empty': 'C1',
  'order-not-submitted': 'C1',
  'order-not-confirmed': 'C1',
  'order-not-released': 'C4',
  'order-not-cancelled': 'C4',
  'cancelled-line-by-line': 'C4',
  'reinstatement-too-late': 'C4',
  'refund-under-way': 'C4',
  'products-unavailable': 'C4',
  'line-not-found': 'A21',
  'line-shipped': 'C3',
  'line-not-removed': 'D11',
  'line-taxed-elsewhere': 'A49',
  'line-is-replacement': 'A42',
  'line-named-twice': 'C4',
  'scope-empty': 'A50',
  'comment-empty': 'A27',
  'quantity-out-of-range': 'C1',
  'quantity-unchanged': 'C1',
  'quantity-exceeds-open': 'C4',
  'quantity-exceeds-reshippable': 'A42',
  'quantity-exceeds-returnable': 'C4',
  'address-unchanged': 'A49',
  'country-not-taxed': 'A49',
  'line-partly-shipped': 'A49',
  'external-id-already-recorded': 'A41',
  'shipment-not-found': 'A41',
  'shipment-already-delivered': 'A41',
  'delivery-stop-already-requested': 'A26',
  'delivery-stop-not-requested': 'A26',
  'delivery-already-stopped': 'A26',
  'appointment-exists': 'A58',
  'appointment-not-found': 'A58',
  'appointment-past': 'A58',
  'slot-out-of-range': 'A58',
  'slot-unchanged': 'A58',
  'line-picked-up': 'A56',
  'credit-exceeds-balance': 'A55',
  'appeasement-needs-approval': 'A55',
  'approver-is-the-agent': 'G3',
  'offer-out-of-range': 'A55',
  'appeasement-not-requested': 'A55',
  'approval-exceeds-limit': 'G3',
  'payment-method-not-found': 'A44',
  'payment-method-named-twice': 'A44',
  'payment-token-missing': 'A44',
  'payment-token-unexpected': 'A44',
  'limit-below-charged': 'A44',
  'limit-below-allocated': 'A44',
  'limit-unchanged': 'A44',
  'charge-exceeds-limit': 'A44',
  'allocation-exceeds-limit': 'A44',
  'allocation-below-charged': 'A44',
  'allocations-not-due': 'A44',
  'allocations-unchanged': 'A44',
  'payment-not-covered': 'C1',
  'refund-exceeds-collected': 'A43',
  'void-exceeds-authorized': 'A43',
  'shipment-already-invoiced': 'A46',
  'quantity-exceeds-invoiceable': 'A46',
  'nothing-to-invoice': 'A46',
  'order-invoiced': 'A57',
  'amount-out-of-range': 'A52',
  'discount-exceeds-total': 'A52',
  'discount-borne': 'A52',
  'discount-needs-approval': 'A52',
  'charge-needs-approval': 'A52',
  'charge-not-requested': 'A52',
  'charge-not-found': 'A52',
  'charge-not-manual': 'A52',
  'charge-unchanged': 'A52',
  'charge-not-removed': 'D11',
  'charge-taxed-otherwise': 'A52',
  'charge-change-waits': 'A52',
  'charge-per-unit-needs-line': 'A52',
  'variant-of-another-product': 'A53',
  'variant-unchanged': 'A53',
  'gift-options-unchanged': 'A45',
  'fulfilment-unchanged': 'A56',
  'tax-exemption-already-granted': 'A57',
  'tax-exemption-not-granted': 'A57',
  'line-not-open': 'C3',
  'customer-is-a-guest': 'A24',
} as const;

type Details = Readonly<Record<string, unknown>>;

export type Rejected = Decision<never, OrderRejectionCode>;

export const reject = (code: OrderRejectionCode, message: string, details?: Details): Rejected => refuse(RULES[code], code, message, details);

export const orderNotFound = (): Rejected => reject('order-not-found', 'There is no such order.');

export const notPending = (status: OrderStatus): Rejected =>
  reject('order-not-pending', `Only a pending order can be locked or voided; this one is ${status}.`, { status });

/** @param rule A30 or A31 */
export const notPendingInCall = (rule: string, status: OrderStatus): Rejected =>
  refuse(rule, 'order-not-pending', `Only a pending order can be saved for later; this one is ${status}.`, { status });

/** Copied are orders that were confirmed (A59). */
export const notConfirmedToCopy = (status: OrderStatus): Rejected => refuse('A59', 'order-not-confirmed', `Only a confirmed order is copied; this one is ${status}.`, { status });

export const ended = (status: OrderStatus): Rejected => reject('order-ended', `The order is ${status}.`, { status });

export const alreadyShipped = (status: OrderStatus): Rejected =>
  reject('order-already-shipped', 'An order that was shipped, in part or whole, cannot be cancelled or changed there.', { status });

export const lockedByAnother = (agentId: string, expiresAt: string): Rejected =>
  reject('order-locked-by-another', `The order is locked by ${agentId} until ${expiresAt}.`, { agentId, expiresAt });

export const suspended = (): Rejected => reject('order-suspended', 'The order is suspended until it is resumed.');

const PARTICIPLE: Readonly<Record<HoldEffect, string>> = { confirm: 'confirmed', release: 'released', ship: 'shipped' };

export const onHold = (effect: HoldEffect, holds: readonly OrderHold[]): Rejected =>
  reject('order-on-hold', `A hold stops it: it cannot be ${PARTICIPLE[effect]} before the hold is resolved.`, {
    effect,
    holds: named(holds),
  });

const named = (holds: readonly OrderHold[]): readonly Pick<OrderHold, 'holdId' | 'holdType'>[] => holds.map(({ holdId, holdType }) => ({ holdId, holdType }));

/** With the line its hold would be gone. */
export const lineOnHold = (lineId: string, holds: readonly OrderHold[]): Rejected =>
  reject('line-on-hold', 'A hold names the line: resolve it first, or cancel the line.', { lineId, holds: named(holds) });

export const alertsUncleared = (alerts: readonly OrderAlert[]): Rejected =>
  reject('alerts-uncleared', 'Alerts stop it: nothing advances before they are cleared.', {
    alerts: alerts.map(({ alertId, alertType, severity }) => ({ alertId, alertType, severity })),
  });

export const methodNotFound = (methodId: string): Rejected => reject('payment-method-not-found', 'The order has no such payment method.', { methodId });

export const shipmentNotFound = (shipmentId: string): Rejected => reject('shipment-not-found', 'The order has no such shipment.', { shipmentId });

export const shipmentDelivered = (shipmentId: string): Rejected => reject('shipment-already-delivered', 'That shipment was recorded as delivered before.', { shipmentId });

export const deliveryStopped = (shipmentId: string): Rejected => reject('delivery-already-stopped', 'The carrier confirmed that it turned round: its pieces count as returned.', { shipmentId });

export const alreadyRecorded = (externalId: string): Rejected =>
  reject('external-id-already-recorded', 'Something else was recorded under that id before.', { externalId });

export const lineNotFound = (lineId: string): Rejected => reject('line-not-found', 'The order has no such line.', { lineId });

export const lineNotOpen = (lineId: string): Rejected => reject('line-not-open', 'No piece of the line is left to be sent.', { lineId });

export const lineIsReplacement = (lineId: string): Rejected =>
  reject('line-is-replacement', 'The line replaces lost pieces free of charge: it can only be cancelled.', { lineId });

export const quantityOutOfRange = (greatest: number): Rejected =>
  reject('quantity-out-of-range', `A quantity is a whole number from 1 to ${String(greatest)}.`, { least: 1, greatest });

export const exceeds = (
  code: 'quantity-exceeds-open' | 'quantity-exceeds-reshippable' | 'quantity-exceeds-returnable' | 'quantity-exceeds-invoiceable',
  lineId: string,
  asked: number,
  greatest: number,
): Rejected => reject(code, `${String(asked)} were asked for; at most ${String(greatest)} are left on the line.`, { lineId, asked, greatest });

/** `totalMinor`: what the line comes to, tax included. */
export const discountExceedsLine = (lineId: string, totalMinor: MinorUnits): Rejected =>
  reject('discount-exceeds-total', 'A line is not discounted by more than it comes to.', { lineId, totalMinor });

export const creditExceeds = (asked: MinorUnits, greatest: MinorUnits, currency: string): Rejected =>
  reject('credit-exceeds-balance', `At most ${formatMinor(greatest, currency)} ${currency} can still be credited on this order.`, {
    askedMinor: asked,
    greatestMinor: greatest,
    currency,
  });

export const amountOutOfRange = (): Rejected => reject('amount-out-of-range', 'A figure, or what the order would come to, is outside what an amount may be.');
