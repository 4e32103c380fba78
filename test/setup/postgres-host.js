/**
 * Holds the Postgres of one test run. It is a process of its own, so that it ends and leaves nothing behind however
 * the run ends: it stops when its stdin closes. Prints the administrator's connection string as one JSON line.
 */
import { transformFileSync } from '@swc/core';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('../../', import.meta.url).pathname;
const swc = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8'));
delete swc.$schema;

/** Jest gives globalSetup no transformed ESM, and `dist` may be old: the few files are compiled from their sources. */
async function importFromSource(lib) {
  const from = join(root, 'libs', lib);
  const to = join(root, 'node_modules', '.cache', `docket-test-${process.pid}`, lib);
  mkdirSync(to, { recursive: true });
  try {
    for (const file of readdirSync(from).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))) {
      const { code } = transformFileSync(join(from, file), { ...swc, swcrc: false, sourceMaps: false });
      writeFileSync(join(to, file.replace(/\.ts$/, '.js')), code);
    }
    return await import(join(to, 'index.js'));
  } finally {
    rmSync(join(to, '..'), { recursive: true, force: true });
  }
}

const { startPostgres } = await importFromSource('embedded-postgres');
const folder = mkdtempSync(join(tmpdir(), 'docket-test-postgres-'));
chmodSync(folder, 0o711);

let ending;
const end = (server) =>
  (ending ??= (async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  })());

try {
  const server = await startPostgres({ dataDir: join(folder, 'postgres'), durable: false });
  process.stdin.resume();
  process.stdin.on('end', () => end(server));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(server));
  process.stdout.on('error', () => end(server));
  process.stdout.write(`${JSON.stringify({ ready: true, url: server.url() })}\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = 1;
}
