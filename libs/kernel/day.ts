/** How a day is written; not every text of that form is one. */
export const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether the calendar has that day: the parser takes the 30th of February for the 2nd of March. */
export function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !DAY.test(value)) return false;
  const midnight = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(value);
}
