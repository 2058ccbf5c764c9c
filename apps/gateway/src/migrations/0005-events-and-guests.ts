import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the lists of events and guests read along: newest first, and guests by address. */
export class EventsAndGuests1732200000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX events_newest ON events (account_id, created_at, id)');
    await runner.query('CREATE INDEX guests_newest ON guests (account_id, event_id, created_at, id)');
    await runner.query(
      `CREATE INDEX guests_email ON guests (account_id, event_id, lower(email), created_at, id)
        WHERE email IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX events_newest, guests_newest, guests_email');
  }
}
