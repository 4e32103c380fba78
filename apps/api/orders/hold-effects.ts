import type { HoldType } from '#catalogue';
import type { HoldEffect } from '#ordering';
import { ProblemError } from '../http/problem.js';

const EFFECTS: readonly HoldEffect[] = ['confirm', 'release', 'ship'];

/**
 * What a hold stops: all that the list says of its type, and what was asked for besides.
 * @throws ProblemError for less: a weaker hold would take the place of the one that is meant (A50)
 */
export function holdEffects({ code, effects }: Pick<HoldType, 'code' | 'effects'>, asked: readonly HoldEffect[] = effects): readonly HoldEffect[] {
  if (effects.every((effect) => asked.includes(effect))) return EFFECTS.filter((effect) => asked.includes(effect));
  throw new ProblemError(409, 'hold-effects-too-few', 'A rule refuses it', { rule: 'A50', detail: 'A hold stops at least what the list says of its type.', details: { holdType: code, effects } });
}
