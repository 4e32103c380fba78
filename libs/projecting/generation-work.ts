import { applyBatch, type ApplyContext } from './applying.js';
import { parkedStreams, stopGeneration } from './checkpoint.js';
import type { Generation } from './generations.js';
import type { LaneWork } from './lane.js';

export interface GenerationWork extends LaneWork {
  readonly generation: Generation;
}

/** One generation of one read model, as a lane takes it through the log. */
export function generationWork(options: Omit<ApplyContext, 'parked'>): GenerationWork {
  const { dataSource, projection, generation } = options;
  let context: ApplyContext | undefined;
  return {
    name: projection.name,
    generation,
    position: generation.position,
    async take(batch, from) {
      context ??= { ...options, parked: await parkedStreams(dataSource, generation) };
      await applyBatch(context, batch, from);
    },
    giveUp: (because) => stopGeneration(dataSource, generation, because),
  };
}
