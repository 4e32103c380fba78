import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:net';
import { chmodSync, readdirSync } from 'node:fs';
import { createOrder, setScene } from '../e2e/scene.js';
import { atLeast } from '../e2e/http.js';
import { eventually } from '../e2e/eventually.js';
import { descendantsOf, freePort, isAlive, run } from '../e2e/processes.js';
import { environmentOf, newHome, System } from '../e2e/system.js';
import { signIn } from '../e2e/users.js';

const systems: System[] = [];
const started = async (...args: Parameters<typeof System.start>): Promise<System> => {
  const system = await System.start(...args);
  systems.push(system);
  return system;
};

afterEach(async () => {
  for (const system of systems.splice(0)) await system.dispose();
}, 60_000);

const listening = (): Promise<{ readonly server: Server; readonly port: number }> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ server, port: typeof address === 'object' && address !== null ? address.port : 0 });
    });
  });

describe('docket start', () => {
  it('stops everything on Ctrl-C, leaves no orphan, and finds its data again', async () => {
    const first = await started();
    const scene = await setScene(first);
    const created = await createOrder(scene);
    expect(await first.stop('SIGINT')).toEqual({ code: 0, orphans: [] });

    const second = await started({ home: first.home });
    const ann = await signIn(second, 'ann');
    const found = await ann.get(`/api/orders/${created.body.orderNumber}`, atLeast(created));
    expect(found).toMatchObject({ status: 200, body: { orderId: created.body.orderId } });
    expect(await second.stop('SIGTERM')).toMatchObject({ orphans: [] });
  }, 90_000);

  it('says that another runs on the same folder, and leaves that one alone', async () => {
    const system = await started();
    const second = await system.docket(['start']);
    expect(second.code).not.toBe(0);
    expect(second.output).toContain(system.home);
    expect(second.output).not.toMatch(/\n\s+at /);
    expect((await fetch(`${system.baseUrl}/health/ready`)).ok).toBe(true);
  }, 60_000);

  it('names the port that another program has', async () => {
    const { server, port } = await listening();
    const home = newHome();
    const docket = run(process.execPath, ['bin/docket.js', 'start'], { env: environmentOf(home, port) });
    expect((await docket.exited).code).not.toBe(0);
    expect(docket.output()).toContain(String(port));
    expect(docket.output()).toContain('PORT');
    expect(docket.output()).not.toMatch(/\n\s+at /);
    server.close();
  }, 60_000);

  it('comes back after the power cut with everything that was answered', async () => {
    const first = await started();
    const scene = await setScene(first);
    const created = await createOrder(scene);
    const working = (async (): Promise<readonly string[]> => {
      const answered: string[] = [];
      try {
        for (;;) answered.push((await createOrder(scene)).body.orderId);
      } catch {
        return answered;
      }
    })();
    await createOrder(scene, { by: scene.bob });
    await first.crash();
    const answered = await working;

    const second = await started({ home: first.home });
    const ann = await signIn(second, 'ann');
    for (const orderId of [created.body.orderId, ...answered]) {
      expect({ orderId, status: (await ann.get(`/api/orders/${orderId}`, atLeast(created))).status }).toEqual({ orderId, status: 200 });
    }
    expect(await second.docket(['verify'])).toMatchObject({ code: 0 });
    expect(await second.docket(['rebuild', '--all', '--check'])).toMatchObject({ code: 0 });
  }, 90_000);

  (process.getuid?.() === 0 ? it : it.skip)('runs as a plain user too', async () => {
    const system = await started({ uid: 65_534, gid: 65_534 });
    const scene = await setScene(system);
    expect((await createOrder(scene)).status).toBe(201);
    expect(await system.stop()).toEqual({ code: 0, orphans: [] });
  }, 60_000);

  it('says what is wrong with a folder that it may not write', async () => {
    const home = newHome();
    chmodSync(home, 0o555);
    const asPlainUser = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const docket = run(process.execPath, ['bin/docket.js', 'start'], { env: environmentOf(home, await freePort()), ...asPlainUser });
    expect((await docket.exited).code).not.toBe(0);
    expect(docket.output()).toContain(home);
    expect(docket.output()).not.toMatch(/\n\s+at /);
    expect(readdirSync(home)).toEqual([]);
  }, 60_000);

  it('ends its children when it is killed itself, the maker of demo data too', async () => {
    // In a log of others the demo may be there already.
    const isOwnLog = process.env.EVENTSTORE_URL === undefined;
    const system = await started({ env: { DOCKET_DEMO: isOwnLog ? '5000' : '0' } });
    const parts = [...(isOwnLog ? (['event-store'] as const) : []), 'projector', 'api'] as const;
    if (isOwnLog) await eventually('demo data is made', () => system.supervisor.output().includes('demo data: 100 of 5000'), 30_000);
    const makers = descendantsOf(system.supervisor.pid).flatMap(({ command, pid }) => (command.includes(' demo ') ? [pid] : []));
    const children = [...parts.flatMap((part) => system.pidsOf(part)), ...makers];
    expect(children).toHaveLength(parts.length + (isOwnLog ? 1 : 0));
    process.kill(system.supervisor.pid, 'SIGKILL');
    await system.supervisor.exited;
    await eventually('no child lives', () => children.every((pid) => !isAlive(pid)), 20_000);
    const again = await started({ home: system.home });
    expect(again.pidsOf('postgres')).toHaveLength(1);
  }, 90_000);
});
