import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ReadModels } from '#projections';

export const METRICS = Symbol('Metrics');

/** Figures of the API and of the read models as their checkpoints tell them. */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests = new Histogram({
    name: 'docket_http_request_seconds',
    help: 'Time to answer, by operation and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers: [this.registry],
  });
  readonly #positions = new Gauge({ name: 'docket_read_model_position', help: 'Position of a read model', labelNames: ['model', 'state'], registers: [this.registry] });
  readonly #deadLetters = new Gauge({ name: 'docket_read_model_dead_letters', help: 'Events that could not be shown', labelNames: ['model'], registers: [this.registry] });

  constructor(private readonly models: ReadModels) {
    collectDefaultMetrics({ register: this.registry });
  }

  answered(method: string, route: string, status: number, milliseconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, milliseconds / 1_000);
  }

  async text(): Promise<string> {
    this.#positions.reset();
    for (const { name, state, position, deadLetters } of await this.models.status().catch(() => [])) {
      this.#positions.set({ model: name, state }, Number(position));
      this.#deadLetters.set({ model: name }, deadLetters);
    }
    return this.registry.metrics();
  }
}
