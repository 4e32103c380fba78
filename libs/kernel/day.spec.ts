import { describe, expect, it } from '@jest/globals';
import { isDay } from './day.js';

describe('a day', () => {
  it.each(['2026-02-28', '2028-02-29', '2026-12-31'])('%s is one', (text) => {
    expect(isDay(text)).toBe(true);
  });

  it.each(['2026-02-29', '2026-02-31', '2026-04-31', '2026-13-01', '2026-00-10', '2026-01-00', '2026-1-1', '20260101', '', undefined, 20_260_101])('%s is none', (value) => {
    expect(isDay(value)).toBe(false);
  });
});
