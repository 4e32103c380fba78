import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** One Postgres for the whole run; suites take databases of it by `createTestDatabase` of `#testing`. */
export default async function globalSetup() {
  const host = spawn(process.execPath, [fileURLToPath(new URL('postgres-host.js', import.meta.url))], {
    // A group of its own: Ctrl-C ends the run, and the closing pipe then ends the host.
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ready = await new Promise((resolve, reject) => {
    createInterface({ input: host.stdout }).once('line', (line) => resolve(JSON.parse(line)));
    host.once('error', reject);
    host.once('exit', (code) => reject(new Error(`the Postgres of the test run did not start (code ${code})`)));
  });
  process.env['DOCKET_TEST_DATABASE_URL'] = ready.url;
  globalThis.docketTestPostgresHost = host;
}
