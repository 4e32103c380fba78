import type { OrderDetails } from '../order-details/order-details.types.js';

/** What the grid sorts customers by (A28). */
export const customerKeyOf = (name: string): string => name.normalize('NFKC').toLowerCase().slice(0, 200);

/** Who holds the lock, or else who touched the order last (A28). */
export const agentOf = ({ lock, updated }: OrderDetails): string => lock?.agentId ?? updated.by;
