import { describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { problemsOf, problemsPage } from './problems-page.js';

const root = resolve(import.meta.dirname, '../..');
const FILE = join(root, 'docs/problems.md');

describe('the page of problems', () => {
  const problems = problemsOf(root);

  it('says what the code says', () => {
    if (process.env.DOCKET_WRITE_DOCS === '1') writeFileSync(FILE, problemsPage(root));
    expect(readFileSync(FILE, 'utf8')).toBe(problemsPage(root));
  });

  it('knows codes of every kind, with their rules', () => {
    const known = new Map(problems.map(({ code, status, rule }) => [code, { status, rule }]));
    expect(known.get('order-already-shipped')).toEqual({ status: 409, rule: 'A25' });
    expect(known.get('quantity-exceeds-open')).toEqual({ status: 409, rule: 'C4' });
    expect(known.get('stale-revision')).toEqual({ status: 412, rule: undefined });
    expect(known.get('sku-unknown')).toEqual({ status: 409, rule: 'A21' });
  });

  it.each(problems.map((problem) => [problem.code, problem] as const))('has a sentence for %s', (code, { sentences, rule }) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(sentences.length).toBeGreaterThan(0);
    for (const row of rule?.split(', ') ?? []) expect(row).toMatch(/^[A-G]\d+$/);
  });
});
