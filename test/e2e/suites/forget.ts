import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { atLeast } from '../http.js';
import { createOrder, freshMark, inTurn, type OrderView, type Scene } from '../scene.js';

/** Every form in which bytes of a text could lie on a disk: as they are, without case, base64 at each of its offsets. */
function formsOf(canary: string): readonly Buffer[] {
  const plain = [canary, canary.toLowerCase(), canary.toUpperCase()].map((text) => Buffer.from(text));
  const encoded = [0, 1, 2].map((offset) => Buffer.from(Buffer.concat([Buffer.alloc(offset), Buffer.from(canary)]).toString('base64').slice(offset === 0 ? 0 : 4).replaceAll('=', '').slice(0, -2)));
  return [...plain, ...encoded];
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false);
}

function filesHolding(folder: string, canaries: readonly string[]): readonly string[] {
  const forms = canaries.flatMap((canary) => formsOf(canary).map((form) => ({ canary, form })));
  return filesBelow(folder).flatMap((file) => {
    let bytes: Buffer;
    try {
      bytes = readFileSync(file);
    } catch {
      return [];
    }
    const hit = forms.find(({ form }) => bytes.includes(form));
    if (hit === undefined) return [];
    const at = bytes.indexOf(hit.form);
    const around = bytes.subarray(Math.max(at - 200, 0), at + 100).toString('latin1').replaceAll(/[^\x20-\x7e]+/g, ' ');
    return [`${file}: ${hit.canary} at ${String(at)} of ${String(bytes.length)}: ${around}`];
  });
}

async function rowsHolding(databaseUrl: string, canaries: readonly string[]): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ readonly name: string }>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ readonly n: string }>(`SELECT count(*) AS n FROM ${name} t WHERE to_jsonb(t)::text ILIKE ANY ($1)`, [canaries.map((canary) => `%${canary}%`)]);
      if (rows[0]?.n !== '0') found.push(`${name}: ${rows[0]?.n ?? '?'} rows`);
    }
    return found;
  } finally {
    await client.end();
  }
}

export function forgetting(scene: () => Scene): void {
  describe('a person who is forgotten', () => {
    it('is in no table, data file, write-ahead log or log file any more, also after a rebuild; money and proof stand (case 78)', async () => {
      const { ann, auditor, system } = scene();
      const mark = freshMark();
      const canary = `Zq${randomUUID().replaceAll('-', '')}`;
      const canaries = [mark, canary];
      const created = await createOrder(scene(), { mark });
      const { orderId, orderNumber } = created.body;
      const commented = await inTurn(created, [
        [ann, 'comments', { text: `She said ${canary} twice.`, visibility: 'internal' }],
        [ann, 'change-address', { shipTo: { country: 'GB', address: { recipient: `Ada ${mark}`, line1: `1 ${canary} Road`, city: 'Leeds', postcode: 'LS1 1AA' } } }],
        [ann, 'submit', {}],
      ]);
      const before = await ann.get<OrderView>(`/api/orders/${orderId}`, atLeast(commented));
      expect(before.text).toContain(canary);
      // What only the plain word could show is shown: the search of the disk would find what is there.
      const { databaseUrl } = system.runInfo();
      expect(await rowsHolding(databaseUrl, canaries)).not.toEqual([]);
      const heads = join(system.home, 'heads.ndjson');
      expect(await system.docket(['verify', '--export-heads', heads])).toMatchObject({ code: 0 });

      const asked = await system.docket(['forget', orderNumber], 'no\n');
      expect(asked.output).toContain(orderNumber);
      expect((await ann.get<OrderView>(`/api/orders/${orderId}`)).text).toContain(canary);
      expect(await system.docket(['forget', orderNumber, '--yes'])).toMatchObject({ code: 0 });

      const gone = async (): Promise<void> => {
        expect(await rowsHolding(databaseUrl, canaries)).toEqual([]);
        expect(filesHolding(system.home, canaries)).toEqual([]);
        expect(system.supervisor.output()).not.toContain(canary);
      };
      await gone();
      expect(await system.docket(['rebuild', '--all'])).toMatchObject({ code: 0 });
      await gone();

      const after = await auditor.get<OrderView>(`/api/orders/${orderId}`);
      expect(after).toMatchObject({ status: 200, body: { orderNumber, totals: before.body.totals } });
      expect(after.text).toContain('[erased]');
      expect((await ann.get<{ readonly orders: readonly unknown[] }>(`/api/orders?name=${mark}`)).body.orders).toEqual([]);
      expect(await system.docket(['verify', '--against', heads])).toMatchObject({ code: 0 });
      expect(await system.docket(['replay', orderNumber])).toMatchObject({ code: 0, output: expect.stringContaining('[erased]') });
    }, 300_000);
  });
}
