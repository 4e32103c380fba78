/** The proof that a person was erased: it names the subject, never the person. */
export interface SubjectEventData {
  readonly SubjectErased: { readonly subjectId: string; readonly reasonCode: string };
}

export type SubjectEventType = keyof SubjectEventData;

export type SubjectEvent = { [Type in SubjectEventType]: { readonly type: Type; readonly data: SubjectEventData[Type] } }[SubjectEventType];

export const SUBJECT_EVENT_VERSIONS: Readonly<Record<SubjectEventType, number>> = { SubjectErased: 1 };
