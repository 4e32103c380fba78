import { personal } from '#kernel';
import { NOTHING, REASON, type Attempts } from './order.attempt.js';
import type { OrderCommandOf } from './order.commands.js';
import { keptMinor, invoicedPieces, type PaymentMethod } from './order.payment-state.js';
import type { Order, OrderLine } from './order.state.js';
import { orderTotals } from './order.totals.js';
import type { PaymentCommandFields } from './order.payment-commands.js';

const methodIds = ({ payments }: Order): readonly string[] => payments.methods.map(({ methodId }) => methodId);
const oneOr = (ids: readonly string[]): readonly string[] => (ids.length > 0 ? ids : [NOTHING]);

/** Each method bears what it cannot give up; then, as far as its limit goes, the rest, beginning with either end. */
function anAllocation(order: Order, methods: readonly PaymentMethod[]): OrderCommandOf<'AllocateCharges'> {
  let left = Math.max(orderTotals(order).totalMinor, 0) - methods.reduce((sum, method) => sum + keptMinor(method), 0);
  const allocations = methods.map((method) => {
    const most = Math.max((method.limitMinor ?? Number.MAX_SAFE_INTEGER) - keptMinor(method), 0);
    const more = Math.min(Math.max(left, 0), most);
    left -= more;
    return { methodId: method.methodId, amountMinor: keptMinor(method) + more };
  });
  return { type: 'AllocateCharges', allocations };
}

/** What is allocated, with a penny taken from one method and given to another. */
function aPennyMoved(order: Order): readonly OrderCommandOf<'AllocateCharges'>[] {
  const { methods } = order.payments;
  const roomy = (method: PaymentMethod): boolean => method.allocatedMinor < (method.limitMinor ?? Number.MAX_SAFE_INTEGER);
  return methods
    .filter((from) => from.allocatedMinor > keptMinor(from))
    .flatMap((from) => methods.filter((to) => to !== from && roomy(to)).map((to) => ({ from, to })))
    .map(({ from, to }) => ({
      type: 'AllocateCharges',
      allocations: methods.map((method) => ({ methodId: method.methodId, amountMinor: method.allocatedMinor + (method === to ? 1 : method === from ? -1 : 0) })),
    }));
}

const invoiceable = (order: Order, line: OrderLine): number => (line.replaces === undefined ? line.shipped - invoicedPieces(order.payments, line.lineId) : 0);

/** Money and invoices: what to try each command with. */
export const PAYMENT_ATTEMPTS: { readonly [Type in keyof PaymentCommandFields]: Attempts<OrderCommandOf<Type>> } = {
  AddPaymentMethod: {
    tries: ({ contact }) => [{ type: 'AddPaymentMethod', kind: 'on-account' }, { type: 'AddPaymentMethod', kind: 'card', token: personal(contact.subjectId, REASON) }],
  },
  ChangePaymentMethod: {
    tries: (order) => {
      const free = oneOr(methodIds(order)).map((methodId) => ({ type: 'ChangePaymentMethod' as const, methodId }));
      return [...free, ...free.map((each) => ({ ...each, limitMinor: 1_000_000_000_000 }))];
    },
    bounds: (order) => ({ parts: methodIds(order) }),
  },
  AllocateCharges: {
    tries: (order) => [anAllocation(order, order.payments.methods), anAllocation(order, [...order.payments.methods].reverse()), ...aPennyMoved(order)],
    bounds: (order) => ({ parts: methodIds(order), greatestMinor: Math.max(orderTotals(order).totalMinor, 0) }),
  },
  SettlePayments: { tries: () => [{ type: 'SettlePayments' }] },
  ChasePayment: { tries: ({ payments }) => [{ type: 'ChasePayment', paymentId: payments.open[0]?.paymentId ?? NOTHING, attempt: (payments.open[0]?.attempt ?? 1) + 1 }] },
  RecordPayment: {
    tries: (order, { commandId }) =>
      oneOr(methodIds(order)).map((methodId) => ({ type: 'RecordPayment', result: { outcome: 'declined', action: 'authorize', failureCode: REASON }, externalId: commandId, methodId, amountMinor: 1 })),
    bounds: (order) => ({ parts: methodIds(order) }),
  },
  IssueInvoice: {
    tries(order) {
      const lines = order.lines.filter((line) => invoiceable(order, line) > 0).map(({ lineId }) => ({ type: 'IssueInvoice' as const, of: { kind: 'lines' as const, lines: [{ lineId, quantity: 1 }] } }));
      const shipments = order.shipments.map(({ shipmentId }) => ({ type: 'IssueInvoice' as const, of: { kind: 'shipment' as const, shipmentId } }));
      const pieces = lines.length + shipments.length > 0 ? [...lines, ...shipments] : [{ type: 'IssueInvoice' as const, of: { kind: 'shipment' as const, shipmentId: NOTHING } }];
      return [...pieces, { type: 'IssueInvoice', of: { kind: 'charges' } }];
    },
    bounds: (order) => ({
      lines: order.lines.filter((line) => invoiceable(order, line) > 0).map((line) => ({ lineId: line.lineId, least: 1, greatest: invoiceable(order, line) })),
    }),
  },
};
