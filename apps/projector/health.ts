import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { processStatus } from '#processing';
import type { Projector } from '#projecting';
import { createReadModels } from '#projections';

export interface Looked {
  readonly projector: Projector;
  readonly dataSource: DataSource;
  readonly pool: Pool;
}

/** `/health/live`, `/health/ready` and `/metrics` of the projector. */
export async function answerHealth(looked: Looked, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = (status: number, type: string, body: string): void => {
    response.writeHead(status, { 'content-type': type }).end(body);
  };
  switch (request.url) {
    case '/health/live':
      answer(200, 'application/json', '{"status":"ok"}');
      return;
    case '/health/ready': {
      const faults = await faultsOf(looked);
      answer(faults.length === 0 ? 200 : 503, 'application/json', JSON.stringify({ status: faults.length === 0 ? 'ok' : 'degraded', faults }));
      return;
    }
    case '/metrics':
      answer(200, 'text/plain; version=0.0.4', await metrics(looked));
      return;
    default:
      answer(404, 'application/json', '{"status":"not found"}');
  }
}

async function faultsOf({ projector, pool }: Looked): Promise<readonly object[]> {
  const stopped = await processStatus(pool).catch(() => []);
  return [
    ...projector.status().flatMap(({ projection, fault }) => (fault === undefined ? [] : [{ projection, fault }])),
    ...projector.followers().flatMap(({ name: process, fault }) => (fault === undefined ? [] : [{ process, fault }])),
    ...stopped.flatMap(({ process, stoppedBecause: fault }) => (fault === undefined ? [] : [{ process, fault }])),
  ];
}

async function metrics({ projector, dataSource, pool }: Looked): Promise<string> {
  const lines = ['# TYPE docket_projection_behind gauge', '# TYPE docket_projection_position gauge', '# TYPE docket_projection_dead_letters gauge'];
  for (const { projection, generation, behindBy, position } of projector.status()) {
    const labels = `{projection="${projection}",generation="${String(generation)}"}`;
    lines.push(`docket_projection_behind${labels} ${String(behindBy)}`, `docket_projection_position${labels} ${String(position)}`);
  }
  for (const { name, generation, deadLetters } of await createReadModels(dataSource).status().catch(() => [])) {
    lines.push(`docket_projection_dead_letters{projection="${name}",generation="${String(generation)}"} ${String(deadLetters)}`);
  }
  lines.push('# TYPE docket_process_behind gauge', '# TYPE docket_process_timers gauge', '# TYPE docket_process_dead_letters gauge');
  for (const { name, behindBy } of projector.followers()) lines.push(`docket_process_behind{process="${name}"} ${String(behindBy)}`);
  for (const { process, timers, deadLetters } of await processStatus(pool).catch(() => [])) {
    lines.push(`docket_process_timers{process="${process}"} ${String(timers)}`, `docket_process_dead_letters{process="${process}"} ${String(deadLetters)}`);
  }
  return `${lines.join('\n')}\n`;
}
