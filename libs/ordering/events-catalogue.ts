import { EVENT_SHAPES } from './event-schema.js';
import { CUSTOMER_EVENT_VERSIONS, type CustomerEventType } from './customer/customer.events.js';
import { CART_EVENT_VERSIONS, type CartEventType } from './cart/cart.events.js';
import { DESK_EVENT_VERSIONS, type DeskEventType } from './desk/desk.events.js';
import { DRAFT_EVENT_VERSIONS, type DraftEventType } from './draft/draft.events.js';
import { ORDER_EVENT_VERSIONS, type OrderEventType } from './order/order.events.js';
import { SUBJECT_EVENT_VERSIONS, type SubjectEventType } from './subject/subject.events.js';
import type { Shape } from './checks.js';

const ORDER: Readonly<Record<OrderEventType, string>> = {
  OrderCreated: 'An order was begun; it is pending and has no lines yet.',
  OrderLineAdded: 'A line was added at the price and tax that applied.',
  OrderLineQuantityChanged: 'The pieces wanted of a line changed; shipped ones count, cancelled ones do not. Re-priced, unless pieces of it were shipped; what is charged or given on it is taxed as it is (`taxed`). Version 1 left that tax as it was.',
  OrderLineVariantChanged: 'A line, of which nothing was shipped, became another variant of the same product. Re-priced; what is charged or given on it is taxed as it is (`taxed`). Version 1 left that tax as it was.',
  OrderGiftOptionsChanged: 'How the order or a line is wrapped, and what the card says, changed.',
  OrderFulfilmentChanged: 'Lines are shipped, or fetched at a store, from now on.',
  OrderTaxExemptionGranted: 'From now on nothing of the order is taxed. Re-priced.',
  OrderTaxExemptionRevoked: 'The order is taxed again. Re-priced.',
  OrderLineRemoved: 'A line of which nothing was shipped was taken off, and its charges with it.',
  OrderLineRestored: 'A line that had been removed is there again as it was when it went, with its charges; tax exemption apart, which is the order\'s.',
  OrderSubmitted: 'The pending order was placed.',
  OrderConfirmed: 'The placed order was accepted.',
  OrderReleased: 'The confirmed order was handed to the warehouse.',
  OrderVoided: 'The pending order was dropped. Terminal.',
  OrderLocked: 'An agent took the pending order for editing until the lease ends.',
  OrderLockRenewed: 'The holder extended the lease.',
  OrderLockExpired: 'The lease had ended without being renewed.',
  OrderUnlocked: 'The lock was let go: by its holder, or because the order was placed, voided or cancelled.',
  OrderLockTakenOver: 'Another agent took the lock from its holder.',
  OrderParked: 'The call about the pending order was parked; it is left to the agent who had the call.',
  OrderTransferred: 'The call about the pending order was transferred; it is left to the other agent.',
  OrderSuspended: 'All progress was stopped until the order is resumed.',
  OrderResumed: 'The suspension was lifted.',
  OrderHoldApplied: 'A hold stops some steps for the order or for some of its lines.',
  OrderHoldResolved: 'The hold was resolved; it stays visible.',
  OrderFlagged: 'The order was marked for further review.',
  OrderUnflagged: 'The mark for further review was taken off.',
  OrderAlertRaised: 'Something was found that stops confirming, releasing and shipping until it is cleared.',
  OrderAlertsCleared: 'Alerts were dealt with; they stay visible.',
  OrderCommentAdded: 'A comment was written.',
  OrderAddressChanged: 'What was not shipped yet goes to another address; in another country it is taxed anew (`taxed`). Re-priced. Version 1 left the taxes as they were.',
  OrderCancelled: 'The whole order, of which nothing was shipped, was cancelled; for a day that can be taken back.',
  OrderReinstated: 'A cancellation was taken back: the order stands where it stood, for what it cost.',
  OrderLineCancelled: 'Open pieces of a line were cancelled and credited.',
  OrderShipmentRecorded: 'Pieces left the warehouse.',
  OrderDeliveryRecorded: 'A shipment arrived.',
  OrderReshipped: 'Lost or damaged pieces are sent again on a line of their own, free of charge.',
  OrderAppeased: 'Something was granted to make up for a bad experience.',
  OrderReturnRecorded: 'Shipped pieces came back and were credited.',
  OrderCopied: 'A new, similar order was made of it. That one names this order as its `source`, with the system `copy`.',
  OrderReordered: 'Its items, as far as they are sold, went into the cart of its customer.',
  OrderAppeasementRequested: 'An appeasement beyond the limit of who asked for it waits for a second person.',
  OrderAppeasementDeclined: 'A second person declined it; nothing was granted.',
  OrderPaymentMethodAdded: 'A way to pay was added: a token of the payment provider, never a number.',
  OrderPaymentMethodChanged: 'The most that may be charged to a method changed.',
  OrderChargesAllocated: 'What the order came to was split over its methods.',
  OrderPaymentRequested: 'The payment gateway is to do something.',
  OrderPaymentChased: 'No answer had come: the gateway is asked again about the same payment.',
  OrderPaymentAuthorized: 'The provider set an amount aside.',
  OrderPaymentCaptured: 'The provider collected an amount.',
  OrderPaymentVoided: 'The provider let go what it had set aside and nobody will collect.',
  OrderPaymentFailed: 'The provider declined.',
  OrderRefundIssued: 'The provider gave an amount back.',
  OrderInvoiceIssued: 'Shipped pieces were invoiced, each once, with their part of what is charged and given on the order; or only that. The kind of an entry says which way it counts: of what became less since an earlier invoice, the other way. '
    + 'Earlier releases put a charge of a line whole on the first invoice of its pieces.',
  OrderShipmentExceptionRecorded: 'The carrier reported what may delay a shipment, and perhaps when it is expected now.',
  OrderDeliveryStopRequested: 'The carrier was asked to turn a shipment round.',
  OrderDeliveryStopConfirmed: 'The carrier turned it round: its pieces count as returned and are credited, unless they were replaced.',
  OrderDeliveryStopRefused: 'The carrier could not, or would not, turn it round.',
  OrderAppointmentArranged: 'An appointment for a line or a shipment was agreed with the customer.',
  OrderAppointmentRescheduled: 'An appointment was moved to another time.',
  OrderChargeAdded: 'A charge or discount was added to the order or to a line, once or by the piece.',
  OrderChargeRequested: 'A charge or discount beyond the limit of who asked for it waits for a second person.',
  OrderChargeDeclined: 'A second person declined it; nothing was charged, given or changed.',
  OrderChargeChanged: 'A charge or discount made by hand changed.',
  OrderChargeChangeRequested: 'A change of a charge or discount, beyond the limit of who asked for it, waits for a second person.',
  OrderChargeRemoved: 'A charge or discount made by hand was taken off.',
  OrderChargeRestored: 'A charge or discount that had been taken off is there again as it was; by the piece, for what its line has now.',
};

