import type { OrderEvent } from '#ordering';

interface Account {
  pieces: bigint;
  cancelled: bigint;
  price: bigint;
  tax: bigint;
  takenOff: bigint;
}

/** `tenThousandths` of a figure, half a unit rounded up. No figure here is below zero. */
const share = (figure: bigint, tenThousandths: bigint): bigint => (2n * figure * tenThousandths + 10_000n) / 20_000n;

const costOf = ({ pieces, price, tax }: Account): bigint => pieces * price + share(pieces * price, tax);

/** What an order comes to, reckoned from its events on paper, so to say: without the order's own code. Minor units. */
export function totalOf(events: readonly OrderEvent[]): bigint {
  const lines = new Map<string, Account>();
  const charges = new Map<string, { readonly lineId: string | undefined; readonly amount: bigint }>();
  let granted = 0n;
  let cancelled = false;
  for (const { type, data } of events) {
    switch (type) {
      case 'OrderLineAdded':
        lines.set(data.lineId, { pieces: BigInt(data.quantity), cancelled: 0n, price: BigInt(data.quote.unitPriceMinor), tax: BigInt(data.quote.taxBasisPoints), takenOff: 0n });
        break;
      case 'OrderLineQuantityChanged': {
        const line = lines.get(data.lineId);
        if (line === undefined) throw new Error('a change of no line');
        line.pieces = BigInt(data.to) + line.cancelled;
        line.price = BigInt(data.quote.unitPriceMinor);
        line.tax = BigInt(data.quote.taxBasisPoints);
        if (line.cancelled > 0n) line.takenOff = (costOf(line) * line.cancelled) / line.pieces;
        break;
      }
      case 'OrderLineRemoved':
        lines.delete(data.lineId);
        for (const [chargeId, { lineId }] of charges) if (lineId === data.lineId) charges.delete(chargeId);
        break;
      case 'OrderLineCancelled': {
        const line = lines.get(data.lineId);
        granted += line === undefined ? BigInt(data.creditedMinor) : 0n;
        if (line === undefined) break;
        line.cancelled += BigInt(data.quantity);
        line.takenOff += BigInt(data.creditedMinor);
        break;
      }
      case 'OrderDeliveryStopConfirmed':
        for (const { creditedMinor } of data.lines) granted += BigInt(creditedMinor);
        break;
      case 'OrderReturnRecorded':
      case 'OrderAppeased':
        granted += BigInt(data.creditedMinor);
        break;
      case 'OrderChargeAdded': {
        const amount = BigInt(data.amountMinor) + share(BigInt(data.amountMinor), BigInt(data.taxBasisPoints));
        charges.set(data.chargeId, { lineId: data.scope.kind === 'line' ? data.scope.lineId : undefined, amount: data.kind === 'charge' ? amount : -amount });
        break;
      }
      case 'OrderCancelled':
        cancelled = true;
        break;
      default:
        break;
    }
  }
  if (cancelled) return 0n;
  let total = -granted;
  for (const line of lines.values()) total += costOf(line) - line.takenOff;
  for (const { amount } of charges.values()) total += amount;
  return total;
}
