import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { run } from './processes.js';

/** As much of curl as the README uses, for machines that have Node.js and nothing else. */
const CURL_SHIM = `#!/usr/bin/env node
const argv = process.argv.slice(2);
const headers = {};
let method, body, url, fail = false, include = false;
while (argv.length > 0) {
  const flag = argv.shift();
  if (flag === '-X') method = argv.shift();
  else if (flag === '-H') { const line = argv.shift(); const at = line.indexOf(':'); headers[line.slice(0, at)] = line.slice(at + 1).trim(); }
  else if (flag === '-d' || flag === '--data') body = argv.shift();
  else if (/^-[sSfiN]+$/.test(flag)) { fail ||= flag.includes('f'); include ||= flag.includes('i'); }
  else if (flag.startsWith('-')) throw new Error('curl shim: unknown flag ' + flag);
  else url = flag;
}
const response = await fetch(url, { method: method ?? (body === undefined ? 'GET' : 'POST'), headers, body });
if (include) process.stdout.write('HTTP/1.1 ' + response.status + '\\n' + [...response.headers].map(([name, value]) => name + ': ' + value).join('\\n') + '\\n\\n');
process.stdout.write(await response.text());
if (fail && !response.ok) process.exit(22);
`;

/** The commands of the fenced \`sh\` blocks below a heading of a Markdown text, in order. */
export function shellBlocks(markdown: string, heading: string): readonly string[] {
  const section = markdown.split(/^## /m).find((part) => part.startsWith(heading));
  if (section === undefined) throw new Error(`no heading "${heading}"`);
  return [...section.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block]) => block ?? '');
}

/** Runs blocks in one shell, so that a variable set in one is known in the next; a failing command ends it. */
export async function runBlocks(blocks: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<{ readonly code: number | null; readonly outputs: readonly string[]; readonly all: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'docket-shell-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const hasCurl = (await run('bash', ['-c', 'command -v curl']).exited).code === 0;
    if (!hasCurl) writeFileSync(join(folder, 'curl'), CURL_SHIM, { mode: 0o755 });
    const marker = '=====next-block=====';
    const script = ['set -euo pipefail', ...blocks.map((block) => `${block}\necho\necho ${marker}`)].join('\n');
    const shell = run('bash', ['-c', script], { cwd, env: { ...env, PATH: `${folder}${delimiter}${env.PATH ?? ''}` } });
    const { code } = await shell.exited;
    return { code, outputs: shell.output().split(marker).slice(0, blocks.length), all: shell.output() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
