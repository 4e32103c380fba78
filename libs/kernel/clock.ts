/** The time as ISO 8601 UTC with milliseconds. Injected wherever time is read, so that tests own it. */
export interface Clock {
  now(): string;
}

export const systemClock: Clock = { now: () => new Date().toISOString() };
