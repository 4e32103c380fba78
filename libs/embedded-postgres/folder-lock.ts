import { createHash } from 'node:crypto';
import { realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * The lock is a listening socket named after the folder: the kernel frees it the moment its process ends, however
 * it ends. On Linux the name lives outside the file system (abstract), so that nothing is left to clean up.
 */
function lockName(folder: string): { readonly name: string; readonly abstract: boolean } {
  const digest = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 40);
  return process.platform === 'linux'
    ? { name: `\0docket-folder-${digest}`, abstract: true }
    : { name: join(tmpdir(), `docket-${digest}.lock`), abstract: false };
}

function listen(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path: name }, () => {
      server.unref();
      resolve(server);
    });
  });
}

function answers(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path: name });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** True while a living process holds the folder. */
export async function isFolderLocked(folder: string): Promise<boolean> {
  return answers(lockName(folder).name);
}

/** Takes the lock of an existing folder; undefined when a living process holds it. */
export async function lockFolder(folder: string): Promise<FolderLock | undefined> {
  const { name, abstract } = lockName(folder);
  let server = await listen(name);
  if (server === undefined && !abstract && !(await answers(name))) {
    // The socket file of a process that was killed: nobody listens behind it any more.
    rmSync(name, { force: true });
    server = await listen(name);
  }
  if (server === undefined) return undefined;
  const held = server;
  return { release: () => new Promise((resolve) => held.close(() => resolve())) };
}
