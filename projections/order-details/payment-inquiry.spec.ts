import { describe, expect, it } from '@jest/globals';
import type { ProjectedEvent } from '#projecting';
import { story } from '#testing';
import { foldOrderDetails } from './recalculations.fold.js';
import type { OrderDetails } from './order-details.types.js';
import { invoicesOf, paymentInquiryOf } from './payment-inquiry.js';

function detailsOf(name: string): OrderDetails {
  const told = story().find((order) => order.name === name);
  const events = told?.commands.flatMap(({ events: made, actor, at }) => made.map((event) => ({ event, at, actor }))) ?? [];
  const recorded = events.map(({ event, at, actor }, index) => ({ event, stream: `order-${told?.orderId ?? ''}`, revision: BigInt(index), metadata: { recordedAt: at, occurredAt: at, actor } }) as unknown as ProjectedEvent);
  const details = foldOrderDetails(recorded);
  if (details === undefined) throw new Error(`there is no order ${name}`);
  return details;
}

describe('the payment inquiry (A43)', () => {
  it('tells what was authorized, captured and given back, every transaction, and that nothing is owed', () => {
    expect(paymentInquiryOf(detailsOf('paid'))).toMatchObject({
      authorizedMinor: 2_000,
      capturedMinor: 2_000,
      refundedMinor: 940,
      outstandingMinor: 0,
      refundDueMinor: 0,
      transactions: [{ outcome: 'authorized' }, { outcome: 'declined', action: 'authorize', failureCode: 'insufficient-funds' }, { outcome: 'captured' }, { outcome: 'refunded', by: 'warehouse' }, { outcome: 'authorized' }, { outcome: 'voided' }],
      credits: { appeasements: [{ creditedMinor: 2_000, approvedBy: 'sue' }] },
    });
  });

  it('never shows a token', () => {
    expect(JSON.stringify(detailsOf('paid'))).not.toContain('tok_story');
  });

  it('tells what is outstanding of an order that nobody has paid, and why it comes to less', () => {
    const inquiry = paymentInquiryOf(detailsOf('intercepted'));
    expect(inquiry).toMatchObject({ outstandingMinor: inquiry.totals.totalMinor, credits: { stoppedDeliveries: [{ confirmed: { lines: [{ creditedMinor: 1_020 }] } }] } });
  });
});

describe('invoices (A46)', () => {
  it('tell prices, taxes, what was credited, what was collected and the balance', () => {
    expect(invoicesOf(detailsOf('paid'))).toMatchObject([{ invoiceNumber: 'D-STORY-00008-1', netMinor: 2_550, taxMinor: 510, totalMinor: 3_060, creditedMinor: 2_000, collectedMinor: 1_060, balanceMinor: 0 }]);
  });

  const bills = (totalMinor: number, capturedMinor: number, totals: readonly number[], status: OrderDetails['status'] = 'shipped'): readonly (readonly number[])[] => {
    const paid = detailsOf('paid');
    const [invoice] = paid.invoices;
    const [method] = paid.payments.methods;
    if (invoice === undefined || method === undefined) throw new Error('the story has no invoice');
    const invoices = totals.map((each) => ({ ...invoice, totalMinor: each }));
    const methods = [{ ...method, capturedMinor, refundedMinor: 0 }];
    return invoicesOf({ ...paid, status, totals: { ...paid.totals, totalMinor }, invoices, payments: { ...paid.payments, methods } }).map((each) => [each.creditedMinor, each.collectedMinor, each.balanceMinor]);
  };

  it('bear what the order comes to less, the newest first; what was collected pays the oldest first', () => {
    expect(bills(9_000, 0, [5_000, 5_000])).toEqual([[0, 0, 5_000], [1_000, 0, 4_000]]);
    expect(bills(3_000, 2_000, [5_000, 1_000, 500])).toEqual([[2_000, 2_000, 1_000], [1_000, 0, 0], [500, 0, 0]]);
    expect(bills(9_000, 6_500, [5_000, 5_000])).toEqual([[0, 5_000, 0], [1_000, 1_500, 2_500]]);
    expect(bills(20_000, 500, [5_000, 5_000])).toEqual([[0, 500, 4_500], [0, 0, 5_000]]);
  });

  it('are not paid for twice when more was collected than they come to', () => {
    expect(bills(20_000, 12_000, [5_000, 5_000])).toEqual([[0, 5_000, 0], [0, 5_000, 0]]);
    expect(bills(4_000, 5_000, [5_000])).toEqual([[1_000, 4_000, 0]]);
  });
});

describe('an appeasement request (A55)', () => {
  it('stays listed with who answered it', () => {
    expect(detailsOf('paid').appeasementRequests).toMatchObject([{ by: 'anna', approved: { by: 'sue' } }, { by: 'anna', declined: { by: 'sue', note: 'Once is enough' } }]);
  });
});
