import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from './private-file.js';

/**
 * Where the parts of a running instance answer, in `DOCKET_HOME/run.json`. It holds a password, so only its owner can
 * read it. It is true only while the lock on the data folder is held: a killed instance leaves it behind.
 */
export interface RunInfo {
  readonly pid: number;
  /** The database of read models, keys and users. */
  readonly databaseUrl: string;
  readonly eventStoreUrl: string;
  /** Absent while the API does not run: a single command holds the parts. */
  readonly apiUrl?: string;
}

const fileOf = (home: string): string => join(home, 'run.json');

export function writeRunInfo(home: string, info: RunInfo): void {
  writePrivateFile(fileOf(home), `${JSON.stringify(info, undefined, 2)}\n`);
}

export function readRunInfo(home: string): RunInfo | undefined {
  try {
    const info = JSON.parse(readFileSync(fileOf(home), 'utf8')) as Partial<RunInfo>;
    const { pid, databaseUrl, eventStoreUrl, apiUrl } = info;
    if (pid === undefined || databaseUrl === undefined || eventStoreUrl === undefined) return undefined;
    return { pid, databaseUrl, eventStoreUrl, ...(apiUrl === undefined ? {} : { apiUrl }) };
  } catch {
    return undefined;
  }
}

export function removeRunInfo(home: string): void {
  rmSync(fileOf(home), { force: true });
}
