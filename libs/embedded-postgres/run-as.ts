import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** How a program of PostgreSQL is started: as ourselves, or from root as a user without rights. */
export interface RunAs {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** Placed before the command line. */
  readonly prefix: readonly string[];
}

const NOBODY = { uid: 65534, gid: 65534 };

/** initdb looks its user up by name, so it must be one that exists. */
function unprivilegedUser(): { readonly uid: number; readonly gid: number } {
  const rows = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n').map((row) => row.split(':')) : [];
  const row = rows.find(([name]) => name === 'postgres') ?? rows.find(([name]) => name === 'nobody');
  const [uid, gid] = [Number(row?.[2]), Number(row?.[3])];
  return uid > 0 && gid > 0 ? { uid, gid } : NOBODY;
}

/** The topmost folder above the path that the user may not enter. */
function closedFolderAbove(path: string, uid: number, gid: number): string | undefined {
  const parents: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    parents.unshift(folder);
    if (folder === dirname(folder)) break;
  }
  return parents.find((folder) => {
    const { mode, uid: owner, gid: group } = statSync(folder);
    const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    return (mode & bit) === 0;
  });
}

function passThroughClosedFolders(uid: number, gid: number): readonly string[] | undefined {
  const prefix = [
    'setpriv', '--reuid', String(uid), '--regid', String(gid), '--clear-groups',
    '--inh-caps', '+dac_read_search', '--ambient-caps', '+dac_read_search', '--',
  ];
  const [command = '', ...args] = prefix;
  return spawnSync(command, [...args, process.execPath, '--version'], { stdio: 'ignore' }).status === 0 ? prefix : undefined;
}

/**
 * PostgreSQL refuses to run as root. From root it runs as the owner of an existing data folder, else as `postgres` or
 * `nobody`; where a folder on the way is closed to that user, with the right to pass it, or not at all.
 *
 * @throws EmbeddedPostgresError `closed-folder`, naming the folder and the remedy
 */
export function decideRunAs(dataFolder: string, binary: string): RunAs {
  if (process.getuid?.() !== 0) return { uid: undefined, gid: undefined, prefix: [] };
  const owner = existsSync(dataFolder) ? statSync(dataFolder) : undefined;
  const { uid, gid } = owner !== undefined && owner.uid !== 0 ? owner : unprivilegedUser();
  const closed = closedFolderAbove(dataFolder, uid, gid) ?? closedFolderAbove(binary, uid, gid);
  if (closed === undefined) return { uid, gid, prefix: [] };
  const prefix = passThroughClosedFolders(uid, gid);
  if (prefix !== undefined) return { uid: undefined, gid: undefined, prefix };
  throw new EmbeddedPostgresError(
    'closed-folder',
    `PostgreSQL does not run as root, and the user that it runs as (uid ${uid}) may not enter ${closed}. ` +
      `Open it (chmod o+x ${closed}), choose another folder with DOCKET_HOME, or start Docket as an ordinary user.`,
  );
}

/** The user id behind a RunAs, for the ownership of files. */
export function ownerOf(runAs: RunAs): { readonly uid: number; readonly gid: number } | undefined {
  if (runAs.uid !== undefined && runAs.gid !== undefined) return { uid: runAs.uid, gid: runAs.gid };
  if (runAs.prefix.length === 0) return undefined;
  const after = (flag: string): number => Number(runAs.prefix[runAs.prefix.indexOf(flag) + 1]);
  return { uid: after('--reuid'), gid: after('--regid') };
}
