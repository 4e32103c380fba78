import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '#testing';
import { advance, takeEpoch } from './checkpoint.js';
import { switchToBuilding } from './generations.js';
import { ensureGenerations, generationsOf, PROJECTING_TABLES, requestRebuild, type Generation, type Projection } from './index.js';

const counter: Projection = { name: 'counter', version: 1, tables: [], views: [], checked: [], writer: () => () => Promise.resolve() };

describe('a generation that is built', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase('generations');
    dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    for (const statement of PROJECTING_TABLES) await dataSource.query(statement);
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const switched = (): Promise<boolean> => dataSource.transaction((manager) => switchToBuilding(manager.queryRunner!, counter));

  it("takes the live one's place when it has come as far, and not before (case 8)", async () => {
    await ensureGenerations(dataSource, [counter]);
    const [live] = await generationsOf(dataSource);
    const building = await requestRebuild(dataSource, counter);
    const epoch = await takeEpoch(dataSource);
    const move = (generation: Generation, from: bigint, to: bigint): Promise<void> =>
      advance(dataSource, generation, { from, to, lastEventId: randomUUID(), logIdentity: 'log', epoch, skipped: 0 });
    const numbers = async (): Promise<readonly (readonly [number, string])[]> => (await generationsOf(dataSource)).map(({ number, state }) => [number, state] as const);

    await move(live!, -1n, 10n);
    await move(building, -1n, 9n);
    expect(await switched()).toBe(false);
    expect(await numbers()).toEqual([[live!.number, 'live'], [building.number, 'building']]);
    await move(building, 9n, 10n);
    expect(await switched()).toBe(true);
    expect(await numbers()).toEqual([[building.number, 'live']]);
  });
});
