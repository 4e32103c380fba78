export type EmbeddedPostgresProblem =
  | 'already-running'
  | 'other-major'
  | 'closed-folder'
  | 'foreign-folder'
  | 'not-writable'
  | 'disk-full'
  | 'port-taken'
  | 'no-binaries'
  | 'failed';

/** The embedded server could not start; the message names the cause and the remedy, for a person to read. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(
    readonly problem: EmbeddedPostgresProblem,
    message: string,
  ) {
    super(message);
  }
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** A file system error at a path as a sentence; anything else passes as it is. */
export function explainFileError(error: unknown, path: string): unknown {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new EmbeddedPostgresError('disk-full', `No space is left on the disk that holds ${path}. Make room, then start again.`);
    case 'EROFS':
      return new EmbeddedPostgresError('not-writable', `${path} is on a read-only file system. Choose another folder with DOCKET_HOME.`);
    case 'EACCES':
    case 'EPERM':
      return new EmbeddedPostgresError(
        'not-writable',
        `${path} cannot be written by this user. Give the user the right to, or choose another folder with DOCKET_HOME.`,
      );
    default:
      return error;
  }
}

/** What the server or initdb wrote before it ended, as a sentence. */
export function explainOutput(output: string, dataDir: string): EmbeddedPostgresError {
  if (/No space left on device|Disk quota exceeded/.test(output)) {
    return new EmbeddedPostgresError('disk-full', `No space is left on the disk that holds ${dataDir}. Make room, then start again.`);
  }
  if (output.includes('Read-only file system')) {
    return new EmbeddedPostgresError('not-writable', `${dataDir} is on a read-only file system. Choose another folder with DOCKET_HOME.`);
  }
  const lastLines = output.trim().split('\n').slice(-3).join(' / ');
  return new EmbeddedPostgresError('failed', `PostgreSQL did not start in ${dataDir}: ${lastLines || 'it ended without a word'}`);
}
