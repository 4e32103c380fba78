/** Where in which log: what an answer holds at, what a reader wants to have seen (settled 3.2). */
export interface PositionToken {
  /** Identity of the log: a position means nothing in another. */
  readonly logIdentity: string;
  readonly position: bigint;
}

const FORM = /^([0-9A-Za-z_-]{1,64})\.([0-9a-z]{1,13})$/;
const GREATEST = 2n ** 63n - 1n;

/** Opaque and safe in URLs and headers. */
export const formatPosition = ({ logIdentity, position }: PositionToken): string => `${logIdentity}.${position.toString(36)}`;

/** Undefined for anything that `formatPosition` does not make. */
export function parsePosition(text: string): PositionToken | undefined {
  const [, logIdentity, digits] = FORM.exec(text) ?? [];
  if (logIdentity === undefined || digits === undefined) return undefined;
  let position = 0n;
  for (const digit of digits) position = position * 36n + BigInt(Number.parseInt(digit, 36));
  return position > GREATEST ? undefined : { logIdentity, position };
}
