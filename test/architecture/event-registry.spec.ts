import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EVENT_VERSIONS } from '#ordering';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const everyVersion = Object.entries(EVENT_VERSIONS).flatMap(([type, current]) =>
  Array.from({ length: current }, (_, index) => ({ type, version: index + 1 })),
);

/** Read models are the folders that hold a `*.projection.ts`. */
const readModels = readdirSync(join(root, 'projections'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && readdirSync(join(root, 'projections', entry.name)).some((file) => file.endsWith('.projection.ts')))
  .map((entry) => entry.name);

const mentions = (text: string, type: string): boolean => new RegExp(`\\b${type}\\b`).test(text);

describe('every stored event', () => {
  it.each(everyVersion)('$type v$version has its golden files, decoded and as stored', ({ type, version }) => {
    for (const form of ['json', 'stored.json']) {
      const file = `test/golden-events/${type}.v${String(version)}.${form}`;
      expect({ file, exists: existsSync(join(root, file)) }).toEqual({ file, exists: true });
    }
  });

  it('stands in the catalogue', () => {
    const catalogue = read('docs/events.md');
    expect(Object.keys(EVENT_VERSIONS).filter((type) => !mentions(catalogue, type))).toEqual([]);
  });

  it('has a decision in every read model', () => {
    expect(readModels).toEqual(expect.arrayContaining(['activity-history', 'order-details', 'order-search', 'pending-orders']));
    const undecided = readModels.flatMap((model) => {
      const folder = join('projections', model);
      const text = readdirSync(join(root, folder))
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
        .map((file) => read(join(folder, file)))
        .join('\n');
      return Object.keys(EVENT_VERSIONS)
        .filter((type) => !mentions(text, type))
        .map((type) => `${model}: ${type}`);
    });
    expect(undecided).toEqual([]);
  });

  it('bears one of the eight fixed names, or one of their form', () => {
    const fixed = ['OrderCreated', 'OrderLocked', 'OrderSuspended', 'OrderHoldApplied', 'OrderAddressChanged', 'OrderCancelled', 'OrderReshipped', 'OrderAppeased'];
    expect(Object.keys(EVENT_VERSIONS)).toEqual(expect.arrayContaining(fixed));
    for (const type of Object.keys(EVENT_VERSIONS)) expect(type).toMatch(/^(Order|Customer|Subject)[A-Z][A-Za-z]+(ed|en|Taken|TakenOver)$/);
  });
});
