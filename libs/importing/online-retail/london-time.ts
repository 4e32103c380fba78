const LOCAL = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/;
const HOUR = 3_600_000;

/** Milliseconds since 1970 of a British wall clock reading; undefined for what no calendar has. */
export function londonTime(text: string): number | undefined {
  const match = LOCAL.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const read = new Date(wall);
  const possible = read.getUTCMonth() === month - 1 && read.getUTCDate() === day && hour < 24 && minute < 60 && second < 60 && year >= 1990;
  if (!possible) return undefined;
  // An hour that happens twice in October is taken for its first time; one skipped in March for winter time.
  const start = lastSunday(year, 2) + HOUR;
  const end = lastSunday(year, 9) + HOUR;
  const summer = wall - HOUR;
  return summer >= start && summer < end ? summer : wall;
}

/** Midnight UTC of the last Sunday of a month of 31 days. */
function lastSunday(year: number, month: number): number {
  const last = Date.UTC(year, month, 31);
  return last - new Date(last).getUTCDay() * 24 * HOUR;
}
