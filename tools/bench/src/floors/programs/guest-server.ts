import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import type { RunningFloor, ServerFloor } from '../protocol.js';
import { bareTable } from './bare-table.js';
import { Batcher } from './batcher.js';

const words = (maxLength: number): object => ({ type: 'string', maxLength });

/** What the gateway checks of a guest, as a JSON schema; Fastify compiles it. */
const guestSchema = {
  type: 'object',
  required: ['id', 'eventId'],
  additionalProperties: false,
  properties: {
    ...{ id: { type: 'string', format: 'uuid' }, eventId: { type: 'string', format: 'uuid' } },
    ...{ firstName: words(200), lastName: words(200), email: { type: 'string', format: 'email' } },
    ...{ plusOnes: { type: 'integer', minimum: 0, maximum: 1_000 }, additionalInfo: words(4_000) },
    ...{ tags: words(4_000), correlationId: words(200) },
    customFields: { type: 'object', maxProperties: 100, additionalProperties: words(2_000) },
    commsTemplateId: { type: 'string', format: 'uuid' },
  },
};

const columns = {
  ...{ id: 'uuid', event_id: 'uuid', first_name: 'text', last_name: 'text', email: 'text' },
  ...{ plus_ones: 'int', additional_info: 'text', tags: 'text', custom_fields: 'jsonb' },
  ...{ created_at: 'timestamptz' },
};

interface Guest {
  readonly [field: string]: unknown;
  readonly id: string;
}

const batchesUnderWay = 2;

/**
 * Bare Fastify with a compiled schema and one batched insert, nothing else: no accounts, tokens, limits or events. It is
 * what taking guests costs at least with these libraries.
 */
export async function startGuestServer({ kind, databaseUrl }: ServerFloor): Promise<RunningFloor> {
  const store = await bareTable<object>(databaseUrl, 'guests', columns);
  const app = fastify({ bodyLimit: 4 * 1_024 * 1_024 });
  if (kind === 'accept') {
    const batcher = new Batcher(store, batchesUnderWay);
    app.post('/guest', { schema: { body: guestSchema } }, async ({ body }) => {
      await batcher.add(rowOf(body as Guest));
      return { id: (body as Guest).id };
    });
  } else {
    const schema = { body: { type: 'array', maxItems: 200, items: guestSchema } };
    app.post('/guest', { schema }, async ({ body }) => {
      const guests = body as Guest[];
      await store(guests.map(rowOf));
      return guests.map(({ id }, index) => ({ index, id, status: 'created' }));
    });
  }
  app.server.keepAliveTimeout = 60_000;
  await app.ready();
  app.server.listen(0, '127.0.0.1');
  await once(app.server, 'listening');
  return { origin: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}` };
}

const rowOf = (guest: Guest): object => ({
  ...{ id: guest.id, event_id: guest.eventId },
  ...{ first_name: guest.firstName ?? '', last_name: guest.lastName ?? '', email: guest.email ?? '' },
  ...{ plus_ones: guest.plusOnes ?? 0, additional_info: guest.additionalInfo ?? '' },
  ...{ tags: guest.tags ?? '', custom_fields: guest.customFields ?? {}, created_at: new Date() },
});
