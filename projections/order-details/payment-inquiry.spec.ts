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
  it('tell prices, taxes, what was collected and the balance', () => {
    expect(invoicesOf(detailsOf('paid'))).toMatchObject([{ invoiceNumber: 'D-STORY-00008-1', netMinor: 2_550, taxMinor: 510, totalMinor: 3_060, collectedMinor: 1_060, balanceMinor: 2_000 }]);
  });
});

describe('an appeasement request (A55)', () => {
  it('stays listed with who answered it', () => {
    expect(detailsOf('paid').appeasementRequests).toMatchObject([{ by: 'anna', approved: { by: 'sue' } }, { by: 'anna', declined: { by: 'sue', note: 'Once is enough' } }]);
  });
});
