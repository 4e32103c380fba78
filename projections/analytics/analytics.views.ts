/** A column: its name, its SQL type, what it is computed from, and what it means to an analyst. */
export type AnalyticsColumn = readonly [name: string, type: string, expression: string, about: string];

/** A documented view of schema `analytics`: no column holds personal data, so an erasure changes no figure. */
export interface AnalyticsView {
  readonly name: string;
  readonly about: string;
  readonly from: string;
  readonly columns: readonly AnalyticsColumn[];
}

const text = (path: string, of = 'details'): string => `${of} #>> '{${path}}'`;
const count = (path: string, of = 'item'): string => `(${text(path, of)})::integer`;
const minor = (path: string, of = 'item'): string => `(${text(path, of)})::bigint`;
const time = (path: string, of = 'item'): string => `(${text(path, of)})::timestamptz`;

const ORDER: AnalyticsColumn = ['order_id', 'uuid', 'order_id', 'the order'];
const STORE: AnalyticsColumn = ['store_id', 'text', 'store_id', 'the store that took the order'];
const CURRENCY: AnalyticsColumn = ['currency', 'text', text('currency'), 'ISO 4217; all amounts of the row are its minor units'];
const recorded = (path: string, what: string): readonly AnalyticsColumn[] => [
  [`${what}_at`, 'timestamp with time zone', time(path === '' ? 'at' : `${path},at`), 'when it was recorded'],
  [`${what}_by`, 'text', text(path === '' ? 'by' : `${path},by`, 'item'), 'id of the user or system that recorded it'],
];
const each = (member: string): string => `read.order_details, jsonb_array_elements(details -> '${member}') AS item`;

