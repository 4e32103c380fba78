import { CUSTOMER_EVENT_VERSIONS, type CustomerEvent } from './customer/customer.events.js';
import { CART_EVENT_VERSIONS, type CartEvent } from './cart/cart.events.js';
import { DESK_EVENT_VERSIONS, type DeskEvent } from './desk/desk.events.js';
import { DRAFT_EVENT_VERSIONS, type DraftEvent } from './draft/draft.events.js';
import { ORDER_EVENT_VERSIONS, type OrderEvent } from './order/order.events.js';
import { SUBJECT_EVENT_VERSIONS, type SubjectEvent } from './subject/subject.events.js';

export * from './customer/customer.commands.js';
export * from './customer/customer.decider.js';
export * from './customer/customer.events.js';
export * from './desk/desk.commands.js';
export * from './desk/desk.decider.js';
export * from './desk/desk.events.js';
export * from './cart/cart.commands.js';
export * from './cart/cart.decider.js';
export * from './cart/cart.events.js';
export { cartIdOf, type Cart, type CartState } from './cart/cart.state.js';
export * from './draft/draft.commands.js';
export * from './draft/draft.decider.js';
export * from './draft/draft.events.js';
export { validateEventData } from './event-schema.js';
export * from './order/order.actions.js';
export * from './order/order.commands.js';
export * from './order/order.concurrency.js';
export * from './order/order.decider.js';
export { productsUnavailable } from './order/order.decide-reinstate.js';
export { threeWayDifference, type FieldDifference, type ThreeWayDifference } from './order/order.difference.js';
export * from './order/order.events.js';
export { commandTypeOf, mainEvent } from './order/order.made-by.js';
export { ORDER_INVERSES, type Inverse, type Irreversible } from './order/order.inverses.js';
export * from './order/order.lifecycle.js';
export { chargeLimit } from './order/order.limits.js';
export * from './order/order.fulfilment-events.js';
export * from './order/order.ledger.js';
export * from './order/order.payment-events.js';
export * from './order/order.payment-state.js';
export { evolveOrder } from './order/order.evolve.js';
export type { OrderRejectionCode } from './order/order.rejections.js';
export * from './order/order.state.js';
export * from './order/order.totals.js';
export { planUndo, undoIdOf, type Happened, type UndoPlan } from './order/order.undo.js';
export * from './processes/payment-gateway.port.js';
export { factOf } from './processes/gateway-payments.js';
export { callFact, callOrders } from './processes/call-orders.js';
export { COPY } from './processes/ordered-again.js';
export * from './processes/process.js';
export * from './processes/processes.js';
export * from './subject/subject.commands.js';
export * from './subject/subject.decider.js';
export * from './subject/subject.events.js';

/** Everything Docket writes. A new event type does not compile until every consumer has decided about it. */
export type DocketEvent = OrderEvent | DeskEvent | DraftEvent | CartEvent | CustomerEvent | SubjectEvent;

export type DocketEventType = DocketEvent['type'];

export const EVENT_VERSIONS: Readonly<Record<DocketEventType, number>> = {
  ...ORDER_EVENT_VERSIONS,
  ...DESK_EVENT_VERSIONS,
  ...DRAFT_EVENT_VERSIONS,
  ...CART_EVENT_VERSIONS,
  ...CUSTOMER_EVENT_VERSIONS,
  ...SUBJECT_EVENT_VERSIONS,
};

const ORDER_EVENT_TYPES: ReadonlySet<string> = new Set(Object.keys(ORDER_EVENT_VERSIONS));

export const isOrderEvent = (event: DocketEvent): event is OrderEvent => ORDER_EVENT_TYPES.has(event.type);
