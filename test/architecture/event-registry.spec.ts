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
  it.each(everyVersion)('$type v$version has its golden file: as stored, and decoded', ({ type, version }) => {
    const file = `test/golden-events/${type}.v${String(version)}.stored.json`;
    expect({ file, exists: existsSync(join(root, file)) }).toEqual({ file, exists: true });
  });

  it('stands in the catalogue', () => {
    const catalogue = read('docs/events.md');
    expect(Object.keys(EVENT_VERSIONS).filter((type) => !mentions(catalogue, type))).toEqual([]);
  });

  // The search and the grid are folds of the same details; the compiler holds both places to every type.
  it('has a decision in the fold of an order, and words in its history', () => {
    expect(readModels).toEqual(expect.arrayContaining(['activity-history', 'order-details', 'order-search', 'pending-orders']));
    const undecided = ['order-details', 'activity-history'].flatMap((model) => {
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
    for (const type of Object.keys(EVENT_VERSIONS)) expect(type).toMatch(/^(Order|Call|Draft|Cart|Customer|Subject)([A-Z][A-Za-z]+(ed|en|Taken|TakenOver|edOut)|TakenOver)$/);
  });
});
