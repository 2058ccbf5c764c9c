import { packOutboxRows } from '@qflow/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a transaction says is one row of the outbox, however many messages that is. */
export class OutboxRows1763700000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(packOutboxRows);
  }

  async down(): Promise<void> {
    throw new Error(
      'messages that wait together cannot be divided again: restore a backup from before the upgrade',
    );
  }
}