export const ANALYTICS_VIEWS: readonly AnalyticsView[] = [
  {
    name: 'orders',
    about: 'One row for each order, as it stands.',
    from: 'read.order_details',
    columns: [
      ORDER,
      ['order_number', 'text', text('orderNumber'), 'as customers know it'],
      STORE,
      ['status', 'text', 'status', 'pending, submitted, confirmed, released, partially-shipped, shipped, delivered, voided or cancelled'],
      CURRENCY,
      ['channel', 'text', text('channel'), 'phone, web, store or import'],
      ['customer_kind', 'text', text('customer,kind'), 'registered or guest'],
      ['customer_id', 'text', text('customer,customerId'), 'id of a registered customer, or null'],
      ['country', 'text', text('shipTo,country'), 'ISO 3166-1 alpha-2 of the shipping address'],
      ['source_system', 'text', text('source,system'), 'where an imported order comes from'],
      ['source_reference', 'text', text('source,reference'), 'its name there'],
      ['ordered_at', 'timestamp with time zone', time('orderedAt', 'details'), 'business time'],
      ...(['created', 'updated'] as const).map((what): AnalyticsColumn => [`${what}_at`, 'timestamp with time zone', time(`${what},at`, 'details'), `when the ${what === 'created' ? 'first' : 'last'} event was recorded`]),
      ['revision', 'bigint', minor('revision', 'details'), 'of the last event, from 0'],
      ['is_locked', 'boolean', `details ? 'lock'`, 'a lock is recorded; it may have run out'],
      ['is_suspended', 'boolean', `details ? 'suspension'`, 'suspended and not resumed'],
      ['is_flagged', 'boolean', `details ? 'flag'`, 'marked for further review'],
      ['alert_count', 'integer', `(SELECT count(*) FROM jsonb_array_elements(details -> 'alerts') AS alert WHERE NOT alert ? 'cleared')::integer`, 'uncleared alerts and warnings'],
      ['is_tax_exempt', 'boolean', `details ? 'taxExemption'`, 'nothing of it is taxed'],
      ['line_count', 'integer', `jsonb_array_length(details -> 'lines')`, 'lines, replacements included'],
      ['goods_minor', 'bigint', minor('totals,goodsMinor', 'details'), 'ordered pieces, without tax'],
      ['charges_minor', 'bigint', minor('totals,chargesMinor', 'details'), 'charges, without tax'],
      ['discounts_minor', 'bigint', minor('totals,discountsMinor', 'details'), 'discounts, without tax'],
      ['tax_minor', 'bigint', minor('totals,taxMinor', 'details'), 'tax on goods and charges, less that on discounts'],
      ['credits_minor', 'bigint', minor('totals,creditsMinor', 'details'), 'credits for cancelled and returned pieces and appeasements'],
      ['total_minor', 'bigint', minor('totals,totalMinor', 'details'), 'goods + charges - discounts + tax - credits'],
    ],
  },
  {
    name: 'order_lines',
    about: 'One row for each line of an order: its price and its ledger (ordered = open + cancelled + shipped).',
    from: each('lines'),
    columns: [
      ORDER,
      STORE,
      CURRENCY,
      ['line_id', 'text', text('lineId', 'item'), 'the line'],
      ['sku', 'text', text('sku', 'item'), 'the product'],
      ['parent_sku', 'text', text('parentSku', 'item'), 'the product it is a variant of'],
      ['description', 'text', text('description', 'item'), 'of the product, as sold'],
      ['unit_price_minor', 'bigint', minor('quote,unitPriceMinor'), 'without tax'],
      ['tax_basis_points', 'integer', count('quote,taxBasisPoints'), 'ten-thousandths'],
      ['price_source', 'text', text('quote,source', 'item'), 'list and version that gave the price'],
      ...(['ordered', 'open', 'cancelled', 'shipped', 'returned', 'reshipped'] as const).map((what): AnalyticsColumn => [what, 'integer', count(what), `pieces ${what}`]),
      ['net_minor', 'bigint', minor('netMinor'), 'ordered pieces at their price'],
      ['line_tax_minor', 'bigint', minor('taxMinor'), 'tax on them'],
      ['cancelled_minor', 'bigint', minor('cancelledMinor'), 'credited for cancelled pieces, tax included'],
      ['returned_minor', 'bigint', minor('returnedMinor'), 'credited for returned pieces, tax included'],
      ['fulfilment', 'text', `coalesce(${text('fulfilment,kind', 'item')}, 'ship')`, 'ship or pickup'],
      ['pickup_store', 'text', text('fulfilment,storeCode', 'item'), 'see GET /api/pickup-stores; null when it is shipped'],
      ['is_gift_wrapped', 'boolean', `coalesce((${text('gift,wrap', 'item')})::boolean, false)`, 'to be wrapped'],
      ['replaces_line_id', 'text', text('replaces', 'item'), 'the line whose lost pieces this one replaces'],
    ],
  },
  {
    name: 'order_events',
    about: 'One row for each event of an order: what happened, when and by whom.',
    from: 'read.activity',
    columns: [
      ORDER,
      ['revision', 'bigint', 'revision', 'place in the order, from 0'],
      ['position', 'bigint', 'position', 'place in the log'],
      ['event_id', 'uuid', 'event_id', 'the event'],
      ['type', 'text', 'type', 'see docs/events.md'],
      ['recorded_at', 'timestamp with time zone', 'recorded_at', 'when it was recorded'],
      ['occurred_at', 'timestamp with time zone', 'occurred_at', 'business time'],
      ['actor_id', 'text', 'actor_id', 'id of the user or system that did it'],
      ['actor_role', 'text', 'actor_role', 'its role then'],
      ['reason_code', 'text', 'reason_code', 'if one was given'],
      ['origin', 'text', 'origin', 'api, import, demo or process'],
    ],
  },
  {
    name: 'order_holds',
    about: 'One row for each hold that was ever applied.',
    from: each('holds'),
    columns: [
      ORDER,
      STORE,
      ['hold_id', 'text', text('holdId', 'item'), 'the hold'],
      ['hold_type', 'text', text('holdType', 'item'), 'see GET /api/hold-types'],
      ['scope', 'text', text('scope,kind', 'item'), 'order or lines'],
      ...recorded('applied', 'applied'),
      ...recorded('resolved', 'resolved'),
      ['resolution_code', 'text', text('resolved,resolutionCode', 'item'), 'null while the hold is active'],
    ],
  },
  {
    name: 'order_alerts',
    about: 'One row for each alert and warning that was ever raised.',
    from: each('alerts'),
    columns: [
      ORDER,
      STORE,
      ['alert_id', 'text', text('alertId', 'item'), 'the alert'],
      ['alert_type', 'text', text('alertType', 'item'), 'see GET /api/alert-types'],
      ['severity', 'text', text('severity', 'item'), 'alert or warning'],
      ...recorded('raised', 'raised'),
      ...recorded('cleared', 'cleared'),
      ['resolution_code', 'text', text('cleared,resolutionCode', 'item'), 'null while it is uncleared'],
    ],
  },
  {
    name: 'order_shipments',
    about: 'One row for each shipped line of each shipment.',
    from: `read.order_details, jsonb_array_elements(details -> 'shipments') AS item, jsonb_array_elements(item -> 'lines') AS part`,
    columns: [
      ORDER,
      STORE,
      ['shipment_id', 'text', text('shipmentId', 'item'), 'the shipment'],
      ['carrier', 'text', text('carrier', 'item'), 'who carries it'],
      ['line_id', 'text', text('lineId', 'part'), 'the line'],
      ['quantity', 'integer', count('quantity', 'part'), 'pieces of the line in it'],
      ['expected_on', 'text', text('expectedOn', 'item'), 'day of delivery as expected'],
      ...recorded('shipped', 'shipped'),
      ...recorded('delivered', 'delivered'),
    ],
  },
  {
    name: 'order_appeasements',
    about: 'One row for each appeasement.',
    from: each('appeasements'),
    columns: [
      ORDER,
      STORE,
      CURRENCY,
      ['appeasement_id', 'text', text('appeasementId', 'item'), 'the appeasement'],
      ['scope', 'text', text('scope,kind', 'item'), 'order or lines'],
      ['offer', 'text', text('offer,kind', 'item'), 'percentage, amount, coupon or gift-card'],
      ['credited_minor', 'bigint', minor('creditedMinor'), 'credited on this order'],
      ['reason_code', 'text', text('reasonCode', 'item'), 'why'],
      ['approved_by', 'text', text('approvedBy', 'item'), 'id of who approved it, if somebody had to'],
      ...recorded('', 'granted'),
    ],
  },
  {
    name: 'order_charges',
    about: 'One row for each charge and discount.',
    from: each('charges'),
    columns: [
      ORDER,
      STORE,
      CURRENCY,
      ['charge_id', 'text', text('chargeId', 'item'), 'the charge or discount'],
      ['kind', 'text', text('kind', 'item'), 'charge or discount'],
      ['category', 'text', text('category', 'item'), 'what it is for'],
      ['line_id', 'text', text('scope,lineId', 'item'), 'its line; null for the whole order'],
      ['amount_minor', 'bigint', minor('amountMinor'), 'without tax, greater than zero'],
      ['per_unit_minor', 'bigint', minor('perUnitMinor'), 'for each ordered piece; null when it counts once'],
      ['tax_basis_points', 'integer', count('taxBasisPoints'), 'ten-thousandths'],
      ['origin', 'text', text('origin', 'item'), 'manual, engine or import'],
      ...recorded('', 'added'),
    ],
  },
  {
    name: 'order_returns',
    about: 'One row for each recorded return.',
    from: each('returns'),
    columns: [
      ORDER,
      STORE,
      CURRENCY,
      ['return_id', 'text', text('returnId', 'item'), 'the return'],
      ['line_id', 'text', text('lineId', 'item'), 'the line'],
      ['quantity', 'integer', count('quantity'), 'pieces'],
      ['credited_minor', 'bigint', minor('creditedMinor'), 'credited for them, tax included'],
      ...recorded('', 'returned'),
    ],
  },
];
