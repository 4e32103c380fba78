import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('the settings', () => {
  const names = [...read('libs/settings/settings.ts').matchAll(/read\('([A-Z_]+)'/g)].map(([, name]) => name ?? '');

  it('are found in the code', () => {
    expect(names).toEqual(expect.arrayContaining(['DOCKET_HOME', 'HOST', 'PORT', 'DATABASE_URL', 'EVENTSTORE_URL', 'DOCKET_MASTER_KEY', 'DOCKET_DEMO']));
  });

  it.each(names)('%s stands in the operations page', (name) => {
    expect(read('docs/operations.md')).toContain(`| \`${name}\` |`);
  });
});
