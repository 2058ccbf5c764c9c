import { JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { ensureStreams, streamNames, type NatsOptions } from '@qflow/messaging';
import { keepTrying } from './boot/keep-trying.js';
import { runToTheEnd } from './boot/run-to-the-end.js';
import { natsReason, violationIn, waitForNats } from './boot/wait-for-nats.js';

/** How NATS is reached by whoever may make streams, and how many copies there are of each. */
export type StreamOptions = Omit<NatsOptions, 'name'> & { replicas: number };

/** JetStream's API answers so while nobody leads, and `JSClusterNoPeersErr` while servers have yet to join. */
const unavailable = 503;
const noPeers = 10_005;

/**
 * The body of the `migrate.js` of events: waits for NATS, creates the streams or brings them up to date, says so, exits.
 * Any number of them may run at once.
 */
export const runStreams = (prepare: () => StreamOptions): Promise<void> =>
  runToTheEnd(async (waiting) => {
    const { replicas, ...options } = prepare();
    const connection = await waitForNats({ ...options, name: 'streams', once: true }, waiting);
    try {
      await keepTrying(() => bringUpToDate(connection, replicas), {
        ...waiting,
        what: 'JetStream',
        isFinal: willNotPass,
      });
    } catch (cause) {
      throw new Error(`the streams cannot be made: ${natsReason(cause, options.user)}`, { cause });
    } finally {
      await connection.close();
    }
    return `streams ${streamNames.join(', ')} are up to date, ${replicas === 1 ? '1 copy' : `${replicas} copies`} each`;
  });

async function bringUpToDate(connection: NatsConnection, replicas: number): Promise<void> {
  await ensureStreams(await jetstreamManager(connection), replicas);
}

const willNotPass = (error: unknown): boolean =>
  violationIn(error) !== undefined ||
  (error instanceof JetStreamApiError && error.status !== unavailable && error.code !== noPeers);
