import type { MinorUnits } from '#kernel';
import type { RefusalReason } from '../refusal-reasons.js';
import type { InvoiceRow } from './invoice-row.js';
import { OpenLines } from './open-lines.js';
import {
  DAY_MS,
  lineIdOfRow,
  orderNumberOf,
  type CarriedIn,
  type CreditPart,
  type OrderBalance,
  type PlannedCredit,
  type PlannedOrder,
  type RefusedRow,
  type UnitPlan,
} from './plan.js';
import { stockCodeOf } from './stock-codes.js';

type Refused = Omit<RefusedRow, 'row'>;

interface OpenCharge {
  readonly sku: string;
  /** Undefined when its invoice was refused: what credits it has nothing to stand on either. */
  readonly orderNumber: string | undefined;
  readonly at: number;
  openMinor: MinorUnits;
}

/**
 * Turns everything that one customer bought and sent back (or one guest's invoice) into orders and credits.
 * Pure: the same rows give the same plan, which is what makes an import resumable. Rows must be in order of time.
 */
export function planUnit(rows: readonly InvoiceRow[], carried: CarriedIn = { lines: [], balances: [] }): UnitPlan {
  const planner = new UnitPlanner(carried);
  const invoices = new Map<string, InvoiceRow[]>();
  for (const row of rows) {
    if (row.isCredit) continue;
    const key = `${row.sourceId}:${row.invoice}`;
    const invoice = invoices.get(key);
    if (invoice) invoice.push(row);
    else invoices.set(key, [row]);
  }
  for (const row of rows) {
    if (row.isCredit) {
      if (stockCodeOf(row.sku).kind === 'product') planner.credit(row);
      continue;
    }
    const key = `${row.sourceId}:${row.invoice}`;
    const invoice = invoices.get(key);
    if (invoice) planner.placeOrder(row, invoice);
    invoices.delete(key);
  }
  // A service line names no goods, so it must not take the money that credits of goods have a better claim to.
  for (const row of rows) if (row.isCredit && stockCodeOf(row.sku).kind === 'service') planner.credit(row);
  return planner.plan();
}

class UnitPlanner {
  readonly #orders = new Map<string, PlannedOrder>();
  readonly #credits: PlannedCredit[] = [];
  readonly #late: CreditPart[] = [];
  readonly #refused: RefusedRow[] = [];
  readonly #open = new OpenLines();
  readonly #balances: Map<string, OrderBalance>;
  readonly #placedAt = new Map<string, number>();
  readonly #charges: OpenCharge[] = [];

  constructor(carried: CarriedIn) {
    for (const line of carried.lines) this.#open.add(line.sku, { ...line });
    this.#balances = new Map(carried.balances.map((balance) => [balance.orderNumber, { ...balance }]));
  }

