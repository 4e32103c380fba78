export interface SubjectCommandFields {
  /** Sent once the person's keys are destroyed: what remains is the proof. */
  readonly EraseSubject: { readonly subjectId: string; readonly reasonCode: string };
}

export type SubjectCommandType = keyof SubjectCommandFields;

export type SubjectCommand = { [Type in SubjectCommandType]: { readonly type: Type } & SubjectCommandFields[Type] }[SubjectCommandType];
