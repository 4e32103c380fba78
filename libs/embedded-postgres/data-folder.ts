import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PostgresBinaries } from './binaries.js';
import { EmbeddedPostgresError, explainOutput } from './embedded-postgres-error.js';
import { ownerOf, type RunAs } from './run-as.js';

export interface DataFolder {
  /** What PostgreSQL calls PGDATA. */
  readonly cluster: string;
  readonly password: string;
  readonly logFile: string;
  /** The port of the last run, so that a connection string that somebody noted stays good. */
  readonly lastPortFile: string;
}

export const clusterOf = (dataDir: string): string => join(dataDir, 'cluster');

function readOrMakePassword(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const password = randomBytes(24).toString('base64url');
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  return password;
}

function run(runAs: RunAs, command: string, args: readonly string[], cwd: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const [program = command, ...rest] = [...runAs.prefix, command, ...args];
  const child = spawn(program, rest, {
    cwd,
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(runAs.uid === undefined ? {} : { uid: runAs.uid }),
    ...(runAs.gid === undefined ? {} : { gid: runAs.gid }),
  });
  let output = '';
  for (const channel of [child.stdout, child.stderr]) channel.on('data', (text: Buffer) => (output += text.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

function handOver(folder: string, owner: { readonly uid: number; readonly gid: number }): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) chownSync(join(entry.parentPath, entry.name), owner.uid, owner.gid);
  }
  chownSync(folder, owner.uid, owner.gid);
}

async function initialise(dataDir: string, cluster: string, password: string, binaries: PostgresBinaries, runAs: RunAs, durable: boolean): Promise<void> {
  // Made beside its place and renamed when it is whole: a start that is killed half way leaves nothing to trip over.
  const making = `${cluster}.making`;
  const passwordFile = join(dataDir, 'initial-password');
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { mode: 0o700 });
  rmSync(passwordFile, { force: true });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const owner = ownerOf(runAs);
  if (owner !== undefined) {
    chownSync(making, owner.uid, owner.gid);
    chownSync(passwordFile, owner.uid, owner.gid);
  }
  try {
    const { code, output } = await run(runAs, binaries.initdb, [
      '--pgdata', making, '--username', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256',
      '--encoding=UTF8', '--locale=C', '--data-checksums', '--no-instructions', ...(durable ? [] : ['--no-sync']),
    ], making);
    if (code !== 0) throw explainOutput(output, dataDir);
    renameSync(making, cluster);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(making, { recursive: true, force: true });
  }
}

/**
 * The folder of one server, made if it is new.
 *
 * @throws EmbeddedPostgresError `other-major`, `foreign-folder`, `disk-full`, `failed`
 */
export async function prepareDataFolder(dataDir: string, binaries: PostgresBinaries, runAs: RunAs, durable: boolean): Promise<DataFolder> {
  const cluster = clusterOf(dataDir);
  const owner = ownerOf(runAs);
  if (owner !== undefined) {
    chownSync(dataDir, owner.uid, owner.gid);
    chmodSync(dataDir, 0o700);
  }
  const password = readOrMakePassword(join(dataDir, 'password'));
  if (existsSync(cluster)) {
    const ownUid = owner?.uid ?? process.getuid?.();
    const { uid } = statSync(cluster);
    if (ownUid !== undefined && uid !== ownUid) {
      if (owner === undefined) {
        throw new EmbeddedPostgresError(
          'foreign-folder',
          `${dataDir} belongs to another user (uid ${uid}). Start Docket as that user or as root, or hand it over: chown -R ${ownUid} ${dataDir}`,
        );
      }
      handOver(cluster, owner);
    }
    const major = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
    if (major !== binaries.major) {
      throw new EmbeddedPostgresError(
        'other-major',
        `${dataDir} was made by PostgreSQL ${major}, and this Docket brings PostgreSQL ${binaries.major}. ` +
          'Start the Docket that made it, copy its log to a new folder with `docket event-store copy`, and rebuild the read models there.',
      );
    }
  } else {
    await initialise(dataDir, cluster, password, binaries, runAs, durable);
  }
  return { cluster, password, logFile: join(dataDir, 'postgres.log'), lastPortFile: join(dataDir, 'last-port') };
}
