import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import type { Decoded, StoredEvent } from '#event-store';
import type { DocketEvent } from '#ordering';
import { createTestDatabase, type TestDatabase } from '#testing';
import { applyBatch, type ApplyContext } from './applying.js';
import type { Batch } from './batch.js';
import { Fenced, takeEpoch } from './checkpoint.js';
import { ensureGenerations, generationsOf, PROJECTING_TABLES, rowsOf, type Projection } from './index.js';

/** A connection that breaks after the rows of the batch are written. */
class Broken extends Error {
  override readonly name = 'StoreUnavailable';
}

describe('a batch of events', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let context: ApplyContext;
  let breaks = false;

  const noted: Projection = {
    name: 'noted',
    version: 1,
    tables: ['CREATE TABLE {schema}.note (id text NOT NULL)'],
    views: [],
    checked: [],
    writer: (schema) => async (events, sql) => {
      for (const { id } of events) await sql.query(`INSERT INTO ${schema}.note (id) VALUES ($1)`, [id]);
      if (breaks) throw new Broken();
    },
  };

  beforeAll(async () => {
    database = await createTestDatabase('applying');
    dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    for (const statement of PROJECTING_TABLES) await dataSource.query(statement);
    await ensureGenerations(dataSource, [noted]);
  });

  beforeEach(async () => {
    breaks = false;
    const [generation] = await generationsOf(dataSource);
    if (generation === undefined) throw new Error('no generation was made');
    context = { dataSource, projection: noted, generation, logIdentity: 'log', epoch: await takeEpoch(dataSource), parked: new Set() };
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const batchAt = (position: bigint): Batch => {
    const stored = { id: randomUUID(), stream: 'order-1', type: 'Noted', revision: 0n, position, isJson: true, data: {}, metadata: {} } satisfies StoredEvent;
    return { decoded: [{ kind: 'event', stored, recorded: { ...stored, event: { type: 'Noted', data: {} } } } as unknown as Decoded<DocketEvent>], last: stored };
  };
  const standing = async (): Promise<{ readonly rows: number; readonly position: bigint }> => {
    const [generation] = await generationsOf(dataSource);
    const [counted] = await rowsOf<{ n: number }>(dataSource, `SELECT count(*)::int AS n FROM ${generation?.schema ?? ''}.note`);
    return { rows: counted?.n ?? -1, position: generation?.position ?? -2n };
  };

  it('is written with its checkpoint, or neither is: not when it breaks in between (cases 6, 7)', async () => {
    const before = await standing();
    const batch = batchAt(before.position + 10n);
    breaks = true;
    await expect(applyBatch(context, batch, before.position)).rejects.toThrow(Broken);
    expect(await standing()).toEqual(before);
    breaks = false;
    await applyBatch(context, batch, before.position);
    expect(await standing()).toEqual({ rows: before.rows + 1, position: before.position + 10n });
  });

  it('leaves no row when the checkpoint stands elsewhere, or another may write (cases 7, 28)', async () => {
    const before = await standing();
    await expect(applyBatch(context, batchAt(before.position + 10n), before.position - 1n)).rejects.toThrow(Fenced);
    expect(await standing()).toEqual(before);
    await takeEpoch(dataSource);
    await expect(applyBatch(context, batchAt(before.position + 10n), before.position)).rejects.toThrow(Fenced);
    expect(await standing()).toEqual(before);
  });

  it('passes over what lies before the checkpoint (case 12)', async () => {
    const before = await standing();
    const [old, fresh] = [batchAt(before.position), batchAt(before.position + 10n)];
    await applyBatch(context, { decoded: [...old.decoded, ...fresh.decoded], last: fresh.last }, before.position);
    expect(await standing()).toEqual({ rows: before.rows + 1, position: before.position + 10n });
  });
});
