import { Controller, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Open } from '../http/operation.js';
import { READINESS } from '../http/ports.js';
import type { Metrics } from './metrics.js';
import { METRICS } from './metrics.js';

/** Asks every part; names those that do not answer. */
export type Readiness = () => Promise<Readonly<Record<string, boolean>>>;

interface Liveness {
  readonly status: 'ok';
}

/** Told with 503 when something is missing. */
interface ReadinessAnswer {
  readonly status: 'ok' | 'not-ready';
  /** Whether each part answers. */
  readonly parts: Readonly<Record<string, boolean>>;
}

@ApiTags('health')
@Controller()
export class HealthController {
  constructor(
    @Inject(READINESS) private readonly readiness: Readiness,
    @Inject(METRICS) private readonly metrics: Metrics,
  ) {}

  @Open('isLive', 'get', 'health/live', { summary: 'Whether the process answers' })
  live(): Liveness {
    return { status: 'ok' };
  }

  @Open('isReady', 'get', 'health/ready', { summary: 'Whether the parts can be reached' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessAnswer> {
    const parts = await this.readiness();
    const ready = Object.values(parts).every(Boolean);
    void reply.status(ready ? 200 : 503);
    return { status: ready ? 'ok' : 'not-ready', parts };
  }

  @Open('readMetrics', 'get', 'metrics', { summary: 'Figures for Prometheus' })
  async figures(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.type(this.metrics.registry.contentType);
    return this.metrics.text();
  }
}
