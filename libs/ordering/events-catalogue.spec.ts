import { describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventsCatalogue } from './events-catalogue.js';
import { ORDER_EVENT_VERSIONS } from './order/order.events.js';

const FILE = join(import.meta.dirname, '../../docs/events.md');

describe('the catalogue of events', () => {
  it('says what the code says', () => {
    if (process.env.DOCKET_WRITE_DOCS === '1') writeFileSync(FILE, eventsCatalogue());
    expect(readFileSync(FILE, 'utf8')).toBe(eventsCatalogue());
  });

  it.each(Object.keys(ORDER_EVENT_VERSIONS))('tells what %s means', (type) => {
    expect(eventsCatalogue()).toContain(`### ${type} (version `);
  });
});
