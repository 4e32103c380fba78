import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { uuidV5 } from '#kernel';
import { ImportInputError } from './refusal-reasons.js';

export type ImportFormat = 'online-retail' | 'ndjson';

export interface InputFile {
  readonly path: string;
  /** What reports call it: its name without folder. */
  readonly name: string;
  /** From content, format and store: the same wherever the file lies, whatever it is called, gzipped or not. */
  readonly id: string;
  /** As it lies on the disk. */
  readonly bytes: number;
}

const SOURCE_NAMESPACE = '5b8f1c7e-7b0e-5d0b-9a51-6b5c2f1a0d10';
const GZIP = [0x1f, 0x8b] as const;
const EXTENSIONS: Readonly<Record<ImportFormat, RegExp>> = { 'online-retail': /\.csv(\.gz)?$/i, ndjson: /\.(nd)?jsonl?(\.gz)?$/i };

/** The files named, folders opened, in order of their names within a folder. @throws ImportInputError */
export async function findInputFiles(paths: readonly string[], format: ImportFormat, storeId: string): Promise<readonly InputFile[]> {
  const found: InputFile[] = [];
  for (const path of paths) {
    for (const file of await filesAt(path, format)) {
      const input = await identify(file, format, storeId);
      if (!found.some(({ id }) => id === input.id)) found.push(input);
    }
  }
  return found;
}

/** The file's bytes, unzipped if need be, in chunks. @throws ImportInputError when it cannot be read or is damaged */
export async function* openInput(path: string): AsyncGenerator<Uint8Array> {
  const raw = createReadStream(path, { highWaterMark: 256 * 1024 });
  // Errors of both streams reach the reader of the last one.
  const source = (await isGzip(path)) ? pipeline(raw, createGunzip({ chunkSize: 256 * 1024 }), () => undefined) : raw;
  try {
    for await (const chunk of source as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    throw new ImportInputError(`${basename(path)} cannot be read to its end: ${messageOf(error)}`, { cause: error });
  } finally {
    raw.destroy();
  }
}

async function filesAt(path: string, format: ImportFormat): Promise<readonly string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter((name) => EXTENSIONS[format].test(name)).sort();
    if (names.length === 0) throw new ImportInputError(`the folder ${path} holds no ${format === 'ndjson' ? '.ndjson' : '.csv or .csv.gz'} file`);
    return names.map((name) => join(path, name));
  } catch (error) {
    if (error instanceof ImportInputError) throw error;
    throw new ImportInputError(`${path} cannot be opened: ${messageOf(error)}`, { cause: error });
  }
}

async function identify(path: string, format: ImportFormat, storeId: string): Promise<InputFile> {
  const { size } = await stat(path).catch((error: unknown) => {
    throw new ImportInputError(`${path} cannot be opened: ${messageOf(error)}`, { cause: error });
  });
  const hash = createHash('sha256');
  for await (const chunk of openInput(path)) hash.update(chunk);
  return { path, name: basename(path), id: uuidV5(SOURCE_NAMESPACE, `${format}:${storeId}:${hash.digest('hex')}`), bytes: size };
}

async function isGzip(path: string): Promise<boolean> {
  try {
    const handle = await open(path);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      return bytesRead === 2 && buffer[0] === GZIP[0] && buffer[1] === GZIP[1];
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new ImportInputError(`${path} cannot be opened: ${messageOf(error)}`, { cause: error });
  }
}

const MESSAGES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  Z_BUF_ERROR: 'the gzip data ends too early',
  Z_DATA_ERROR: 'the gzip data is damaged',
};

function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown fault';
  const known = 'code' in error ? MESSAGES[String(error.code)] : undefined;
  return known ?? ('message' in error ? String(error.message) : 'unknown fault');
}
