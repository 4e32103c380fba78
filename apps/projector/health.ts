import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DataSource } from 'typeorm';
import type { Projector } from '#projecting';
import { createReadModels } from '#projections';

/** `/health/live`, `/health/ready` and `/metrics` of the projector. */
export async function answerHealth(projector: Projector, dataSource: DataSource, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = (status: number, type: string, body: string): void => {
    response.writeHead(status, { 'content-type': type }).end(body);
  };
  switch (request.url) {
    case '/health/live':
      answer(200, 'application/json', '{"status":"ok"}');
      return;
    case '/health/ready': {
      const faults = projector.status().filter(({ fault }) => fault !== undefined);
      answer(faults.length === 0 ? 200 : 503, 'application/json', JSON.stringify({ status: faults.length === 0 ? 'ok' : 'degraded', faults: faults.map(({ projection, fault }) => ({ projection, fault })) }));
      return;
    }
    case '/metrics':
      answer(200, 'text/plain; version=0.0.4', await metrics(projector, dataSource));
      return;
    default:
      answer(404, 'application/json', '{"status":"not found"}');
  }
}

async function metrics(projector: Projector, dataSource: DataSource): Promise<string> {
  const lines = ['# TYPE docket_projection_behind gauge', '# TYPE docket_projection_position gauge', '# TYPE docket_projection_dead_letters gauge'];
  for (const { projection, generation, behindBy, position } of projector.status()) {
    const labels = `{projection="${projection}",generation="${String(generation)}"}`;
    lines.push(`docket_projection_behind${labels} ${String(behindBy)}`, `docket_projection_position${labels} ${String(position)}`);
  }
  for (const { name, generation, deadLetters } of await createReadModels(dataSource).status().catch(() => [])) {
    lines.push(`docket_projection_dead_letters{projection="${name}",generation="${String(generation)}"} ${String(deadLetters)}`);
  }
  return `${lines.join('\n')}\n`;
}
