import type { PriceAndTaxPort, Product, ProductPrice } from './price-and-tax.port.js';
import type { ListAdministration, ServiceLists } from './service-lists.port.js';

export interface ProductQuery {
  /** Only products with a price in it, and only that price. */
  readonly currency?: string;
  /** Beginning of the SKU, or part of the description; without regard to case. */
  readonly text?: string;
  /** 1 to 200; 50 unless told. */
  readonly limit?: number;
  /** SKU after which to go on. */
  readonly after?: string;
}

export interface ProductPage {
  readonly products: readonly Product[];
  /** `after` for the next page; absent on the last. */
  readonly next?: string;
}

export interface ProductImport {
  readonly sku: string;
  readonly description: string;
  readonly price: ProductPrice;
}

export interface Catalogue extends PriceAndTaxPort, ServiceLists, ListAdministration {
  products(query?: ProductQuery): Promise<ProductPage>;
  /** Adds products that nobody has heard of yet, with one price each; leaves known ones alone. Gives how many were new. */
  learn(products: readonly ProductImport[]): Promise<number>;
}
