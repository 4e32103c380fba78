import type { OrderDetails } from '../order-details/order-details.types.js';

/** What the grid sorts customers by (A28). */
export const customerKeyOf = (name: string): string => name.normalize('NFKC').toLowerCase().slice(0, 200);

/** Who holds the lock, or else to whom a call left the order, or else who touched it last (A28, A30, A31). */
export const agentOf = ({ lock, assignee, workedBy }: OrderDetails): string => lock?.agentId ?? assignee ?? workedBy;
