import type { DecisionContext, MinorUnits } from '#kernel';
import type { OrderCommand, OrderCommandType } from './order.commands.js';
import type { ActionLimit, OwnLimits } from './order.limits.js';
import type { Order } from './order.state.js';

/** What the parameters of an allowed command may be at most (settled 3.4). Only what bounds the command is there. */
export interface ActionBounds {
  /** The lines that can be named; with pieces, from `least` to `greatest` of them. */
  readonly lines?: readonly { readonly lineId: string; readonly least?: number; readonly greatest?: number }[];
  /** Ids of the holds, alerts, charges or shipments that can be named. */
  readonly parts?: readonly string[];
  /** Minor units of the order's currency, tax included. */
  readonly greatestMinor?: MinorUnits;
}

/** How to find out whether a command can be accepted at all, and within which bounds. */
export interface Attempts<Command extends OrderCommand> {
  /** If any parameters pass, those of one of these do. Never empty: the refusal of the first explains the rest. */
  readonly tries: (order: Order, context: DecisionContext, limits: OwnLimits) => readonly Command[];
  readonly bounds?: (order: Order, context: DecisionContext) => ActionBounds;
  /** How far one may go alone, and what asks for more. */
  readonly limits?: (order: Order, limits: OwnLimits) => readonly ActionLimit[];
  readonly beyond?: OrderCommandType;
}

/** Names nothing: what a command is tried with when the order has nothing that it could name. */
export const NOTHING = '00000000-0000-4000-8000-000000000000';
export const REASON = 'any';
