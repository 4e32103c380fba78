import { OneOf, PartOf, Pattern, Whole } from '../http/fields.js';
import { ContactBody, PlaceBody } from './order.requests.js';

export class LockCartBody {
  @Pattern(/^[A-Z]{3}$/, { most: 3, description: 'ISO 4217, of a cart that this opens', example: 'GBP' }) readonly currency!: string;
  @Whole(10, 28_800, { optional: true, description: '600 unless said.' }) readonly leaseSeconds?: number;
}

export class SubmitCartBody {
  @PartOf(() => ContactBody) readonly contact!: ContactBody;
  @PartOf(() => PlaceBody) readonly shipTo!: PlaceBody;
  @OneOf(['phone', 'web', 'store'], { optional: true, description: 'phone unless said.' }) readonly channel?: 'phone' | 'web' | 'store';
}
