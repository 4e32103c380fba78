import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/** Written whole or not at all, readable by its owner only. */
export function writePrivateFile(path: string, content: string): void {
  const making = `${path}.${process.pid}.making`;
  const file = openSync(making, 'w', 0o600);
  try {
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(making, path);
}
