import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CommandOutcome } from '#event-store';

/** What operations look at; labels hold no ids and no personal data. */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests = new Histogram({
    name: 'docket_http_request_seconds',
    help: 'Time of HTTP requests, by route and status.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  });
  readonly #commands = new Counter({
    name: 'docket_commands_total',
    help: 'Commands by their outcome.',
    labelNames: ['command', 'outcome', 'code'] as const,
    registers: [this.registry],
  });
  readonly #position = this.#gauge('docket_read_model_position', 'Position that a read model has reached.');
  readonly #lag = this.#gauge('docket_read_model_lag', 'Positions between the end of the log and a read model.');
  readonly #deadLetters = this.#gauge('docket_read_model_dead_letters', 'Events that a read model has put aside.');

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'docket_' });
  }

  request(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds);
  }

  commandOutcome(command: string, outcome: CommandOutcome): void {
    const code = outcome.kind === 'refused' ? outcome.refusal.code : '';
    this.#commands.inc({ command, outcome: outcome.kind === 'done' && outcome.repeated ? 'repeated' : outcome.kind, code });
  }

  readModel(name: string, status: { readonly position: bigint; readonly lag: bigint | undefined; readonly deadLetters: number }): void {
    this.#position.set({ name }, Number(status.position));
    if (status.lag !== undefined) this.#lag.set({ name }, Number(status.lag));
    this.#deadLetters.set({ name }, status.deadLetters);
  }

  #gauge(name: string, help: string): Gauge<'name'> {
    return new Gauge({ name, help, labelNames: ['name'] as const, registers: [this.registry] });
  }
}
