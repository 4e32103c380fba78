import { ORDER_LIFECYCLE, type OrderCommandType } from '#ordering';

/** Commands that nobody sends for an order that exists: creation, and what timers and processes send. */
const NOT_OFFERED = ['CreateOrder', 'ExpireOrderLock', 'ParkOrder', 'TransferOrder', 'SettlePayments', 'ChasePayment', 'RecordCopy', 'RecordReorder'] as const satisfies readonly OrderCommandType[];

/** The commands of an existing order that people and other systems can be allowed. */
export type OfferedCommand = Exclude<OrderCommandType, (typeof NOT_OFFERED)[number]>;

export const OFFERED_COMMANDS: readonly OfferedCommand[] = (Object.keys(ORDER_LIFECYCLE) as OrderCommandType[]).filter(isOffered);

export function isOffered(type: OrderCommandType): type is OfferedCommand {
  return !NOT_OFFERED.some((each) => each === type);
}

/** A command's operation bears its name. Where it is used as an `OperationId`, a command without permissions does not compile. */
export const operationOf = (type: OfferedCommand): Uncapitalize<OfferedCommand> => `${type.charAt(0).toLowerCase()}${type.slice(1)}` as Uncapitalize<OfferedCommand>;

/** What is done to an order through its history or its staged edits, and can be previewed as its commands can. */
export const DERIVED_OPERATIONS = ['undoOrderCommand', 'applyProposedEdit'] as const;

/** What makes an order of none. */
export const NEW_ORDER_OPERATIONS = ['createOrder', 'submitCart'] as const;
export type NewOrderOperation = (typeof NEW_ORDER_OPERATIONS)[number];
