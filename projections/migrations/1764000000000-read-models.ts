import type { MigrationInterface, QueryRunner } from 'typeorm';
import { PROJECTING_TABLES } from '#projecting';

/** Checkpoints and generations; the read models' own tables come and go with their generations. */
export class ReadModels1764000000000 implements MigrationInterface {
  readonly name = 'ReadModels1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of PROJECTING_TABLES) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA read CASCADE');
    await runner.query('DROP SCHEMA projecting CASCADE');
  }
}