  placeOrder(first: InvoiceRow, invoice: readonly InvoiceRow[]): void {
    const refuseAll = (reason: RefusalReason): void => {
      this.#refused.push(...invoice.map((row) => ({ row, reason })));
    };
    const { customer, country } = first;
    const orderNumber = orderNumberOf(first.invoice);
    const lines = invoice.filter((row) => stockCodeOf(row.sku).kind === 'product');
    if (customer === undefined && invoice.every((row) => row.unitPriceMinor === 0)) { refuseAll('stock-booking'); return; }
    if (lines.length === 0) {
      for (const row of invoice) this.#charges.push({ sku: row.sku, orderNumber: undefined, at: row.at, openMinor: amountOf(row) });
      refuseAll('invoice-without-goods'); return;
    }
    if (this.#balances.has(orderNumber)) { refuseAll('order-exists'); return; }
    const services = invoice.filter((row) => stockCodeOf(row.sku).kind === 'service');
    const charges = services.filter((row) => row.unitPriceMinor > 0);
    for (const row of services) if (row.unitPriceMinor === 0) this.#refused.push({ row, reason: 'charge-without-amount' });
    const times = invoice.map((row) => row.at);
    const placedAt = Math.min(...times);
    this.#placedAt.set(orderNumber, placedAt);
    this.#orders.set(orderNumber, { orderNumber, lines, charges, placedAt, shippedAt: Math.max(...times) + DAY_MS, customer, country, early: [] });
    this.#balances.set(orderNumber, { orderNumber, creditableMinor: [...lines, ...charges].reduce((sum, row) => sum + amountOf(row), 0) });
    if (customer === undefined) return;
    for (const row of lines) {
      const { sku, sourceId, rowNo, at, unitPriceMinor, quantity } = row;
      this.#open.add(sku, { orderNumber, lineId: lineIdOfRow(row), sourceId, rowNo, at, unitPriceMinor, openQuantity: quantity });
    }
    for (const row of charges) this.#charges.push({ sku: row.sku, orderNumber, at: row.at, openMinor: amountOf(row) });
  }

  credit(row: InvoiceRow): void {
    const found = this.#find(row);
    if ('reason' in found) {
      this.#refused.push({ row, ...found });
      return;
    }
    this.#credits.push(found);
    for (const part of found.parts) {
      const order = this.#orders.get(part.orderNumber);
      const isEarly = order !== undefined && (part.kind === 'cancellation' || (part.kind === 'discount' && row.at < order.shippedAt));
      (isEarly ? order.early : this.#late).push(part);
    }
  }

  plan(): UnitPlan {
    return {
      orders: [...this.#orders.values()],
      credits: this.#credits,
      late: this.#late,
      refused: this.#refused,
      openLines: this.#open.all(),
      balances: [...this.#balances.values()],
    };
  }

  #find(row: InvoiceRow): PlannedCredit | Refused {
    if (row.customer === undefined) return { reason: 'credit-of-guest' };
    const code = stockCodeOf(row.sku);
    return code.kind === 'product' ? this.#findGoods(row) : this.#findService(row, code.category);
  }

  #findGoods(row: InvoiceRow): PlannedCredit | Refused {
    const match = this.#open.match(row.sku, row.quantity, ({ orderNumber }) => this.#bears(orderNumber, amountOf(row)));
    if (match.kind === 'nothing') return { reason: 'credit-matches-nothing' };
    if (match.kind === 'exceeds') return { reason: 'credit-exceeds-purchase', detail: `${String(match.left)} of ${String(row.quantity)} left` };
    const parts = match.parts.map(({ line, quantity }, index): CreditPart => {
      // What an earlier import brought has shipped, whenever it was sold.
      const unshipped = row.at - line.at < DAY_MS && this.#orders.has(line.orderNumber);
      const { orderNumber, lineId } = line;
      return { kind: unshipped ? 'cancellation' : 'return', row, index, orderNumber, lineId, quantity, creditedMinor: quantity * row.unitPriceMinor };
    });
    if (!this.#debit(parts)) return { reason: 'credit-exceeds-order' };
    for (const { line, quantity } of match.parts) line.openQuantity -= quantity;
    return { row, match: match.kind, otherPrice: match.parts.some(({ line }) => line.unitPriceMinor !== row.unitPriceMinor), parts };
  }

  /** A service line names no order: it goes to the latest with a charge of its kind, or else to the latest that can bear it. */
  #findService(row: InvoiceRow, category: string): PlannedCredit | Refused {
    const creditedMinor = amountOf(row);
    if (creditedMinor === 0) return { reason: 'charge-without-amount' };
    const charge = this.#chargeFor(row, creditedMinor);
    if (charge && charge.orderNumber === undefined) {
      charge.openMinor -= creditedMinor;
      return { reason: 'credit-of-refused-order' };
    }
    const earlier = [...this.#balances.keys()].filter((number) => (this.#placedAt.get(number) ?? 0) <= row.at);
    if (earlier.length === 0) return { reason: 'credit-matches-nothing' };
    const orderNumber = charge?.orderNumber ?? earlier.findLast((number) => this.#bears(number, creditedMinor));
    if (orderNumber === undefined) return { reason: 'credit-exceeds-order' };
    const parts: readonly CreditPart[] = [{ kind: 'discount', row, index: 0, orderNumber, category, creditedMinor }];
    this.#debit(parts);
    if (charge) charge.openMinor -= creditedMinor;
    return { row, match: charge ? 'charge' : 'latest-order', otherPrice: false, parts };
  }

  /** A charge of exactly this amount, taken over or refused, before one that is merely large enough. */
  #chargeFor(row: InvoiceRow, amount: MinorUnits): OpenCharge | undefined {
    const same = this.#charges.filter(({ sku, openMinor, orderNumber }) => sku === row.sku && openMinor >= amount && (orderNumber === undefined || this.#bears(orderNumber, amount)));
    const earlier = same.filter(({ orderNumber, at }) => orderNumber !== undefined && at <= row.at);
    return (
      earlier.findLast(({ openMinor }) => openMinor === amount) ??
      // A refused invoice may be the correction that followed its credit.
      same.find(({ openMinor, orderNumber }) => openMinor === amount && orderNumber === undefined) ??
      earlier.at(-1)
    );
  }

  #bears(orderNumber: string, amount: MinorUnits): boolean {
    return (this.#balances.get(orderNumber)?.creditableMinor ?? 0) >= amount;
  }

  #debit(parts: readonly CreditPart[]): boolean {
    const wanted = new Map<string, MinorUnits>();
    for (const { orderNumber, creditedMinor } of parts) wanted.set(orderNumber, (wanted.get(orderNumber) ?? 0) + creditedMinor);
    if (![...wanted].every(([orderNumber, amount]) => this.#bears(orderNumber, amount))) return false;
    for (const [orderNumber, amount] of wanted) {
      const balance = this.#balances.get(orderNumber);
      if (balance) balance.creditableMinor -= amount;
    }
    return true;
  }
}

const amountOf = (row: InvoiceRow): MinorUnits => row.quantity * row.unitPriceMinor;
