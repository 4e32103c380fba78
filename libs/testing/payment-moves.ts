import { orderTotals, type Order, type OrderCommand, type PaymentAction, type PaymentKind } from '#ordering';
import type { OrderMove } from './order-move.js';
import { noteOf } from './order-samples.js';
import { picked } from './picked.js';

const KINDS: readonly PaymentKind[] = ['card', 'gift-card', 'on-account', 'wallet', 'bank-transfer'];
const OUTCOMES = ['authorized', 'captured', 'captured', 'refunded', 'voided', 'declined'] as const;
const ACTIONS: readonly PaymentAction[] = ['authorize', 'capture', 'refund', 'void'];
const ANSWER = { authorize: 'authorized', capture: 'captured', refund: 'refunded', void: 'voided' } as const;

type PaymentMoveType = 'AddPaymentMethod' | 'ChangePaymentMethod' | 'AllocateCharges' | 'SettlePayments' | 'ChasePayment' | 'RecordPayment' | 'IssueInvoice';

/** Money in the raw: half of what is told answers a question, the other half comes from nowhere. */
export function paymentCommandOf(type: PaymentMoveType, { pick, pick2, quantity, money }: OrderMove, order: Order | undefined): OrderCommand {
  const methodId = picked(order?.payments.methods ?? [], pick)?.methodId ?? 'no-method';
  const limit = pick2 % 3 === 0 ? {} : { limitMinor: money * 4 };
  switch (type) {
    case 'AddPaymentMethod': {
      const kind = picked(KINDS, pick) ?? 'card';
      const gateway = kind !== 'on-account' && kind !== 'bank-transfer';
      return { type, kind, ...(gateway !== (pick2 % 7 === 5) && { token: noteOf(`tok_${String(pick)}`) }), ...limit };
    }
    case 'ChangePaymentMethod':
      return { type, methodId, ...limit };
    case 'AllocateCharges':
      return { type, allocations: split(order, pick, money) };
    case 'SettlePayments':
      return { type };
    case 'ChasePayment': {
      const open = picked(order?.payments.open ?? [], pick);
      return { type, paymentId: open?.paymentId ?? 'no-payment', attempt: (open?.attempt ?? 1) + (pick2 % 2) };
    }
    case 'RecordPayment': {
      const open = picked(order?.payments.open ?? [], pick);
      const externalId = `P-${String(pick2)}`;
      if (open !== undefined && pick2 % 2 === 0) {
        const { paymentId, action, amountMinor } = open;
        const answered = { type, externalId, paymentId, methodId: open.methodId, amountMinor };
        return pick % 4 === 3 ? { ...answered, result: { outcome: 'declined', action, failureCode: 'declined' } } : { ...answered, result: { outcome: ANSWER[action] } };
      }
      const outcome = picked(OUTCOMES, pick) ?? 'captured';
      const told = { type, externalId, methodId, amountMinor: money };
      return outcome === 'declined' ? { ...told, result: { outcome, action: picked(ACTIONS, pick2) ?? 'capture', failureCode: 'declined' } } : { ...told, result: { outcome } };
    }
    case 'IssueInvoice':
      if (pick2 % 5 === 4) return { type, of: { kind: 'charges' } };
      if (pick2 % 2 === 0) return { type, of: { kind: 'shipment', shipmentId: picked(order?.shipments ?? [], pick)?.shipmentId ?? 'no-shipment' } };
      return { type, of: { kind: 'lines', lines: [{ lineId: picked(order?.lines ?? [], pick)?.lineId ?? 'no-line', quantity }] } };
    default:
      return type satisfies never;
  }
}

/** What is due over two methods: as it should be most of the time. */
function split(order: Order | undefined, pick: number, money: number) {
  const methods = order?.payments.methods ?? [];
  const [first, second] = [picked(methods, pick), picked(methods, pick + 1)];
  if (order === undefined || first === undefined || second === undefined) return [{ methodId: 'no-method', amountMinor: money }];
  const due = orderTotals(order).totalMinor + (pick % 9 === 8 ? 1 : 0);
  if (first === second) return [{ methodId: first.methodId, amountMinor: due }];
  const part = Math.min(money, due);
  return [{ methodId: first.methodId, amountMinor: part }, { methodId: second.methodId, amountMinor: due - part }];
}
