import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');
const { imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly imports: Readonly<Record<string, { readonly 'docket-source': string; readonly default: string }>>;
};

/** Jest and tsc read the sources; what production runs is `dist/`, in plain Node, without any loader. */
describe('the built tree', () => {
  it.each(Object.entries(imports).filter(([name]) => name !== '#testing'))('loads %s in plain Node', async (name, target) => {
    expect({ file: target.default, built: existsSync(join(root, target.default)) }).toEqual({ file: target.default, built: true });
    const script = `const lib = await import(${JSON.stringify(name)}); console.log(typeof lib); process.exit(0);`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { cwd: root });
    expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: 'object', stderr: '' });
  });
});
