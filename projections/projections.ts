import type { Projection } from '#projecting';
import { activityHistory } from './activity-history/activity-history.projection.js';
import { orderDetailsProjection } from './order-details/order-details.projection.js';
import { orderSearchProjection } from './order-search/order-search.projection.js';
import { orderVersions } from './order-versions/order-versions.projection.js';
import { pendingOrders } from './pending-orders/pending-orders.projection.js';

/** Every read model. */
export const PROJECTIONS: readonly Projection[] = [orderSearchProjection, pendingOrders, activityHistory, orderDetailsProjection, orderVersions];
