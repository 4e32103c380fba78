import type { OrderDetails } from './order-details/order-details.types.js';
import type { Described } from './activity-history/describe-event.js';

/** An answer and the position of the log at which it holds, from one snapshot of the database (settled 3.2). */
export interface Answer<T> {
  readonly position: bigint;
  readonly body: T;
}

/** The stores whose orders a user may see (case 63). */
export type StoreScope = readonly string[] | 'all';

/**
 * What a caller can say (A19). At least one member; all that are given must hold. Texts are compared without case
 * and accents of writing form (NFKC); `name`, `email`, `city`, `line1`, `region` and `sku` find beginnings too.
 */
export interface OrderSearchCriteria {
  readonly orderNumber?: string;
  /** Words of the contact's or recipient's name, in any order: each must begin a word of the name. */
  readonly name?: string;
  readonly email?: string;
  /** Digits count, and nothing else; a national number finds the international one by its last digits. */
  readonly phone?: string;
  readonly line1?: string;
  readonly city?: string;
  readonly region?: string;
  readonly postcode?: string;
  readonly country?: string;
  readonly sku?: string;
  readonly trackingNumber?: string;
}

export interface OrderSummary {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly storeId: string;
  readonly status: string;
  readonly customerName: string;
  readonly city: string;
  readonly country: string;
  readonly currency: string;
  readonly totalMinor: number;
  readonly lineCount: number;
  readonly orderedAt: string;
  readonly updatedAt: string;
  readonly suspended: boolean;
  readonly flagged: boolean;
  /** Uncleared alerts and warnings (A35). */
  readonly alertCount: number;
  readonly revision: number;
  /** As recorded (A22): the lock holds until `expiresAt`. */
  readonly lock?: { readonly agentId: string; readonly expiresAt: string };
}

export const SEARCH_LIMIT = 20;

export interface OrderSearchAnswer {
  /** At most 20, newest first. */
  readonly orders: readonly OrderSummary[];
  /** More orders match than are shown. */
  readonly truncated: boolean;
}

export type PendingSort = 'updated' | 'customer' | 'lines' | 'agent';
export const PENDING_SORTS: readonly PendingSort[] = ['updated', 'customer', 'lines', 'agent'];

export interface PendingOrdersQuery {
  /** Default `updated`, newest first. */
  readonly sort?: PendingSort;
  readonly direction?: 'asc' | 'desc';
  /** `nextCursor` of the page before: belongs to one sort and direction. */
  readonly cursor?: string;
  /** 1 to 100, default 50. */
  readonly limit?: number;
  /** Filters; each combination has an exact total. */
  readonly locked?: boolean;
  /** The agent who holds the lock, or else who touched the order last. */
  readonly agentId?: string;
  readonly storeId?: string;
}

/** A row of the grid (A28). `locked` is as recorded; a lock past `lockedUntil` stops nobody. */
export interface PendingOrder {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly storeId: string;
  readonly updatedAt: string;
  readonly customerName: string;
  readonly lineCount: number;
  readonly locked: boolean;
  readonly lockedUntil?: string;
  readonly agentId: string;
  readonly suspended: boolean;
  readonly flagged: boolean;
  /** Uncleared alerts and warnings (A35). */
  readonly alertCount: number;
  readonly currency: string;
  readonly totalMinor: number;
  readonly revision: number;
}

export interface PendingOrdersPage {
  readonly orders: readonly PendingOrder[];
  /** All orders of the filter within the caller's scope, exact. */
  readonly total: number;
  readonly nextCursor?: string;
}

export interface HistoryQuery {
  readonly cursor?: string;
  /** 1 to 200, default 50. */
  readonly limit?: number;
  /** Default `newest` first. */
  readonly order?: 'newest' | 'oldest';
}

/** One event of an order in words (A36), made when it is read. */
export interface HistoryEntry extends Described {
  readonly eventId: string;
  readonly type: string;
  readonly revision: number;
  readonly position: string;
  readonly recordedAt: string;
  readonly occurredAt: string;
  readonly actor: { readonly id: string; readonly role: string };
  readonly reasonCode?: string;
  readonly origin: string;
}

export interface HistoryPage {
  readonly orderId: string;
  readonly entries: readonly HistoryEntry[];
  readonly total: number;
  readonly nextCursor?: string;
}

/** How a read model stands, from its checkpoint. */
export interface ReadModelStatus {
  readonly name: string;
  readonly version: number;
  readonly generation: number;
  readonly position: bigint;
  readonly state: string;
  readonly lastError?: string;
  readonly deadLetters: number;
}

export interface Change {
  readonly position: bigint;
  readonly orderIds: readonly string[];
}

/**
 * The queries of the read side. With `asOf` they answer what they answered when the log ended at that position, but for
 * persons who were erased since (D1); the answer's own position then says how far the rows behind it reach, and before
 * `asOf` it is no answer. @throws ReadModelError (`invalid-query`, `unavailable`) */
export interface ReadModels {
  searchOrders(criteria: OrderSearchCriteria, scope: StoreScope, asOf?: bigint): Promise<Answer<OrderSearchAnswer>>;
  listPendingOrders(query: PendingOrdersQuery, scope: StoreScope, asOf?: bigint): Promise<Answer<PendingOrdersPage>>;
  /** By order id. Undefined when there is none within the scope. */
  getOrder(orderId: string, scope: StoreScope): Promise<Answer<OrderDetails | undefined>>;
  getOrderHistory(orderId: string, page: HistoryQuery, scope: StoreScope, asOf?: bigint): Promise<Answer<HistoryPage | undefined>>;
  /** Details that were folded elsewhere, with their members as the database orders them: the bytes of a live answer. */
  asKept(details: OrderDetails): Promise<OrderDetails>;
  /** The last position before anything was recorded later than this time, by clocks that may differ; ISO 8601. */
  positionAt(time: string): Promise<bigint>;
  /** True once every live read model named (default all) stands at or beyond the position; false after the timeout. */
  whenCaughtUp(position: bigint, timeoutMs: number, models?: readonly string[]): Promise<boolean>;
  status(): Promise<readonly ReadModelStatus[]>;
  /**
   * Positions as projectors commit them, with the orders that changed (none named: many). The first says from where on
   * nothing is missed, and comes when that is so. Feeds server-sent events.
   */
  changes(signal: AbortSignal): AsyncIterable<Change>;
}

/** Why a query has no answer: 400 and 503 over HTTP. The text never holds personal data. */
export class ReadModelError extends Error {
  override readonly name = 'ReadModelError';

  constructor(
    readonly code: 'invalid-query' | 'unavailable',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
