/**
 * A field that can identify a person. Inside the domain it is readable, erased or (keys out of reach) unavailable;
 * in the log it is ciphertext under the key of `subjectId`. The shape is recognised by the codec, so a field that
 * is typed `Personal` cannot be stored in clear.
 */
export type Personal<T> =
  | { readonly subjectId: string; readonly is: 'known'; readonly value: T }
  | { readonly subjectId: string; readonly is: 'erased' }
  | { readonly subjectId: string; readonly is: 'unavailable' };

export const personal = <T>(subjectId: string, value: T): Personal<T> => ({ subjectId, is: 'known', value });

/** The value, or undefined once it is erased or while its key is out of reach. */
export const revealed = <T>(field: Personal<T> | undefined): T | undefined =>
  field?.is === 'known' ? field.value : undefined;

/** What to show in place of a text: the text itself, `[erased]` or `[unavailable]`. */
export function shown<T>(field: Personal<T> | undefined, text: (value: T) => string): string | undefined {
  if (field === undefined) return undefined;
  return field.is === 'known' ? text(field.value) : `[${field.is}]`;
}

export function isPersonal(value: unknown): value is Personal<unknown> {
  if (typeof value !== 'object' || value === null || !('subjectId' in value) || !('is' in value)) return false;
  return value.is === 'known' || value.is === 'erased' || value.is === 'unavailable';
}
