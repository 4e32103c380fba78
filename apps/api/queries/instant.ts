const TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?)(Z|[+-]\d{2}:\d{2})$/;

export const looksLikeInstant = (text: string): boolean => TIME.test(text);

/** An ISO 8601 time with its zone, in milliseconds; undefined for what is none, also for a day that no calendar has. */
export function instantFrom(text: string): number | undefined {
  const [, day, clock] = TIME.exec(text) ?? [];
  if (day === undefined || clock === undefined) return undefined;
  // The parser takes the 30th of February for the 2nd of March, and 24:00 for the day after.
  const local = Date.parse(`${day}T${clock}Z`);
  if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(day)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}
