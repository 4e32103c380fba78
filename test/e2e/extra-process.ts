import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { run, type RunningProcess } from './processes.js';
import { root, type System } from './system.js';

export interface ExtraProcess extends RunningProcess {
  /** What its ready line says besides. */
  readonly ready: { readonly port?: number; readonly [more: string]: unknown };
  stop(): Promise<void>;
}

/**
 * A further API or projector beside those of a system, on the same log and database unless `env` says otherwise: for
 * what must hold with two of them, and for faults that only one of them shall meet.
 */
export async function startExtra(system: System, part: 'api' | 'projector', env: NodeJS.ProcessEnv = {}): Promise<ExtraProcess> {
  const extra = spawnExtra(system, part, env);
  const readyLine = (): string | undefined => /^\{.*"ready":\s*true.*\}$/m.exec(extra.output())?.[0];
  const line = await eventually(`another ${part} is ready`, () => readyLine() ?? (extra.child.exitCode === null ? undefined : 'ended'), 30_000);
  if (line === 'ended') throw new Error(`${part} ended: ${extra.output()}`);
  return {
    ...extra,
    ready: JSON.parse(line) as ExtraProcess['ready'],
    stop: async () => {
      extra.child.kill('SIGTERM');
      await extra.exited;
    },
  };
}

/** The same without waiting: for processes that shall refuse to start. */
export function spawnExtra(system: System, part: 'api' | 'projector', env: NodeJS.ProcessEnv = {}): RunningProcess {
  const { databaseUrl, eventStoreUrl } = system.runInfo();
  const keyFile = join(system.home, 'master-key');
  const masterKey = existsSync(keyFile) ? readFileSync(keyFile, 'utf8').trim() : system.env.DOCKET_MASTER_KEY;
  return run(process.execPath, [join(root, `dist/apps/${part}/main.js`)], {
    cwd: root,
    env: { ...system.env, DATABASE_URL: databaseUrl, EVENTSTORE_URL: eventStoreUrl, DOCKET_MASTER_KEY: masterKey, PORT: '0', ...env },
  });
}
