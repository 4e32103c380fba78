import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../eventually.js';
import { atLeast, Session } from '../http.js';
import { freePort } from '../processes.js';
import { createOrder, type OrderView, type Scene } from '../scene.js';
import { root, type System } from '../system.js';

interface Alone {
  readonly output: () => string;
  readonly exitCode: () => number | null;
  stop(): Promise<number | null>;
}

/** As a service manager or a container starts it: by its own start line, with nothing on its standard input. */
function startAlone(system: System, part: 'api' | 'projector', env: NodeJS.ProcessEnv): Alone {
  const { databaseUrl, eventStoreUrl } = system.runInfo();
  const keyFile = join(system.home, 'master-key');
  const masterKey = existsSync(keyFile) ? readFileSync(keyFile, 'utf8').trim() : system.env.DOCKET_MASTER_KEY;
  const child = spawn(process.execPath, [`dist/apps/${part}/main.js`], {
    cwd: root,
    env: { ...system.env, DATABASE_URL: databaseUrl, EVENTSTORE_URL: eventStoreUrl, DOCKET_MASTER_KEY: masterKey, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const channel of [child.stdout, child.stderr]) channel.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    output: () => output,
    exitCode: () => child.exitCode,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

export function byThemselves(scene: () => Scene): void {
  describe('api and projector', () => {
    it('start by themselves on parts that others run, answer, and end when they are told to', async () => {
      const { system, ann } = scene();
      const [port, healthPort] = [await freePort(), await freePort()];
      const api = startAlone(system, 'api', { HOST: '127.0.0.1', PORT: String(port) });
      const projector = startAlone(system, 'projector', { HEALTH_PORT: String(healthPort) });
      try {
        for (const [part, at] of [[api, port], [projector, healthPort]] as const) {
          const answers = (): Promise<boolean> => fetch(`http://127.0.0.1:${String(at)}/health/ready`).then(({ ok }) => ok, () => false);
          await eventually(`ready at ${String(at)}`, async () => {
            if (await answers()) return true;
            throw new Error(part.output());
          }, 60_000);
        }
        const created = await createOrder(scene(), { by: new Session(`http://127.0.0.1:${String(port)}`, ann.token) });
        const read = await ann.get<OrderView>(`/api/orders/${created.body.orderId}`, atLeast(created));
        expect(read).toMatchObject({ status: 200, body: { orderNumber: created.body.orderNumber } });
        expect(await (await fetch(`http://127.0.0.1:${String(healthPort)}/metrics`)).text()).toContain('docket_projection_');
        expect([api.exitCode(), projector.exitCode()]).toEqual([null, null]);
      } finally {
        expect(await Promise.all([api.stop(), projector.stop()])).toEqual([0, 0]);
      }
    }, 150_000);
  });
}
