import type { Channel, Contact, PostalAddress } from '#ordering';
import type { MinorUnits } from '#kernel';

/** One line of an NDJSON file: a whole order and what became of it. See docs/import-format.md. */
export interface OrderDocument {
  /** Written in full, with its prefix: `SHOP-1001`. */
  readonly orderNumber: string;
  readonly currency: string;
  readonly channel: Exclude<Channel, 'import'> | 'import';
  /** Milliseconds since 1970, as all times here. */
  readonly placedAt: number;
  /** A `reference` names the same customer in every order; without it the order is a guest's. */
  readonly customer: { readonly reference?: string; readonly contact: Contact };
  readonly shipTo: DocumentPlace;
  readonly billTo?: DocumentPlace;
  readonly lines: readonly DocumentLine[];
  readonly charges: readonly DocumentCharge[];
  readonly cancellations: readonly (DocumentPieces & { readonly reasonCode: string })[];
  readonly shipments: readonly DocumentShipment[];
  readonly returns: readonly (DocumentPieces & { readonly externalId: string })[];
  /** Where the order stood at the end, if no shipment says so. */
  readonly status: 'pending' | 'submitted' | 'confirmed' | 'released';
}

export interface DocumentPlace {
  readonly country: string;
  readonly address: PostalAddress;
}

export interface DocumentLine {
  /** Names the line within its order. */
  readonly id: string;
  readonly sku: string;
  readonly description: string;
  readonly parentSku?: string;
  readonly quantity: number;
  readonly unitPriceMinor: MinorUnits;
  readonly taxBasisPoints: number;
}

export interface DocumentCharge {
  readonly kind: 'charge' | 'discount';
  readonly category: string;
  readonly name: string;
  readonly amountMinor: MinorUnits;
  readonly taxBasisPoints: number;
}

/** Pieces of one line that were cancelled or came back. */
export interface DocumentPieces {
  readonly lineId: string;
  readonly quantity: number;
  readonly creditedMinor: MinorUnits;
  readonly at: number;
}

export interface DocumentShipment {
  readonly externalId: string;
  readonly at: number;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
  readonly carrier?: string;
  readonly trackingNumber?: string;
  readonly deliveredAt?: number;
}
