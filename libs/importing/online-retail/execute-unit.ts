import type { CommandExecutor, CommandRequest } from '#event-store';
import { customerRules, orderRules, type OrderCommand } from '#ordering';
import { patiently } from '../patience.js';
import type { People } from '../people.js';
import { refusedBy, type Refused } from '../refused-by.js';
import type { FinishedUnit, RowOutcome, StagedUnit } from '../staging.js';
import { crediting, placing, registration, shipping } from './order-requests.js';
import { lineIdOfRow, type CarriedIn, type CreditPart, type PlannedOrder, type UnitPlan } from './plan.js';
import { planUnit } from './plan-unit.js';

export interface UnitExecution {
  readonly executor: CommandExecutor;
  readonly people: People;
  readonly storeId: string;
}

/** Plans a unit and gives the orders what it plans; repeated after a crash it does nothing twice. */
export async function executeUnit({ executor, people, storeId }: UnitExecution, { unit, rows }: StagedUnit, carried: CarriedIn): Promise<FinishedUnit> {
  const plan = planUnit(rows, carried);
  const refusedOrders = new Map<string, Refused>();
  const parts = new Map<CreditPart, Refused | undefined>();

  const execute = async (requests: readonly CommandRequest<OrderCommand>[]): Promise<Refused | undefined> =>
    refusedBy(await patiently(() => executor.executeAll(orderRules, requests)));

  const place = async (order: PlannedOrder): Promise<void> => {
    const before = placing(order, storeId, people);
    const nothingCancelled: ReadonlyMap<string, number> = new Map();
    if (order.early.length === 0) {
      const refused = await execute([...before, ...present(shipping(order, storeId, nothingCancelled))]);
      if (refused) refusedOrders.set(order.orderNumber, refused);
      return;
    }
    const refused = await execute(before);
    if (refused) {
      refusedOrders.set(order.orderNumber, refused);
      return;
    }
    const cancelled = new Map<string, number>();
    for (const part of order.early) {
      const partRefused = await execute([crediting(part, storeId)]);
      parts.set(part, partRefused);
      if (!partRefused && part.kind === 'cancellation') cancelled.set(part.lineId, (cancelled.get(part.lineId) ?? 0) + part.quantity);
    }
    const shipment = shipping(order, storeId, cancelled);
    if (shipment) await execute([shipment]);
  };

  const register = async (): Promise<Refused | undefined> => {
    const [first] = plan.orders;
    const [row] = first?.lines ?? [];
    if (row?.customer === undefined || carried.balances.length > 0) return undefined;
    const request = registration(row, row.customer, storeId, people);
    const refused = refusedBy(await patiently(() => executor.executeAll(customerRules, [request])));
    // Registered by an earlier file: that is all that is wanted.
    return refused?.reason === 'person-erased' ? refused : undefined;
  };

  const unregistered = await register();
  for (const order of plan.orders) {
    if (unregistered) refusedOrders.set(order.orderNumber, unregistered);
    else await place(order);
  }
  for (const part of plan.late) {
    if (!refusedOrders.has(part.orderNumber)) parts.set(part, await execute([crediting(part, storeId)]));
  }
  return finished(unit, plan, carried, refusedOrders, parts);
}

function finished(unit: string, plan: UnitPlan, carried: CarriedIn, refusedOrders: ReadonlyMap<string, Refused>, parts: ReadonlyMap<CreditPart, Refused | undefined>): FinishedUnit {
  const outcomes: RowOutcome[] = plan.refused.map(({ row, reason, detail }) => ({ ...at(row), reason, ...(detail !== undefined && { detail }) }));
  const openByLine = new Map(plan.openLines.map((line) => [line.lineId, line]));
  for (const { orderNumber, lines, charges } of plan.orders) {
    const refused = refusedOrders.get(orderNumber);
    for (const row of lines) {
      const lineId = lineIdOfRow(row);
      outcomes.push(refused ? { ...at(row), ...refused } : { ...at(row), kind: 'line', orderNumber, lineId, openQuantity: openByLine.get(lineId)?.openQuantity ?? 0 });
    }
    for (const row of charges) outcomes.push(refused ? { ...at(row), ...refused } : { ...at(row), kind: 'charge', orderNumber });
  }
  for (const credit of plan.credits) {
    const { row, match, otherPrice } = credit;
    const [first] = credit.parts;
    const refused = credit.parts.map((part): Refused | undefined => (refusedOrders.has(part.orderNumber) ? { reason: 'credit-of-refused-order' } : parts.get(part)));
    const firstRefused = refused.find((each) => each !== undefined);
    const partly = refused.some((each) => each === undefined);
    if (firstRefused) {
      outcomes.push({ ...at(row), ...firstRefused, ...(partly && { detail: `only in part: ${firstRefused.detail ?? firstRefused.reason}` }), match, otherPrice });
      continue;
    }
    const kinds = new Set(credit.parts.map(({ kind }) => kind));
    const kind = kinds.size === 1 && first !== undefined ? first.kind : 'mixed';
    outcomes.push({ ...at(row), kind, ...(first && { orderNumber: first.orderNumber }), match, otherPrice });
  }
  const carriedIds = new Set(carried.lines.map(({ lineId }) => lineId));
  const placedAt = new Map(plan.orders.map((order) => [order.orderNumber, order.placedAt]));
  const balances = plan.balances.filter(({ orderNumber }) => !refusedOrders.has(orderNumber)).map((balance) => ({ ...balance, placedAt: placedAt.get(balance.orderNumber) ?? 0 }));
  return { unit, outcomes, carriedLines: plan.openLines.filter(({ lineId }) => carriedIds.has(lineId)), balances };
}

const at = ({ sourceId, rowNo }: { readonly sourceId: string; readonly rowNo: number }): { readonly sourceId: string; readonly rowNo: number } => ({ sourceId, rowNo });

const present = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value]);
