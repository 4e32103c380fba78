import type { Upcasters } from './upcasting.js';

/** What Docket's earlier versions stored, read as today's. Each step stays for as long as a log may hold its version. */
export const DOCKET_UPCASTERS: Upcasters = {
  // Version 1 knew no `taxed`: whatever the country, the taxes stayed, and that is what it still means.
  OrderAddressChanged: { 1: (data) => data },
  // Version 1 knew no `void`.
  OrderPaymentRequested: { 1: (data) => data },
  OrderPaymentChased: { 1: (data) => data },
  OrderPaymentFailed: { 1: (data) => data },
  // So with what was charged on a line that was priced anew.
  OrderLineQuantityChanged: { 1: (data) => data },
  OrderLineVariantChanged: { 1: (data) => data },
};
