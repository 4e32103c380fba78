import { callOrders } from './call-orders.js';
import { gatewayPayments } from './gateway-payments.js';
import { lockExpiry } from './lock-expiry.js';
import { orderedAgain } from './ordered-again.js';
import { paymentSettlement } from './payment-settlement.js';
import type { Process } from './process.js';

/** Every process manager. */
export const PROCESSES: readonly Process[] = [lockExpiry, callOrders, paymentSettlement, gatewayPayments, orderedAgain];
