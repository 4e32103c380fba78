import { fstatSync } from 'node:fs';

/**
 * Calls `stop` when the parent that holds the other end of standard input is gone, however it ended: nobody is left
 * to stop this process. Only a pipe has such an end; a terminal, a file or `/dev/null`, as service managers and
 * containers give it, says nothing about a parent.
 */
export function whenParentEnds(stop: () => void): void {
  if (!isPipe(0)) return;
  process.stdin.once('end', stop).once('close', stop).resume();
}

function isPipe(descriptor: number): boolean {
  try {
    const kind = fstatSync(descriptor);
    return kind.isFIFO() || kind.isSocket();
  } catch {
    return false;
  }
}
