import { spawn } from 'node:child_process';

/** What needs no test to run: all at once, told one after the other. */
const checks = ['lint', 'types', 'imports'].map(
  (script) =>
    new Promise((resolve) => {
      const child = spawn('npm', ['run', '--silent', script], { shell: process.platform === 'win32' });
      const said = [];
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => said.push(text));
      child.once('error', (error) => resolve({ script, code: 1, text: error.message }));
      child.once('close', (code) => resolve({ script, code, text: said.join('') }));
    }),
);

for (const { script, code, text } of await Promise.all(checks)) {
  process.stdout.write(text);
  if (code === 0) continue;
  process.stderr.write(`npm run ${script} failed\n`);
  process.exitCode = 1;
}