const CUSTOMER: Readonly<Record<CustomerEventType, string>> = { CustomerRegistered: 'A customer account was opened.' };

const DESK: Readonly<Record<DeskEventType, string>> = {
  CallStarted: 'An agent took a call; there is no other one of theirs at the time.',
  CallParked: 'The call was parked. Its order is saved as pending.',
  CallTransferred: 'The call went to another agent. Its order is saved as pending and assigned to them.',
  CallVoided: 'The call came to nothing. Its order is voided.',
  CallEnded: 'The call ended.',
};

const DRAFT: Readonly<Record<DraftEventType, string>> = {
  DraftEditStaged: 'An agent who holds the lock of an order means to change it so. An event of the order whose cause is the edit says that it was applied.',
  DraftEditDropped: 'The edit is not wanted any more.',
};

const CART: Readonly<Record<CartEventType, string>> = {
  CartOpened: 'A customer has a cart in a store.',
  CartLinesAdded: 'Lines were added, by hand or from a previous order.',
  CartLineChanged: 'A line has another quantity.',
  CartLineRemoved: 'A line was taken off.',
  CartLocked: 'An agent took the cart for editing until the lease ends.',
  CartUnlocked: 'The holder let the cart go.',
  CartTakenOver: 'An agent took the cart from the one who had locked it; what it holds stays.',
  CartCheckedOut: 'An order was made of what the cart held; it is empty and unlocked again.',
};

