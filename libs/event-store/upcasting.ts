/** One step: the payload of a version becomes the payload of the next. Pure; the stored bytes stay as they are. */
export type Upcast = (data: object) => object;

/** By event type, then by the version that is read: `{ OrderHoldApplied: { 1: v1 => v2, 2: v2 => v3 } }`. */
export type Upcasters = Readonly<Record<string, Readonly<Record<number, Upcast>>>>;

/** `OrderHoldApplied`, and `OrderHoldApplied.v2` from the second version on. */
export const storedTypeOf = (type: string, version: number): string => (version === 1 ? type : `${type}.v${String(version)}`);

export function parseStoredType(storedType: string): { readonly type: string; readonly version: number } {
  const match = /^(.+)\.v([1-9]\d{0,3})$/.exec(storedType);
  const [, type, version] = match ?? [];
  return type === undefined || Number(version) < 2 ? { type: storedType, version: 1 } : { type, version: Number(version) };
}

/** @throws RangeError when a step of the way is missing: a mistake in the program, found by the golden files */
export function upcast(upcasters: Upcasters, type: string, from: number, to: number, data: object): object {
  let current = data;
  for (let version = from; version < to; version += 1) {
    const step = upcasters[type]?.[version];
    if (step === undefined) throw new RangeError(`no upcaster takes ${type} from version ${String(version)} to ${String(version + 1)}`);
    current = step(current);
  }
  return current;
}
