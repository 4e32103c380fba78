import { isDay } from '../http/day.js';

const TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?)(Z|[+-]\d{2}:\d{2})$/;

export const looksLikeInstant = (text: string): boolean => TIME.test(text);

/** An ISO 8601 time with its zone, in milliseconds; undefined for what is none, also for a day that no calendar has. */
export function instantFrom(text: string): number | undefined {
  const [, day, clock] = TIME.exec(text) ?? [];
  if (!isDay(day) || clock === undefined) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}