const SUBJECT: Readonly<Record<SubjectEventType, string>> = {
  SubjectErased: 'The keys of a person were destroyed: whatever named that person anywhere in the log cannot be read again.',
};

interface Row {
  readonly path: string;
  readonly optional: boolean;
  readonly words: string;
}

/** The members of a shape, one row for each that holds a value. */
function rowsOf(shape: Shape, path: string, optional: boolean, suffix = ''): readonly Row[] {
  switch (shape.kind) {
    case 'value':
      return [{ path, optional, words: shape.words + suffix }];
    case 'object':
      return shape.members.flatMap((member) => rowsOf(member.shape, path === '' ? member.name : `${path}.${member.name}`, optional || member.optional, suffix));
    case 'list':
      return rowsOf(shape.item, `${path}[]`, optional, suffix);
    case 'tagged': {
      const words = Object.keys(shape.shapes).map((name) => `\`${name}\``);
      const tag: Row = { path: `${path}.${shape.tag}`, optional, words: words.join(' or ') + suffix };
      return [tag, ...Object.entries(shape.shapes).flatMap(([name, inner]) => rowsOf(inner, path, optional, `${suffix}; with \`${name}\``))];
    }
    case 'personal':
      return rowsOf(shape.inner, path, optional, `${suffix}; **sealed**`);
    default:
      return shape satisfies never;
  }
}

function section(title: string, meanings: Readonly<Record<string, string>>, versions: Readonly<Record<string, number>>): string {
  const entries = Object.entries(meanings).map(([type, meaning]) => {
    const shape = Object.entries(EVENT_SHAPES).find(([name]) => name === type)?.[1].shape;
    const rows = shape === undefined ? [] : rowsOf(shape, '', false);
    const table = rows.map(({ path, optional, words }) => `| \`${path}\`${optional ? ' (optional)' : ''} | ${words} |`);
    const members = table.length === 0 ? 'No members.' : ['| Member | Holds |', '|---|---|', ...table].join('\n');
    return `### ${type} (version ${String(versions[type])})\n\n${meaning}\n\n${members}\n`;
  });
  return `## ${title}\n\n${entries.join('\n')}`;
}

/** `docs/events.md`: every stored event type, what it means and what it holds, as the code has it. */
export function eventsCatalogue(): string {
  return [
    '<!-- Made from the code. Make it again with: DOCKET_WRITE_DOCS=1 npm run jest -- libs/ordering/events-catalogue.spec.ts -->',
    '# Events\n',
    'What Docket stores, type by type. Stored types are frozen: a change of meaning is a new version with an upcaster, and the',
    'golden files in `test/golden-events` keep every version readable. **Sealed** members are ciphertext under the key of the person',
    'named beside them. Amounts are minor units of the order\'s currency. Optional members are absent, never null.\n',
    section('Order: stream `order-<uuid>`', ORDER, ORDER_EVENT_VERSIONS),
    section('Customer: stream `customer-<uuid>`', CUSTOMER, CUSTOMER_EVENT_VERSIONS),
    section('Desk of an agent: stream `desk-<agent id>`', DESK, DESK_EVENT_VERSIONS),
    section('Draft of an agent for an order: stream `draft-<uuid>`', DRAFT, DRAFT_EVENT_VERSIONS),
    section('Cart of a customer in a store: stream `cart-<uuid>`', CART, CART_EVENT_VERSIONS),
    section('Person: stream `subject-<uuid>`', SUBJECT, SUBJECT_EVENT_VERSIONS),
  ].join('\n');
}
