import Sequencer from '@jest/test-sequencer';

/** What takes longest begins first, though its file is small: nothing is left for one worker alone at the end. */
const LONGEST = '/test/e2e/shared-system.spec.ts';

export default class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    return [...sorted.filter(({ path }) => path.endsWith(LONGEST)), ...sorted.filter(({ path }) => !path.endsWith(LONGEST))];
  }
}
