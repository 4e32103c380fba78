import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');
const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

interface CruiseReport {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly to: string; readonly rule: { readonly name: string } }[];
    readonly totalCruised: number;
  };
}

async function cruise(folder: string): Promise<CruiseReport> {
  const run = promisify(execFile)(
    process.execPath,
    [cruiser, 'apps', 'libs', 'projections', 'test', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'],
    { cwd: folder, maxBuffer: 64 * 1024 * 1024 },
  );
  const { stdout } = await run.catch((error: unknown) => error as { readonly stdout: string });
  return JSON.parse(stdout) as CruiseReport;
}

const empty = 'export {};';
const value = 'export const value = 1;';
const importing = (specifier: string): string => `import { value } from '${specifier}';\nexport const seen = value;`;

/** A small house in which every rule is broken exactly where its name says. */
const canaries: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'no-cycles': { 'libs/settings/a.ts': importing('./b.js') + value, 'libs/settings/b.ts': importing('./a.js') + value },
  'not-resolvable': { 'libs/settings/lost.ts': importing('./nowhere.js') },
  'not-declared': { 'libs/settings/undeclared.ts': importing('esprima') },
  'no-dev-dependency-in-product': { 'libs/settings/dev.ts': importing('fast-check') },
  'nothing-imports-a-spec': { 'libs/settings/of-spec.ts': importing('./some.spec.js'), 'libs/settings/some.spec.ts': value },
  'product-never-imports-tests': { 'libs/settings/testing.ts': importing('#testing') },
  'one-public-door': { 'libs/catalogue/behind.ts': importing('../settings/hidden.js'), 'libs/settings/hidden.ts': value },
  'one-public-door-for-apps': { 'apps/api/behind.ts': importing('../../libs/settings/hidden.js') },
  'kernel-imports-nothing': { 'libs/kernel/leaky.ts': importing('node:fs') },
  'aggregates-are-pure': { 'libs/ordering/order/order.impure.ts': importing('pg') },
  'processes-are-pure': { 'libs/ordering/processes/nosy.ts': importing('../order/order.decider.js') },
  'libs-never-import-apps': { 'libs/identity/upwards.ts': importing('../../apps/api/behind.js') },
  'projections-see-facts-only': {
    'projections/pending-orders/pending-orders.decides.ts': importing('../../libs/ordering/order/order.decider.js'),
    'libs/ordering/order/order.decider.ts': value,
  },
  'projections-never-write-the-log': { 'projections/pending-orders/pending-orders.writes.ts': importing('#identity') },
  'write-side-never-reads-projections': { 'libs/event-store/reads.ts': importing('#projections') },
  'tables-are-private': {
    'projections/order-search/order-search.table.ts': value,
    'projections/pending-orders/pending-orders.borrows.ts': importing('../order-search/order-search.table.js'),
  },
  'event-store-client-in-its-adapter': { 'apps/api/direct.ts': importing('@eventstore/db-client') },
  'typeorm-on-the-read-side': { 'libs/identity/orm.ts': importing('typeorm') },
  'framework-in-composition-roots': { 'libs/catalogue/nest.ts': importing('@nestjs/common') },
  'ports-are-bound-in-apps': { 'libs/event-store/binds.ts': importing('#embedded-eventstore') },
};

const doors = ['kernel', 'settings', 'catalogue', 'identity', 'event-store', 'embedded-eventstore', 'testing', 'ordering'];

describe('import rules', () => {
  let house = '';

  beforeAll(async () => {
    house = await mkdtemp(join(tmpdir(), 'docket-canary-'));
    for (const file of ['.dependency-cruiser.cjs', 'package.json', 'tsconfig.json', 'tsconfig.base.json']) {
      await cp(join(root, file), join(house, file));
    }
    await symlink(join(root, 'node_modules'), join(house, 'node_modules'));
    await mkdir(join(house, 'test'));
    const files = Object.assign({}, ...Object.values(canaries), { 'projections/index.ts': value, 'apps/cli/main.ts': empty }) as Record<string, string>;
    for (const door of doors) files[`libs/${door}/index.ts`] = value;
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(house, path)), { recursive: true });
      await writeFile(join(house, path), `${text}\n`);
    }
  });

  afterAll(async () => {
    await rm(house, { recursive: true, force: true });
  });

  it('hold in the whole tree', async () => {
    const report = await cruise(root);
    expect(report.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
    expect(report.summary.totalCruised).toBeGreaterThan(30);
  });

  it('each catch the violation planted for it', async () => {
    const report = await cruise(house);
    for (const [rule, files] of Object.entries(canaries)) {
      const found = report.summary.violations.filter((violation) => violation.rule.name === rule).map(({ from }) => from);
      expect({ rule, caught: Object.keys(files).some((file) => found.includes(file)) }).toEqual({ rule, caught: true });
    }
  });

  it('have a canary each', () => {
    const { forbidden } = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as {
      readonly forbidden: readonly { readonly name: string }[];
    };
    expect(Object.keys(canaries).sort()).toEqual(forbidden.map(({ name }) => name).sort());
  });
});
