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
 * Every stream of the platform, all on disk. Nothing that has not been handled is ever dropped to make room: a queue
 * at its limit refuses new messages, the outbox keeps them meanwhile, and `/health/ready` tells. EVENTS and DEAD are
 * bounded by age alone, because a limit in bytes would let a busy account push out another one's undelivered events.
 *
 * | stream   | holds                               | retention          | limit |
 * |----------|-------------------------------------|--------------------|-------|
 * | SENDS    | sends that were asked for           | until acknowledged | 1 GiB |
 * | PROVIDER | what the provider reported          | until acknowledged | 1 GiB |
 * | EVENTS   | customer events, the account's feed | 30 days            | disk  |
 * | DEAD     | messages nobody could handle        | 90 days            | disk  |
 */
const streams: Record<
  StreamName,
  Pick<StreamConfig, 'subjects' | 'retention' | 'discard' | 'max_age' | 'max_bytes'> & {
    allow_direct?: boolean;
  }
> = {
  SENDS: {
    subjects: ['comms.send.>'],
    retention: RetentionPolicy.Workqueue,
    discard: DiscardPolicy.New,
    max_age: 0,
    max_bytes: gib,
  },
  PROVIDER: {
    subjects: ['comms.provider.>'],
    retention: RetentionPolicy.Workqueue,
    discard: DiscardPolicy.New,
    max_age: 0,
    max_bytes: gib,
  },
  EVENTS: {
    subjects: ['comms.event.>'],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    max_age: nanos(30 * day),
    max_bytes: -1,
    // The event feed reads straight from any replica.
    allow_direct: true,
  },
  DEAD: {
    subjects: ['comms.dead.>'],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    max_age: nanos(90 * day),
    max_bytes: -1,
  },
};

/** How long JetStream remembers a `Nats-Msg-Id`. Longer costs memory in the server; unique keys do the rest for ever. */
const duplicateWindow = nanos(2 * 60 * 1000);
/** `JSStreamNameExistErr`: another replica was first. */
const nameInUse = 10058;

/** Every stream there is. */
export const streamNames = Object.keys(streams) as StreamName[];

/** Those of the streams that nobody has made yet. */
export async function missingStreams(manager: JetStreamManager): Promise<StreamName[]> {
  const there = new Set<string>();
  for await (const name of manager.streams.names()) there.add(name);
  return streamNames.filter((name) => !there.has(name));
}

/**
 * Where a new stream begins to count. The places of the event feed are these numbers and are kept by integrators: a
 * stream that is made anew after a loss has to go on beyond every place of the old one, or they would hear nothing. A
 * clock that ticks 100,000 times a second is ahead of any stream, and has 15 digits, which every JSON reader can hold.
 */
const firstSequence = (): number => Date.now() * 100;

/**
 * Creates the streams, or brings existing ones to this configuration. Several may do so at once: whoever comes second finds
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
      await manager.streams.add({ name, ...wanted, first_seq: firstSequence() });
    } catch (error) {
      if (!(error instanceof JetStreamApiError && error.code === nameInUse)) throw error;
      await manager.streams.update(name, wanted);
    }
  }
}
