import type { MinorUnits } from '#kernel';
import type { PaymentAction } from '../order/order.payment-events.js';

export interface GatewayRequest {
  /** The provider does one thing once for it, however often it is asked: its idempotency key. */
  readonly requestId: string;
  /** Whose money: the payment method of the order. */
  readonly reference: string;
  readonly amountMinor: MinorUnits;
  readonly currency: string;
  /** The provider's name for card, gift card or wallet; missing once the person was erased. */
  readonly token?: string;
}

export type GatewayAnswer =
  /** It was done. `externalId`: the provider's own id of it, the same each time it is told. */
  | { readonly kind: 'done'; readonly externalId: string }
  | { readonly kind: 'declined'; readonly externalId: string; readonly failureCode: string };

/**
 * A payment provider (A43, A44). Answers with what it has to say: nothing when no answer came in time or it is out of
 * reach, and the same more than once when it repeats itself. It must not keep its caller waiting: adapters give up after
 * a few seconds.
 */
export interface PaymentGateway {
  authorize(request: GatewayRequest): Promise<readonly GatewayAnswer[]>;
  capture(request: GatewayRequest): Promise<readonly GatewayAnswer[]>;
  refund(request: GatewayRequest): Promise<readonly GatewayAnswer[]>;
  /** Lets go of what was authorized and not captured, all or some of it. */
  void(request: GatewayRequest): Promise<readonly GatewayAnswer[]>;
}

export const askGateway = (gateway: PaymentGateway, action: PaymentAction, request: GatewayRequest): Promise<readonly GatewayAnswer[]> => gateway[action](request);
