import { describe, expect, it } from '@jest/globals';
import { story } from '#testing';
import type { DocketEvent } from '#ordering';
import { describeEvent } from './describe-event.js';

const shippingAddress = { recipient: 'Ada Lovelace', line1: '1 Row', city: 'Leeds', postcode: 'LS1 1AA' };

describe('the words of the activity history', () => {
  it('say of every event in the story what happened, without ids of the program where a name is known', () => {
    for (const { events } of story()) {
      for (const event of events) {
        const { title, details } = describeEvent({ event }, { currency: 'GBP', skuOf: () => 'SKU-1' });
        expect({ type: event.type, title }).toEqual({ type: event.type, title: expect.stringMatching(/^\S.*\S$/) });
        for (const { label, from, to } of details) expect([label, from ?? to]).toEqual([expect.stringMatching(/\S/), expect.stringMatching(/\S/)]);
        expect(JSON.stringify({ title, details })).not.toMatch(/undefined|\[object|NaN/);
      }
    }
  });

  it('show old and new', () => {
    const event: DocketEvent = {
      type: 'OrderAddressChanged',
      data: {
        from: { country: 'GB', address: { subjectId: 's', is: 'known', value: shippingAddress } },
        to: { country: 'FR', address: { subjectId: 's', is: 'known', value: { ...shippingAddress, city: 'Lyon' } } },
      },
    };
    expect(describeEvent({ event }).details).toEqual([{ label: 'Ship to', from: 'Ada Lovelace, 1 Row, Leeds, LS1 1AA, GB', to: 'Ada Lovelace, 1 Row, Lyon, LS1 1AA, FR' }]);
  });

  it('say which guard refused what should have been done', () => {
    const event: DocketEvent = { type: 'OrderAlertRaised', data: { alertId: 'a', alertType: 'order-not-voided', severity: 'alert', refusedBy: { code: 'order-locked-by-another', rule: 'A22' } } };
    expect(describeEvent({ event })).toMatchObject({ title: 'Alert order-not-voided raised', details: expect.arrayContaining([{ label: 'Refused by', to: 'order-locked-by-another (A22)' }]) });
  });

  it('tell why pieces were cancelled, in the words of who did', () => {
    const note = { subjectId: 's', is: 'known', value: 'Found one with a chip' } as const;
    const event: DocketEvent = { type: 'OrderLineCancelled', data: { lineId: 'l', quantity: 2, reasonCode: 'out-of-stock', creditedMinor: 240, note } };
    expect(describeEvent({ event }).details).toContainEqual({ label: 'Note', to: 'Found one with a chip' });
  });

  it('name nobody who was erased', () => {
    const event: DocketEvent = { type: 'OrderCommentAdded', data: { commentId: 'c', text: { subjectId: 's', is: 'erased' }, visibility: 'internal' } };
    expect(describeEvent({ event })).toEqual({ title: 'Internal comment', details: [{ label: 'Note', to: '[erased]' }] });
  });

  it('write money with the digits of its currency, and a percentage plainly', () => {
    const appeased = (basisPoints: number): DocketEvent => ({
      type: 'OrderAppeased',
      data: { appeasementId: 'a', scope: { kind: 'order' }, offer: { kind: 'percentage', basisPoints, on: 'this-order' }, creditedMinor: 1250, reasonCode: 'late-delivery' },
    });
    expect(describeEvent({ event: appeased(1_000) }, { currency: 'JPY' })).toMatchObject({ title: 'Customer appeased: 10% off this order', details: expect.arrayContaining([{ label: 'Credited', to: '1250 JPY' }]) });
    expect(describeEvent({ event: appeased(1_250) }, { currency: 'GBP' })).toMatchObject({ title: 'Customer appeased: 12.5% off this order', details: expect.arrayContaining([{ label: 'Credited', to: '12.50 GBP' }]) });
    expect(describeEvent({ event: appeased(10_000) }).title).toBe('Customer appeased: 100% off this order');
  });
});
