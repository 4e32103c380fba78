import type { StagedEdit } from './draft.events.js';

export interface DraftCommandFields {
  /** `lock`: who holds which lock on the order now; undefined when nobody does. */
  readonly StageEdit: {
    readonly orderId: string;
    readonly storeId: string;
    readonly seenRevision: number;
    readonly edit: StagedEdit;
    readonly lock?: { readonly lockId: string; readonly agentId: string };
  };
  readonly DropEdit: { readonly editId: string; readonly lock?: { readonly lockId: string; readonly agentId: string } };
}

export type DraftCommandType = keyof DraftCommandFields;

export type DraftCommand = { [Type in DraftCommandType]: { readonly type: Type } & DraftCommandFields[Type] }[DraftCommandType];

export type DraftCommandOf<Type extends DraftCommandType> = Extract<DraftCommand, { readonly type: Type }>;
