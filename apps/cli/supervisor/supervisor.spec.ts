import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readRunInfo, readSettings } from '#settings';
import { withParts } from '../with-parts.js';
import { type ChildCommands } from './commands.js';
import { supervise, type Supervisor } from './supervisor.js';

const STAND_IN = join(import.meta.dirname, 'stand-in.fixture.js');

let home: string;
let notebook: string;
let shown: string[];
let supervisor: Supervisor | undefined;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'docket-supervisor-'));
  chmodSync(home, 0o755);
  notebook = join(home, 'notebook');
  shown = [];
});

afterEach(async () => {
  await supervisor?.stop();
  supervisor = undefined;
  rmSync(home, { recursive: true, force: true });
});

const standIn = (name: string, behaviour?: string): readonly string[] => [process.execPath, STAND_IN, name, notebook, ...(behaviour === undefined ? [] : [behaviour])];
const commands = (changed: Partial<ChildCommands> = {}): ChildCommands => ({
  eventStore: standIn('event-store'),
  projector: standIn('projector'),
  api: standIn('api'),
  ...changed,
});

const show = (line: string): void => {
  shown.push(line);
};

const start = async (env: Record<string, string> = {}, changed: Partial<ChildCommands> = {}): Promise<Supervisor> =>
  (supervisor = await supervise(readSettings({ DOCKET_HOME: home, PORT: '0', DOCKET_DEMO: '0', ...env }), { commands: commands(changed), show }));

/** A PostgreSQL of "yours": these specs are about the processes, and start faster so. */
const yours = (): Record<string, string> => ({ DATABASE_URL: process.env.DOCKET_TEST_DATABASE_URL!, EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false', DOCKET_MASTER_KEY: 'a'.repeat(64) });

const notes = (): readonly { readonly name: string; readonly what: string; readonly pid: number }[] =>
  (existsSync(notebook) ? readFileSync(notebook, 'utf8') : '')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '))
    .map(([name = '', what = '', pid]) => ({ name, what, pid: Number(pid) }));

async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  for (const end = Date.now() + 15_000; Date.now() < end; ) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await delay(10);
  }
  throw new Error(`waited in vain until ${what}; shown: ${shown.join(' | ')}`);
}

const processesOf = (name: string): readonly number[] => notes().filter((note) => note.name === name && note.what === 'starts').map(({ pid }) => pid);
const askApi = async (): Promise<Record<string, string>> => (await (await fetch(supervisor!.apiUrl)).json()) as Record<string, string>;

describe('the supervisor', () => {
  it('starts PostgreSQL, event store, projector and API, tells each where the others answer, and stops them in order', async () => {
    await start();
    const told = await askApi();
    expect(new URL(told.databaseUrl!).pathname).toBe('/docket');
    expect(told.eventStoreUrl).toMatch(/^esdb:\/\/127\.0\.0\.1:\d+\?tls=false$/);
    expect(readRunInfo(home)).toEqual({ pid: process.pid, databaseUrl: told.databaseUrl, eventStoreUrl: told.eventStoreUrl, apiUrl: supervisor!.apiUrl });
    expect(shown.join('\n')).toContain(supervisor!.apiUrl);
    await until('the projector runs', () => processesOf('projector').length === 1);

    await supervisor!.stop();
    expect(notes().filter(({ what }) => what === 'ends-by-signal').map(({ name }) => name)).toEqual(['api', 'projector', 'event-store']);
    expect(readRunInfo(home)).toBeUndefined();
    expect(existsSync(join(home, 'postgres', 'cluster', 'postmaster.pid'))).toBe(false);
  });

  it('starts a child again that was killed, at the same address', async () => {
    await start(yours());
    const [first] = await until('the API runs', () => processesOf('api').length > 0 && processesOf('api'));
    process.kill(first!, 'SIGKILL');
    await until('another API runs', () => processesOf('api').length === 2);
    await until('it said so', () => shown.some((line) => line.includes('the API ended (SIGKILL) and is started again')));
    expect(await askApi()).toMatchObject({ name: 'api' });
  });

  it('gives a deaf child a time limit', async () => {
    await start(yours(), { projector: standIn('projector', 'stubborn') });
    await until('the projector runs', () => processesOf('projector').length === 1);
    const before = Date.now();
    await supervisor!.stop();
    expect(Date.now() - before).toBeLessThan(10_000);
    expect(() => process.kill(processesOf('projector')[0]!, 0)).toThrow(/ESRCH/);
  });

  it('starts neither embedded part when both are given', async () => {
    await start(yours());
    expect(await askApi()).toMatchObject({ databaseUrl: yours().DATABASE_URL, eventStoreUrl: yours().EVENTSTORE_URL });
    expect(existsSync(join(home, 'postgres'))).toBe(false);
    expect(processesOf('event-store')).toEqual([]);
  });

  it('names a taken port and the variable to change', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as { readonly port: number }).port)));
    await expect(start({ ...yours(), PORT: String(port) })).rejects.toThrow(`PORT ${port} is taken by another program; choose another with PORT=`);
    expect(notes()).toEqual([]);
    server.close();
  });

  it('says that another one runs on the folder, and leaves that one alone', async () => {
    const first = await start(yours());
    await expect(start(yours())).rejects.toThrow(`Another Docket is running on ${home}`);
    supervisor = first;
    expect(await askApi()).toMatchObject({ name: 'api' });
    expect(readRunInfo(home)).toBeDefined();
  });

  it('says of a place that takes no folders that the data folder cannot be made there', async () => {
    const nowhere = process.platform === 'linux' ? '/proc/docket/data' : '/dev/null/docket';
    await expect(start({ ...yours(), DOCKET_HOME: nowhere })).rejects.toThrow(`The data folder ${nowhere} cannot be made`);
  });

  it('tells in the words of the API why it cannot start, and leaves nothing running', async () => {
    await expect(start(yours(), { api: standIn('api', 'fail') })).rejects.toThrow('The API did not start: the master key is a wrong one');
    const [projector] = processesOf('projector');
    if (projector !== undefined) expect(() => process.kill(projector, 0)).toThrow(/ESRCH/);
  });

  it('makes as much demo data as was asked for once everything answers, unless told not to', async () => {
    await start({ ...yours(), DOCKET_DEMO: '1' }, { demo: standIn('demo', 'demo') });
    await until('the demo shows how much it makes', () => shown.includes('demo: told --orders 500'));
    await supervisor!.stop();
    shown = [];
    await start(yours(), { demo: standIn('demo', 'demo') });
    await supervisor!.stop();
    expect(processesOf('demo')).toHaveLength(1);
  });
});

describe('a command', () => {
  it('works beside a running instance with its parts', async () => {
    await start(yours());
    const { DOCKET_MASTER_KEY: masterKey, ...rest } = yours();
    const settings = readSettings({ DOCKET_HOME: home, DOCKET_MASTER_KEY: masterKey! });
    const parts = await withParts(settings, async (found) => found);
    expect(parts).toMatchObject({ databaseUrl: rest.DATABASE_URL, eventStoreUrl: rest.EVENTSTORE_URL, masterKey, home, apiUrl: supervisor!.apiUrl });
  });

  it('needs the master key of the running instance and never makes another', async () => {
    await start(yours());
    await expect(withParts(readSettings({ DOCKET_HOME: home }), async () => 'done')).rejects.toThrow(/^DOCKET_MASTER_KEY /);
    expect(existsSync(join(home, 'master-key'))).toBe(false);
  });
});
