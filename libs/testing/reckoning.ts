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
  /** Pieces of its line that were cancelled before it was put on: they bear nothing of it. */
  readonly cancelledBefore: bigint;
}

interface PutAway {
  readonly line: Account;
  readonly extras: readonly (readonly [string, Extra])[];
}

/** `tenThousandths` of a figure, half a unit rounded away from zero. */
const share = (figure: bigint, tenThousandths: bigint): bigint => (figure < 0n ? -share(-figure, tenThousandths) : (2n * figure * tenThousandths + 10_000n) / 20_000n);

const withTax = (net: bigint, tax: bigint, exempt: boolean): bigint => (exempt ? net : net + share(net, tax));

/** What an order comes to, reckoned from its events on paper, so to say: without the order's own code. Minor units. */
export function totalOf(events: readonly OrderEvent[]): bigint {
  const lines = new Map<string, Account>();
  const extras = new Map<string, Extra>();
  const takenOff = new Map<string, Extra>();
  const drawer = new Map<string, PutAway>();
  let exempt = false;
  const extraCost = ({ lineId, once, each, tax }: Extra): bigint => withTax(each === undefined ? once : each * (lines.get(lineId ?? '')?.pieces ?? 0n), tax, exempt);
  const goodsCost = ({ pieces, price, tax }: Account): bigint => withTax(pieces * price, tax, exempt);
  /** The part of a line, and of what is put on it by the piece or once, that falls to its cancelled pieces, at today's figures. */
  const cancelledPart = (lineId: string, { pieces, cancelled, price, tax }: Account, charges: Iterable<Extra> = extras.values()): bigint => {
    if (cancelled === 0n) return 0n;
    let byPiece = withTax(pieces * price, tax, exempt);
    let once = 0n;
    for (const extra of charges) {
      if (extra.lineId !== lineId) continue;
      if (extra.each !== undefined) byPiece += withTax(extra.each * pieces, extra.tax, exempt);
      else once += (withTax(extra.once, extra.tax, exempt) * (cancelled - extra.cancelledBefore)) / (pieces - extra.cancelledBefore || 1n);
    }
    const part = (byPiece * cancelled) / pieces + once;
    return part < 0n ? 0n : part;
  };
  const partOfPutAway = (lineId: string, { line, extras: charges }: PutAway): bigint => cancelledPart(lineId, line, charges.map(([, extra]) => extra));
  /** What a cancelled piece takes off changes with its part. */
  const follow = (change: () => unknown): void => {
    const parts = new Map([...lines].map(([lineId, line]) => [lineId, cancelledPart(lineId, line)]));
    const awayParts = new Map([...drawer].map(([lineId, away]) => [lineId, partOfPutAway(lineId, away)]));
    change();
    for (const [lineId, line] of lines) line.takenOff += cancelledPart(lineId, line) - (parts.get(lineId) ?? 0n);
    for (const [lineId, away] of drawer) away.line.takenOff += partOfPutAway(lineId, away) - (awayParts.get(lineId) ?? 0n);
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
        follow(() => {
          line.pieces = BigInt(data.to) + line.cancelled;
          line.price = BigInt(data.quote.unitPriceMinor);
          line.tax = BigInt(data.quote.taxBasisPoints);
          retax(data.taxed?.charges);
        });
        break;
      }
      case 'OrderLineVariantChanged': {
        const line = lines.get(data.lineId);
        if (line === undefined) throw new Error('a change of no line');
        follow(() => {
          line.price = BigInt(data.quote.unitPriceMinor);
          line.tax = BigInt(data.quote.taxBasisPoints);
          retax(data.taxed?.charges);
        });
        break;
      }
      case 'OrderTaxExemptionGranted':
      case 'OrderTaxExemptionRevoked':
        follow(() => {
          exempt = type === 'OrderTaxExemptionGranted';
        });
        break;
      case 'OrderAddressChanged':
        follow(() => {
          for (const { lineId, to } of data.taxed?.lines ?? []) {
            const line = lines.get(lineId);
            if (line === undefined) throw new Error('a tax on no line');
            line.tax = BigInt(to);
          }
          retax(data.taxed?.charges);
        });
        break;
      case 'OrderLineRemoved': {
        const line = lines.get(data.lineId);
        if (line === undefined) throw new Error('no such line');
        drawer.set(data.lineId, { line, extras: [...extras].filter(([, { lineId }]) => lineId === data.lineId) });
        lines.delete(data.lineId);
        for (const [chargeId, { lineId }] of extras) if (lineId === data.lineId) extras.delete(chargeId);
        break;
      }
      case 'OrderLineRestored': {
        const kept = drawer.get(data.lineId);
        if (kept === undefined) throw new Error('no such line was put away');
        drawer.delete(data.lineId);
        lines.set(data.lineId, kept.line);
        for (const [chargeId, extra] of kept.extras) extras.set(chargeId, extra);
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
        follow(() => extras.set(data.chargeId, extraOf(data.scope, data.kind === 'charge' ? 1n : -1n, data, lines.get(data.scope.kind === 'line' ? data.scope.lineId : '')?.cancelled)));
        break;
      case 'OrderChargeChanged': {
        const before = extras.get(data.chargeId);
        if (before === undefined) throw new Error('a change of no charge');
        follow(() => extras.set(data.chargeId, extraOf(data.scope, before.once < 0n ? -1n : 1n, data.to, before.cancelledBefore)));
        break;
      }
      case 'OrderChargeRemoved': {
        const gone = extras.get(data.chargeId);
        if (gone !== undefined) takenOff.set(data.chargeId, gone);
        follow(() => extras.delete(data.chargeId));
        break;
      }
      case 'OrderChargeRestored': {
        const kept = takenOff.get(data.chargeId);
        if (kept === undefined) throw new Error('no such charge was taken off');
        follow(() => extras.set(data.chargeId, kept));
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

function extraOf(scope: ChargeScope, sign: bigint, { amountMinor, perUnitMinor, taxBasisPoints }: Pick<ChargeTerms, 'amountMinor' | 'perUnitMinor' | 'taxBasisPoints'>, cancelledBefore = 0n): Extra {
  const each = perUnitMinor === undefined ? undefined : sign * BigInt(perUnitMinor);
  return { lineId: scope.kind === 'line' ? scope.lineId : undefined, once: sign * BigInt(amountMinor), each, tax: BigInt(taxBasisPoints), cancelledBefore };
}
