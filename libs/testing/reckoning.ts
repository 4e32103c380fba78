import type { ChargeScope, ChargeTerms, OrderEvent } from '#ordering';

interface Account {
  pieces: bigint;
  cancelled: bigint;
  price: bigint;
  tax: bigint;
  takenOff: bigint;
}

interface Extra {
  readonly lineId: string | undefined;
  /** Below zero for a discount. */
  readonly once: bigint;
  /** In place of `once`: for each piece of the line. */
  readonly each: bigint | undefined;
  readonly tax: bigint;
}

/** `tenThousandths` of a figure, half a unit rounded away from zero. */
const share = (figure: bigint, tenThousandths: bigint): bigint => (figure < 0n ? -share(-figure, tenThousandths) : (2n * figure * tenThousandths + 10_000n) / 20_000n);

const withTax = (net: bigint, tax: bigint, exempt: boolean): bigint => (exempt ? net : net + share(net, tax));

/** What an order comes to, reckoned from its events on paper, so to say: without the order's own code. Minor units. */
export function totalOf(events: readonly OrderEvent[]): bigint {
  const lines = new Map<string, Account>();
  const extras = new Map<string, Extra>();
  const takenOff = new Map<string, Extra>();
  const drawer = new Map<string, { readonly line: Account | undefined; readonly extras: readonly (readonly [string, Extra])[]; retaxed: boolean }>();
  let exempt = false;
  const extraCost = ({ lineId, once, each, tax }: Extra): bigint => withTax(each === undefined ? once : each * (lines.get(lineId ?? '')?.pieces ?? 0n), tax, exempt);
  const goodsCost = ({ pieces, price, tax }: Account): bigint => withTax(pieces * price, tax, exempt);
  /** What a cancelled piece takes off is its part of the line and of what counts by the piece, at today's figures. */
  const follow = (lineId: string | undefined): void => {
    const line = lines.get(lineId ?? '');
    if (line === undefined || line.cancelled === 0n) return;
    let cost = goodsCost(line);
    for (const extra of extras.values()) if (extra.lineId === lineId && extra.each !== undefined) cost += extraCost(extra);
    line.takenOff = cost < 0n ? 0n : (cost * line.cancelled) / line.pieces;
  };
  const followIfByPiece = (chargeId: string): void => {
    const extra = extras.get(chargeId);
    if (extra?.each !== undefined) follow(extra.lineId);
  };
  const retax = (charges: readonly { readonly chargeId: string; readonly to: number }[] = []): void => {
    for (const { chargeId, to } of charges) {
      const extra = extras.get(chargeId);
      if (extra === undefined) throw new Error('a tax on no charge');
      extras.set(chargeId, { ...extra, tax: BigInt(to) });
    }
  };
  let granted = 0n;
  let cancelled = false;
  for (const { type, data } of events) {
    switch (type) {
      case 'OrderLineAdded':
        lines.set(data.lineId, { pieces: BigInt(data.quantity), cancelled: 0n, price: BigInt(data.quote.unitPriceMinor), tax: BigInt(data.quote.taxBasisPoints), takenOff: 0n });
        break;
      case 'OrderReshipped':
        lines.set(data.newLineId, { pieces: BigInt(data.quantity), cancelled: 0n, price: 0n, tax: lines.get(data.lineId)?.tax ?? 0n, takenOff: 0n });
        break;
      case 'OrderLineQuantityChanged': {
        const line = lines.get(data.lineId);
        if (line === undefined) throw new Error('a change of no line');
        line.pieces = BigInt(data.to) + line.cancelled;
        line.price = BigInt(data.quote.unitPriceMinor);
        line.tax = BigInt(data.quote.taxBasisPoints);
        retax(data.taxed?.charges);
        follow(data.lineId);
        break;
      }
      case 'OrderLineVariantChanged': {
        const line = lines.get(data.lineId);
        if (line === undefined) throw new Error('a change of no line');
        line.price = BigInt(data.quote.unitPriceMinor);
        line.tax = BigInt(data.quote.taxBasisPoints);
        retax(data.taxed?.charges);
        follow(data.lineId);
        break;
      }
      case 'OrderTaxExemptionGranted':
      case 'OrderTaxExemptionRevoked':
        exempt = type === 'OrderTaxExemptionGranted';
        for (const lineId of lines.keys()) follow(lineId);
        for (const kept of drawer.values()) kept.retaxed = true;
        break;
      case 'OrderAddressChanged':
        for (const { lineId, to } of data.taxed?.lines ?? []) {
          const line = lines.get(lineId);
          if (line === undefined) throw new Error('a tax on no line');
          line.tax = BigInt(to);
        }
        retax(data.taxed?.charges);
        for (const { lineId } of data.taxed?.lines ?? []) follow(lineId);
        for (const { chargeId } of data.taxed?.charges ?? []) followIfByPiece(chargeId);
        break;
      case 'OrderLineRemoved':
        drawer.set(data.lineId, { retaxed: false, line: lines.get(data.lineId), extras: [...extras].filter(([, { lineId }]) => lineId === data.lineId) });
        lines.delete(data.lineId);
        for (const [chargeId, { lineId }] of extras) if (lineId === data.lineId) extras.delete(chargeId);
        break;
      case 'OrderLineRestored': {
        const kept = drawer.get(data.lineId);
        if (kept?.line === undefined) throw new Error('no such line was put away');
        lines.set(data.lineId, kept.line);
        for (const [chargeId, extra] of kept.extras) extras.set(chargeId, extra);
        // Taxed as the order is now.
        if (kept.retaxed) follow(data.lineId);
        break;
      }
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
      case 'OrderChargeAdded':
        extras.set(data.chargeId, extraOf(data.scope, data.kind === 'charge' ? 1n : -1n, data));
        followIfByPiece(data.chargeId);
        break;
      case 'OrderChargeChanged': {
        const before = extras.get(data.chargeId);
        if (before === undefined) throw new Error('a change of no charge');
        extras.set(data.chargeId, extraOf(data.scope, before.once < 0n ? -1n : 1n, data.to));
        followIfByPiece(data.chargeId);
        break;
      }
      case 'OrderChargeRemoved': {
        const gone = extras.get(data.chargeId);
        if (gone !== undefined) takenOff.set(data.chargeId, gone);
        extras.delete(data.chargeId);
        if (gone?.each !== undefined) follow(gone.lineId);
        break;
      }
      case 'OrderChargeRestored': {
        const kept = takenOff.get(data.chargeId);
        if (kept === undefined) throw new Error('no such charge was taken off');
        extras.set(data.chargeId, kept);
        followIfByPiece(data.chargeId);
        break;
      }
      case 'OrderCancelled':
        cancelled = true;
        break;
      case 'OrderReinstated':
        cancelled = false;
        break;
      default:
        break;
    }
  }
  if (cancelled) return 0n;
  let total = -granted;
  for (const line of lines.values()) total += goodsCost(line) - line.takenOff;
  for (const extra of extras.values()) total += extraCost(extra);
  return total;
}

function extraOf(scope: ChargeScope, sign: bigint, { amountMinor, perUnitMinor, taxBasisPoints }: Pick<ChargeTerms, 'amountMinor' | 'perUnitMinor' | 'taxBasisPoints'>): Extra {
  const each = perUnitMinor === undefined ? undefined : sign * BigInt(perUnitMinor);
  return { lineId: scope.kind === 'line' ? scope.lineId : undefined, once: sign * BigInt(amountMinor), each, tax: BigInt(taxBasisPoints) };
}
