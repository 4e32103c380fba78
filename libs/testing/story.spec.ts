import { describe, expect, it } from '@jest/globals';
import { evolveOrder, ORDER_EVENT_VERSIONS, orderDecider, orderTotals, validateEventData, type OrderState } from '#ordering';
import { story, storyTypes } from './story.js';

describe('the story', () => {
  it('is told the same way each time', () => {
    expect(story()).toEqual(story());
  });

  it('has every event of an order in it', () => {
    expect([...storyTypes()].sort()).toEqual(Object.keys(ORDER_EVENT_VERSIONS).sort());
  });

  it('goes forward in time, and holds only well-formed events', () => {
    for (const { commands, events } of story()) {
      const times = commands.map(({ at }) => at);
      expect(times).toEqual([...times].sort());
      expect(events.map(({ type, data }) => validateEventData(type, data)).filter((wrong) => wrong !== undefined)).toEqual([]);
    }
  });

  it('ends as it is named', () => {
    const ends = story().map(({ events }) => {
      const state = events.reduce<OrderState>(evolveOrder, orderDecider.initialState);
      return state.status === 'none' ? undefined : [state.orderNumber, state.status, orderTotals(state).totalMinor];
    });
    expect(ends).toEqual([
      ['D-STORY-00001', 'delivered', 2_880],
      ['D-STORY-00002', 'submitted', 1_530],
      ['D-STORY-00003', 'cancelled', 0],
      ['D-STORY-00004', 'voided', 0],
      ['D-STORY-00005', 'confirmed', 3_060],
      ['D-STORY-00006', 'delivered', 1_530],
      // 3 mugs at 8.20 and 1.20, less 4.00, one thing at 10.00; 20 % on all of it.
      ['D-STORY-00007', 'confirmed', 3_144],
      ['D-STORY-00008', 'shipped', 1_060],
    ]);
  });
});
