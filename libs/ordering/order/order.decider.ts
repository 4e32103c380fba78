import type { Decider } from '#kernel';
import type { OrderCommand } from './order.commands.js';
import { commutes } from './order.concurrency.js';
import { decideOrder } from './order.decide.js';
import type { OrderEvent } from './order.events.js';
import { evolveOrder } from './order.evolve.js';
import type { OrderRejectionCode } from './order.rejections.js';
import { NO_ORDER, type OrderState } from './order.state.js';

export const orderDecider: Decider<OrderState, OrderCommand, OrderEvent, OrderRejectionCode> = {
  category: 'order',
  initialState: NO_ORDER,
  evolve: evolveOrder,
  decide: decideOrder,
};

/** What the executor of commands must know of an order. */
export const orderRules = {
  decider: orderDecider,
  storeIdOf: (state: OrderState): string | undefined => (state.status === 'none' ? undefined : state.storeId),
  creates: (command: OrderCommand): boolean => command.type === 'CreateOrder',
  commutes,
} as const;
