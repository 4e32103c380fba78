import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** The cases that the first issue asks for, by their numbers in the reliability page. */
const ASKED_FOR = [1, 2, 3, 4, 5, 6, 7, 8, 12, 15, 17, 18, 19, 20, 21, 24, 25, 26, 27, 28, 31, 33, 34, 35, 36, 37, 38, 42, 52, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70];

interface Row {
  readonly cases: readonly number[];
  readonly file: string;
  readonly title: string;
}

/** Rows `| 1, 2 | fault | \`file\` | "words of the test's title" |`. */
const rows: readonly Row[] = [...readFileSync(join(root, 'docs/fault-matrix.md'), 'utf8').matchAll(/^\| ([\d, ]+) \|.*\| `([^`]+)` \| "(.+)" \|$/gm)].map(
  ([, cases = '', file = '', title = '']) => ({ cases: cases.split(',').map(Number), file, title }),
);

describe('the fault matrix', () => {
  it('has a test for every case asked for', () => {
    const covered = new Set(rows.flatMap(({ cases }) => cases));
    expect(ASKED_FOR.filter((number) => !covered.has(number))).toEqual([]);
  });

  it.each(rows.map((row) => [`${row.cases.join(', ')}: ${row.title}`, row] as const))('names a test that exists for %s', (_, { file, title }) => {
    expect({ file, exists: existsSync(join(root, file)) }).toEqual({ file, exists: true });
    const text = readFileSync(join(root, file), 'utf8').replaceAll("\\'", "'");
    expect({ title, found: text.includes(title) }).toEqual({ title, found: true });
  });
});
