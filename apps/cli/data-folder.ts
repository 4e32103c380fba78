import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isFolderLocked, lockFolder, type FolderLock } from '#embedded-postgres';
import { removeRunInfo } from '#settings';
import { CliError } from './cli-error.js';

/** Makes DOCKET_HOME. From root it can be entered (not listed) by others: PostgreSQL runs as another user below it. */
export function ensureHome(home: string): void {
  try {
    makeFolder(home, process.getuid?.() === 0 ? 0o711 : 0o700);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new CliError(`The data folder ${home} cannot be made: its file system takes no folders there. Choose another with DOCKET_HOME.`);
    throw explainFolder(error, home);
  }
}

/** Level by level: in one step `mkdir` turns for ever where a file system takes no folders, as below /proc. */
function makeFolder(folder: string, mode: number): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder), mode);
  mkdirSync(folder, { mode });
}

/** A file system error in the data folder as a sentence that names it. */
export function explainFolder(error: unknown, home: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EROFS') return new CliError(`The data folder ${home} is on a read-only file system. Choose another with DOCKET_HOME.`);
  if (code === 'EACCES' || code === 'EPERM') return new CliError(`The data folder ${home} cannot be written by this user. Choose another with DOCKET_HOME.`);
  if (code === 'ENOSPC' || code === 'EDQUOT') return new CliError(`No space is left on the disk that holds the data folder ${home}. Make room, then start again.`);
  // PostgreSQL's own word for it.
  if (code === '53100') return new CliError(`PostgreSQL has no space left on its disk; out of the box that is the one that holds the data folder ${home}. Make room, then start again.`);
  if (code === 'ENOTDIR' || code === 'EEXIST') return new CliError(`The data folder ${home} cannot be made, because a file stands in its place. Choose another with DOCKET_HOME.`);
  return error;
}

/** The lock on the data folder; undefined when a living instance holds it. */
export async function lockHome(home: string): Promise<FolderLock | undefined> {
  ensureHome(home);
  const lock = await lockFolder(home);
  // What a killed instance left behind would be taken for ours.
  if (lock !== undefined) removeRunInfo(home);
  return lock;
}

/** True while an instance lives on the folder. */
export async function isHomeInUse(home: string): Promise<boolean> {
  return existsSync(home) && (await isFolderLocked(home));
}
