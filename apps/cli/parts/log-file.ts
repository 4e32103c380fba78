import { closeSync, copyFileSync, existsSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs';

const LIMIT_BYTES = 20_000_000;
const LAST_WORDS_BYTES = 8_192;

export interface LogFile {
  readonly path: string;
  /** Open for appending, for a child to write to by itself. */
  open(): number;
  /** The message of the last line that the present child wrote. */
  lastWords(): string | undefined;
  /** Keeps the disk from filling: a file beyond its limit becomes `.1`, and writing goes on at its beginning. */
  rotate(): void;
  close(): void;
}

interface LogLine {
  readonly msg?: string;
  readonly err?: { readonly message?: string };
}

function messageOf(line: string): string {
  try {
    const { msg, err } = JSON.parse(line) as LogLine;
    return [msg, err?.message].filter((part, index, all) => part !== undefined && part !== '' && all.indexOf(part) === index).join(': ') || line;
  } catch {
    return line;
  }
}

/** A child that died of an exception nobody caught leaves a stack; its message stands above it. */
function lastMessage(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trimEnd()).filter((line) => line !== '');
  const thrown = lines.findLast((line) => /^(\w*Error|Error)\b.*: /.test(line));
  const last = lines.findLast((line) => line.startsWith('{')) ?? thrown ?? lines.at(-1);
  return last === undefined ? undefined : messageOf(last);
}

export function openLogFile(path: string): LogFile {
  let fd: number | undefined;
  let from = 0;
  return {
    path,
    open: () => {
      fd ??= openSync(path, 'a+', 0o600);
      from = fstatSync(fd).size;
      return fd;
    },
    lastWords: () => {
      if (fd === undefined) return undefined;
      const { size } = fstatSync(fd);
      const start = Math.max(from, size - LAST_WORDS_BYTES);
      const bytes = Buffer.alloc(Math.max(0, size - start));
      readSync(fd, bytes, 0, bytes.length, start);
      return lastMessage(bytes.toString('utf8'));
    },
    rotate: () => {
      if (!existsSync(path) || statSync(path).size < LIMIT_BYTES) return;
      copyFileSync(path, `${path}.1`);
      truncateSync(path);
      from = 0;
    },
    close: () => {
      if (fd !== undefined) closeSync(fd);
      fd = undefined;
    },
  };
}
