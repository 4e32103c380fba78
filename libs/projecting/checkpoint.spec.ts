import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '#testing';
import { advance, Fenced, takeEpoch, type Advance } from './checkpoint.js';
import { ensureGenerations, generationsOf, PROJECTING_TABLES, type Generation } from './index.js';

describe('a checkpoint', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let generation: Generation;
  let epoch: bigint;

  beforeAll(async () => {
    database = await createTestDatabase('checkpoint');
    dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    for (const statement of PROJECTING_TABLES) await dataSource.query(statement);
    const [made] = await ensureGenerations(dataSource, [{ name: 'counter', version: 1, tables: [], views: [], checked: [], writer: () => () => Promise.resolve() }]);
    if (made === undefined) throw new Error('no generation was made');
    generation = made;
  });

  beforeEach(async () => {
    epoch = await takeEpoch(dataSource);
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const move = (from: bigint, to: bigint, more: Partial<Advance> = {}): Promise<void> =>
    advance(dataSource, generation, { from, to, lastEventId: randomUUID(), logIdentity: 'log', epoch, skipped: 0, ...more });
  const stands = async (): Promise<bigint | undefined> => (await generationsOf(dataSource))[0]?.position;

  it('moves from where it stands, and for nobody who believes it elsewhere (case 12)', async () => {
    await move(-1n, 10n);
    await expect(move(-1n, 10n)).rejects.toThrow(Fenced);
    await expect(move(9n, 20n)).rejects.toThrow(Fenced);
    expect(await stands()).toBe(10n);
    await move(10n, 20n);
    expect(await stands()).toBe(20n);
  });

  it('moves for nobody from whom the right to write was taken (case 28)', async () => {
    const before = (await stands()) ?? -1n;
    const later = await takeEpoch(dataSource);
    await expect(move(before, before + 10n)).rejects.toThrow(Fenced);
    expect(await stands()).toBe(before);
    await move(before, before + 10n, { epoch: later });
    expect(await stands()).toBe(before + 10n);
  });
});
