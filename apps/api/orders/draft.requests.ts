import { Id, OneOf, PartOf, Text, Whole } from '../http/fields.js';
import { PlaceBody } from './order.requests.js';

const MOST_PIECES = 1_000_000;

export class StageEditBody {
  @OneOf(['add-line', 'change-quantity', 'remove-line', 'change-address', 'comment']) readonly kind!: 'add-line' | 'change-quantity' | 'remove-line' | 'change-address' | 'comment';
  @Text({ most: 64, optional: true, description: 'add-line' }) readonly sku?: string;
  @Id({ optional: true, description: 'change-quantity, remove-line' }) readonly lineId?: string;
  @Whole(1, MOST_PIECES, { optional: true, description: 'add-line, change-quantity' }) readonly quantity?: number;
  @PartOf(() => PlaceBody, { optional: true, description: 'change-address' }) readonly shipTo?: PlaceBody;
  @Text({ most: 2_000, lines: true, optional: true, description: 'comment' }) readonly text?: string;
  @OneOf(['internal', 'customer'], { optional: true, description: 'comment: internal unless said.' }) readonly visibility?: 'internal' | 'customer';
}
