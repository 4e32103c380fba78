import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#kernel';
import { createdIn } from './outcome.js';

const added = (lineId: string): RecordedEvent => ({ event: { type: 'OrderLineAdded', data: { lineId } } }) as unknown as RecordedEvent;

describe('what a command made', () => {
  it('is named line by line, in the order of the request', () => {
    expect(createdIn([added('one'), added('two')])).toEqual({ lineId: 'one', lineIds: ['one', 'two'] });
    expect(createdIn([])).toBeUndefined();
  });
});
