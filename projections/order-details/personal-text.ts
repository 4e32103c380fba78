import { revealed, type Personal } from '#kernel';
import type { Contact, PostalAddress, Place } from '#ordering';
import type { ContactView, PlaceView } from './order-details.types.js';

/** What stands in place of a text of a person who was erased; `[unavailable]` while the key is out of reach. */
export const ERASED = '[erased]';

const instead = (field: Personal<unknown>): string => (field.is === 'erased' ? ERASED : '[unavailable]');

export const textOf = (field: Personal<string>): string => revealed(field) ?? instead(field);

export function contactView(contact: Personal<Contact>): ContactView {
  const { subjectId } = contact;
  return { subjectId, ...(revealed(contact) ?? { name: instead(contact) }) };
}

export function placeView({ country, address }: Place): PlaceView {
  return { country, address: revealed(address) ?? hiddenAddress(instead(address)) };
}

export const hiddenAddress = (text: string): PostalAddress => ({ recipient: text, line1: text, city: text });
