import type { AlertType, Catalogue, HoldType } from '#catalogue';
import { amountLimits, mayCall, type OperationId } from '#identity';
import type { Refusal, Role } from '#kernel';
import { chargeLimit, waitingCharges, type HandLimits, type Order, type OrderCharge, type OrderCommand, type OrderCommandFields, type OrderCommandOf, type OrderCommandType } from '#ordering';
import { isOffered, operationOf } from '../actions/order-operations.js';
import { problem, ProblemError } from '../http/problem.js';

/** Whose holds and alerts they are: the types that there are, retired ones included. */
export interface TypeRights {
  readonly holdTypes: readonly HoldType[];
  readonly alertTypes: readonly AlertType[];
}

type Kind = OrderCharge['kind'];

/** The commands that go only as far as their sender may charge or give alone (A52). */
type Limited = { [Type in OrderCommandType]: 'limitBasisPoints' extends keyof OrderCommandFields[Type] ? Type : never }[OrderCommandType];

/** Each of them: whether it charges or gives. Undefined: what it names is not there, and the decider says so. */
const KIND_OF: { readonly [Type in Limited]: (command: OrderCommandOf<Type>, order: Order) => Kind | undefined } = {
  AddOrderCharge: ({ kind }) => kind,
  ApproveOrderCharge: ({ chargeId }, order) => waitingCharges(order).find((request) => request.chargeId === chargeId)?.kind,
  ChangeOrderCharge: ({ chargeId }, { charges }) => charges.find((charge) => charge.chargeId === chargeId)?.kind,
  RestoreOrderCharge: ({ chargeId }, { removedCharges = [] }) => removedCharges.find((removed) => removed.chargeId === chargeId)?.charge.kind,
};

const isLimited = (command: OrderCommand): command is OrderCommandOf<Limited> => command.type in KIND_OF;

/** The commands that can leave less under what was charged and given by hand (A52). */
type Lessening = { [Type in OrderCommandType]: 'limits' extends keyof OrderCommandFields[Type] ? Type : never }[OrderCommandType];

const LESSENS: Readonly<Record<Lessening, true>> = { ChangeOrderLineQuantity: true, ChangeOrderLineVariant: true, RemoveOrderLine: true };

const lessens = (command: OrderCommand): command is OrderCommandOf<Lessening> => command.type in LESSENS;

/**
 * The one gate that every command of an order passes on its way to `decide`, whatever it came of: its own operation,
 * an undo, a staged edit. Gives the command with how far its sender may go alone.
 * @param latest the order as it stands now, for commands that it matters for
 * @throws ProblemError 403 when the role may not send it, or not about that hold or alert; 409 for a store where nothing is fetched
 */
export async function permitted<Command extends OrderCommand>(catalogue: Pick<Catalogue, 'holdTypes' | 'alertTypes' | 'activePickupStore'>, role: Role, command: Command, latest: () => Promise<Order>): Promise<Command> {
  if (!isOffered(command.type) || !mayCall(role, operationOf(command.type))) throw problem('not-allowed', { detail: `The role ${role} may not send ${isOffered(command.type) ? operationOf(command.type) : command.type}.` });
  if (command.type === 'ResolveOrderHold' || command.type === 'ClearOrderAlerts') {
    const [order, holdTypes, alertTypes] = await Promise.all([latest(), catalogue.holdTypes(), catalogue.alertTypes()]);
    const barred = notYours(command, order, role, { holdTypes, alertTypes });
    if (barred !== undefined) throw barred;
  }
  if (command.type === 'ChangeOrderFulfilment' && command.fulfilment.kind === 'pickup') await fetchable(catalogue, command.fulfilment.storeCode, latest);
  if (lessens(command)) return withShares(command, role);
  return isLimited(command) ? asFarAs(command, await latest(), role) : command;
}

/** There is such a store, in the country where the order goes to. */
async function fetchable(catalogue: Pick<Catalogue, 'activePickupStore'>, storeCode: string, latest: () => Promise<Order>): Promise<void> {
  const [store, { shipTo }] = await Promise.all([catalogue.activePickupStore(storeCode), latest()]);
  if (store === undefined) throw new ProblemError(409, 'pickup-store-unknown', 'A rule refuses it', { rule: 'A56', detail: 'Nothing can be fetched there.', details: { storeCode } });
  if (store.country === shipTo.country) return;
  throw new ProblemError(409, 'pickup-store-abroad', 'A rule refuses it', { rule: 'A56', detail: 'That store is in another country than the order goes to.', details: { storeCode, country: store.country } });
}

/** The command with how far the role goes alone. */
export function asFarAs<Command extends OrderCommand>(command: Command, order: Order, role: Role): Command {
  if (lessens(command)) return withShares(command, role);
  return isLimited(command) ? { ...command, ...limitOf(command, order, role) } : command;
}

const withShares = <Command extends OrderCommand>(command: Command, role: Role): Command => ({ ...command, limits: sharesOf(role) });

function limitOf(command: OrderCommandOf<Limited>, order: Order, role: Role): ReturnType<typeof chargeLimit> {
  const kindOf = KIND_OF[command.type] as (each: OrderCommandOf<Limited>, of: Order) => Kind | undefined;
  return chargeLimit(sharesOf(role), kindOf(command, order) ?? 'discount');
}

/** The same in every currency. */
function sharesOf(role: Role): HandLimits {
  const { appeasementMinor: _amount, ...shares } = amountLimits(role, 2);
  return shares;
}

/** Why the role may not, although it may call the operation: a hold or an alert is ended by whom its type names (A51, A35). */
export function notYours(command: OrderCommand, order: Order, role: Role, { holdTypes, alertTypes }: TypeRights): ProblemError | undefined {
  switch (command.type) {
    case 'ResolveOrderHold': {
      const named = order.holds.find(({ holdId }) => holdId === command.holdId)?.holdType;
      const type = holdTypes.find(({ code }) => code === named);
      return type === undefined || type.resolvedBy.some((each) => each === role) ? undefined : holdNotYours(type);
    }
    case 'ClearOrderAlerts': {
      const named = order.alerts.filter(({ alertId }) => command.alertIds.includes(alertId)).map(({ alertType }) => alertType);
      const type = alertTypes.find(({ code, clearedBy }) => named.includes(code) && !clearedBy.some((each) => each === role));
      return type && alertNotYours(type);
    }
    default:
      return undefined;
  }
}

const holdNotYours = ({ code, resolvedBy }: HoldType): ProblemError =>
  new ProblemError(403, 'hold-not-yours-to-resolve', 'Your role may not do that', { rule: 'A51', detail: `A hold ${code} is resolved by: ${resolvedBy.join(', ')}.` });

const alertNotYours = ({ code, clearedBy }: AlertType): ProblemError =>
  new ProblemError(403, 'alert-not-yours-to-clear', 'Your role may not do that', { rule: 'A35', detail: `An alert ${code} is cleared by: ${clearedBy.join(', ')}.` });

/** A problem that names a rule, as the actions of an order tell it. */
export const refusalOf = ({ code, title, extras: { rule = '', detail = title, details } }: ProblemError): Refusal => ({ code, rule, message: detail, ...(details !== undefined && { details }) });

/** The refusal of whom the permissions do not name (G1). */
export const notAllowed = (role: Role, operation: OperationId): Refusal => ({ code: 'not-allowed', rule: 'G1', message: `The role ${role} may not call ${operation}.`, details: { role } });
