import { describe, expect, it } from '@jest/globals';
import { instantFrom } from './instant.js';

describe('a time that is asked for', () => {
  it('has its zone', () => {
    expect(instantFrom('2026-01-31T12:00:00Z')).toBe(Date.UTC(2026, 0, 31, 12));
    expect(instantFrom('2024-02-29T23:30:00.5+01:00')).toBe(Date.UTC(2024, 1, 29, 22, 30, 0, 500));
  });

  it.each(['2026-02-30T00:00:00Z', '2025-02-29T00:00:00Z', '2026-13-01T00:00:00Z', '2026-01-01T25:00:00Z', '2026-01-01T24:00:00Z', '2026-01-01T00:00:00+99:00', '2026-01-01T00:00:00', '2026-01-01', 'yesterday', ''])('is not %p (case 69)', (text) => {
    expect(instantFrom(text)).toBeUndefined();
  });
});
