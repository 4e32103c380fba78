import { shareOf, type MinorUnits } from '#kernel';
import type { ChargeLimit, HandLimits } from './order.commands.js';
import * as no from './order.rejections.js';
import { lineOf, type Order, type OrderCharge } from './order.state.js';
import { grantedMinor } from './order.credits.js';
import { lineNet, orderTotals } from './order.totals.js';

/** What one may grant, give and charge by hand on one order alone (G3); null or absent: as much as they like. */
export interface OwnLimits extends HandLimits {
  readonly appeasementMinor: MinorUnits | null;
}

export const NO_LIMITS: OwnLimits = { appeasementMinor: null };

/** As the commands carry it. */
export function chargeLimit(limits: HandLimits, kind: OrderCharge['kind']): ChargeLimit {
  const limitBasisPoints = kind === 'charge' ? limits.chargeBasisPoints : limits.discountBasisPoints;
  return limitBasisPoints === undefined ? {} : { limitBasisPoints };
}

/** What a charge or discount shares with the others made by hand: what they take of it, and how much it may be in all. */
export interface LimitedShare {
  readonly takenMinor: MinorUnits;
  /** Of which it is a share. */
  readonly ofMinor: MinorUnits;
  readonly greatestMinor: MinorUnits;
}

/** A charge by hand, there or to come. */
export type Limited = Pick<OrderCharge, 'chargeId' | 'kind' | 'scope'>;

/**
 * Discounts by hand, all together, stay within the share that whoever makes or approves them may give: of the whole
 * order, and of the line for a line's; and charges by hand within a share of the goods (G3, A52).
 */
export function limitedShares(order: Order, { chargeId, kind, scope }: Limited, limitBasisPoints: number): readonly LimitedShare[] {
  const line = scope.kind === 'line' ? lineOf(order, scope.lineId) : undefined;
  const shareOfAll = (goodsMinor: MinorUnits, charges: readonly OrderCharge[]): LimitedShare => {
    const others = charges.filter((each) => each.kind === kind && each.origin === 'manual' && each.chargeId !== chargeId);
    const ofMinor = kind === 'charge' ? goodsMinor : goodsMinor + sumOf(charges.filter((each) => each.kind === 'charge'));
    return { takenMinor: sumOf(others), ofMinor, greatestMinor: shareOf(ofMinor, limitBasisPoints, 10_000) };
  };
  const ofLine = order.charges.filter((each) => each.scope.kind === 'line' && each.scope.lineId === line?.lineId);
  return [shareOfAll(orderTotals(order).goodsMinor, order.charges), ...(line === undefined ? [] : [shareOfAll(lineNet(line), ofLine)])];
}

const sumOf = (charges: readonly OrderCharge[]): MinorUnits => charges.reduce((sum, { amountMinor }) => sum + amountMinor, 0);

/**
 * What was given or charged by hand was allowed of the order as it was: nobody lessens what it stands on until it is a
 * greater share than they may give alone (G3, A52).
 */
export function lesseningGuard(order: Order, lessened: Order, limits: HandLimits = {}): no.Rejected | undefined {
  for (const kind of ['discount', 'charge'] as const) {
    const { limitBasisPoints } = chargeLimit(limits, kind);
    const byHand = lessened.charges.filter((charge) => charge.kind === kind && charge.origin === 'manual');
    if (limitBasisPoints === undefined || byHand.length === 0) continue;
    for (const scope of [{ kind: 'order' } as const, ...byHand.map((charge) => charge.scope)]) {
      const was = limitedShares(order, { chargeId: '', kind, scope }, limitBasisPoints);
      const beyond = limitedShares(lessened, { chargeId: '', kind, scope }, limitBasisPoints).find((share, index) => share.takenMinor > share.greatestMinor && isGreater(share, was[index]));
      if (beyond === undefined) continue;
      return no.reject(`${kind}-needs-approval`, LESSENED[kind], {
        ...(kind === 'discount' ? { discountsMinor: beyond.takenMinor } : { chargesMinor: beyond.takenMinor }),
        greatestMinor: beyond.greatestMinor,
        limitBasisPoints,
      });
    }
  }
  return undefined;
}

const LESSENED = {
  discount: 'What was given by hand would be a greater share of what is left than you may give alone: lower it first, or let somebody do it who may give that much.',
  charge: 'What was charged by hand would be a greater share of what is left than you may charge alone: lower it first, or let somebody do it who may charge that much.',
} as const;

const isGreater = (share: LimitedShare, than: LimitedShare | undefined): boolean => than === undefined || BigInt(share.takenMinor) * BigInt(than.ofMinor) > BigInt(than.takenMinor) * BigInt(share.ofMinor);

/** How far the one who asks may go alone, after what was made by hand before; beyond it a second person approves (G3). */
export interface ActionLimit {
  /** The greatest amount that passes, in minor units of the order's currency. By the piece, it is for all ordered pieces of the line. */
  readonly amountMinor: MinorUnits;
  readonly kind?: OrderCharge['kind'];
  /** For what is put on that line. */
  readonly lineId?: string;
  /** For that charge or discount, or that request for one. */
  readonly chargeId?: string;
}

/** Of all that is granted on the order. */
export const limitOfGrants = (order: Order, { appeasementMinor }: OwnLimits): readonly ActionLimit[] =>
  appeasementMinor === null ? [] : [{ amountMinor: Math.max(appeasementMinor - grantedMinor(order), 0) }];

/** Of one charge or discount by hand. */
export function limitOfCharge(order: Order, charge: Limited, limits: OwnLimits): readonly ActionLimit[] {
  const { limitBasisPoints } = chargeLimit(limits, charge.kind);
  if (limitBasisPoints === undefined) return [];
  const left = limitedShares(order, charge, limitBasisPoints).map(({ takenMinor, greatestMinor }) => greatestMinor - takenMinor);
  return [{ amountMinor: Math.max(Math.min(...left), 0), kind: charge.kind, ...(charge.scope.kind === 'line' && { lineId: charge.scope.lineId }), chargeId: charge.chargeId }];
}

/** Of a new one: on the order, and on each of its lines. */
export function limitsOfNewCharges(order: Order, limits: OwnLimits): readonly ActionLimit[] {
  const scopes = [{ kind: 'order' } as const, ...order.lines.map(({ lineId }) => ({ kind: 'line', lineId }) as const)];
  return (['charge', 'discount'] as const).flatMap((kind) => scopes.flatMap((scope) => limitOfCharge(order, { chargeId: '', kind, scope }, limits).map(({ chargeId: _new, ...limit }) => limit)));
}
