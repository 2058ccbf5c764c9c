import { createHmac, createSecretKey } from 'node:crypto';
import { Pool } from 'undici';
import { benchEvent } from '../../load/bench-event.js';
import { nowMicros } from '../../measure/clock.js';
import type { DeliverFloor, RunningFloor } from '../protocol.js';
import { bareTable } from './bare-table.js';
import { Batcher } from './batcher.js';

const connectionsEach = 32;
const batchesUnderWay = 2;

interface Webhook {
  readonly to: number;
  readonly id: string;
  readonly type: string;
  readonly body: string;
}

/** undici POST, HMAC and one batched insert: what a delivery costs at least with these libraries. */
export async function startDeliver({ databaseUrl, endpoints }: DeliverFloor): Promise<RunningFloor> {
  const columns = {
    id: 'uuid',
    endpoint: 'text',
    type: 'text',
    status: 'int',
    body: 'text',
    at: 'timestamptz',
  };
  const log = new Batcher(await bareTable<object>(databaseUrl, 'deliveries', columns), batchesUnderWay);
  const targets = endpoints.map(({ url, secret }) => {
    const { origin, pathname: path } = new URL(url);
    // A key that was made once signs in a sixth of the time.
    const key = createSecretKey(Buffer.from(secret));
    return { key, path, pool: new Pool(origin, { connections: connectionsEach }) };
  });
  let webhooks: Webhook[] = [];
  return {
    lanes: connectionsEach * endpoints.length,
    prepare: (count) =>
      (webhooks = Array.from({ length: count }, (_, index) => webhook(index % endpoints.length))),
    async work(index) {
      const { to, id, type, body } = webhooks[index] as Webhook;
      const { key, path, pool } = targets[to] as (typeof targets)[number];
      const timestamp = Math.floor(Date.now() / 1_000);
      const signature = createHmac('sha256', key).update(`${timestamp}.`).update(body).digest('hex');
      const answer = await pool.request({
        method: 'POST',
        path,
        headers: {
          'content-type': 'application/json',
          'x-qflow-signature': `t=${timestamp},v1=${signature}`,
          'x-qflow-webhook-id': id,
          'x-qflow-event': type,
        },
        body,
      });
      await answer.body.dump();
      if (answer.statusCode !== 200) throw new Error(`The receiver answered ${answer.statusCode}.`);
      await log.add({ id, endpoint: path, type, status: answer.statusCode, body, at: new Date() });
    },
  };
}

/** As the platform's own would be. */
function webhook(to: number): Webhook {
  const type = 'comms.delivered';
  const { id, publication } = benchEvent('00000000-0000-4000-8000-000000000000', type, {
    phase: 'floor',
    due: nowMicros(),
  });
  const { createdAt, data } = JSON.parse(publication.body) as { createdAt: string; data: object };
  return { to, id, type, body: JSON.stringify({ id, type, createdAt, data }) };
}
