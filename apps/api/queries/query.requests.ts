import { Transform } from 'class-transformer';
import { Code, OneOf, Text, Whole } from '../http/fields.js';

/** Query strings are text: numbers and yes/no are read from it, anything else stays and is refused. */
const asNumber = Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value));

const AsOf = Text({ most: 100, optional: true, description: 'As it was answered then: a Docket-Position, or a time of recording (ISO 8601 with its zone, such as 2026-01-31T12:00:00Z).' });

export class SearchQuery {
  @Text({ most: 64, optional: true, description: 'Typed any way a caller would say it.' }) readonly orderNumber?: string;
  @Text({ most: 200, optional: true, description: 'Words or their beginnings, in any order.' }) readonly name?: string;
  @Text({ most: 254, optional: true }) readonly email?: string;
  @Text({ most: 40, optional: true }) readonly phone?: string;
  @Text({ most: 200, optional: true }) readonly line1?: string;
  @Text({ most: 100, optional: true }) readonly city?: string;
  @Text({ most: 100, optional: true }) readonly region?: string;
  @Text({ most: 20, optional: true }) readonly postcode?: string;
  @Text({ most: 2, optional: true }) readonly country?: string;
  @Text({ most: 64, optional: true }) readonly sku?: string;
  @Text({ most: 100, optional: true }) readonly trackingNumber?: string;
  @AsOf readonly asOf?: string;
}

export class PendingQuery {
  @OneOf(['updated', 'customer', 'lines', 'agent'], { optional: true }) readonly sort?: 'updated' | 'customer' | 'lines' | 'agent';
  @OneOf(['asc', 'desc'], { optional: true }) readonly direction?: 'asc' | 'desc';
  @Text({ most: 2_000, optional: true }) readonly cursor?: string;
  @asNumber @Whole(1, 100, { optional: true }) readonly limit?: number;
  @OneOf(['true', 'false'], { optional: true }) readonly locked?: 'true' | 'false';
  @Text({ most: 64, optional: true }) readonly agentId?: string;
  @Code({ optional: true }) readonly storeId?: string;
  @AsOf readonly asOf?: string;
}

export class HistoryPageQuery {
  @Text({ most: 2_000, optional: true }) readonly cursor?: string;
  @asNumber @Whole(1, 200, { optional: true }) readonly limit?: number;
  @OneOf(['newest', 'oldest'], { optional: true }) readonly order?: 'newest' | 'oldest';
  @AsOf readonly asOf?: string;
}

export class OrderQuery {
  @asNumber @Whole(0, 1_000_000_000, { optional: true, description: 'The order after that revision.' }) readonly atRevision?: number;
  @AsOf readonly asOf?: string;
}

export class ProductsQuery {
  @Text({ most: 3, optional: true }) readonly currency?: string;
  @Text({ most: 100, optional: true }) readonly text?: string;
  @asNumber @Whole(1, 200, { optional: true }) readonly limit?: number;
  @Text({ most: 64, optional: true }) readonly after?: string;
}

export class RefusalsQuery {
  @OneOf(['true', 'false'], { optional: true, description: 'Decide each again, on what it was about as it stood then.' }) readonly rerun?: 'true' | 'false';
}
