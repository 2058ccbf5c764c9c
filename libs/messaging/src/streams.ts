import {
  DiscardPolicy,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { StreamName } from '@qflow/contracts';

const day = 24 * 60 * 60 * 1000;
const gib = 1024 ** 3;

/**
 * Every stream of the platform. All are on disk. A stream at its limit refuses new messages (`discard: new`) where
 * losing old ones would lose an e-mail or a receipt; the outbox then keeps them and `/health/ready` tells.
 *
 * | stream   | holds                               | retention                | at its limit  |
 * |----------|-------------------------------------|--------------------------|---------------|
 * | SENDS    | sends that were asked for           | until acknowledged       | refuses new   |
 * | PROVIDER | what the provider reported          | until acknowledged       | refuses new   |
 * | EVENTS   | customer events, the account's feed | 30 days                  | drops oldest  |
 * | DEAD     | messages nobody could handle        | 90 days                  | drops oldest  |
 */
const streams: Record<
  StreamName,
  Pick<StreamConfig, 'subjects' | 'retention' | 'discard' | 'max_age' | 'max_bytes'>
> = {
  SENDS: {
    subjects: ['comms.send.>'],
    retention: RetentionPolicy.Workqueue,
    discard: DiscardPolicy.New,
    max_age: 0,
    max_bytes: 16 * gib,
  },
  PROVIDER: {
    subjects: ['comms.provider.>'],
    retention: RetentionPolicy.Workqueue,
    discard: DiscardPolicy.New,
    max_age: 0,
    max_bytes: 16 * gib,
  },
  EVENTS: {
    subjects: ['comms.event.>'],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    max_age: nanos(30 * day),
    max_bytes: 64 * gib,
  },
  DEAD: {
    subjects: ['comms.dead.>'],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    max_age: nanos(90 * day),
    max_bytes: 4 * gib,
  },
};

/** How long JetStream remembers a `Nats-Msg-Id`. Longer costs memory in the server; unique keys do the rest for ever. */
const duplicateWindow = nanos(2 * 60 * 1000);
/** `JSStreamNameExistErr`: another replica was first. */
const nameInUse = 10058;

/**
 * Creates the streams, or brings existing ones to this configuration. Replicas may race: whoever comes second finds
 * the stream there and updates it to the same values.
 * @param replicas 1 on a single server, 3 in a cluster
 */
export async function ensureStreams(manager: JetStreamManager, replicas: number): Promise<void> {
  for (const [name, config] of Object.entries(streams)) {
    const wanted = {
      ...config,
      storage: StorageType.File,
      num_replicas: replicas,
      duplicate_window: duplicateWindow,
    };
    try {
      await manager.streams.add({ name, ...wanted });
    } catch (error) {
      if (!(error instanceof JetStreamApiError && error.code === nameInUse)) throw error;
      await manager.streams.update(name, wanted);
    }
  }
}
