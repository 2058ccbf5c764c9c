import { createInbox, type NatsConnection } from '@nats-io/transport-node';

/** What came of a backup: the server ends it with 204, or says what went wrong. */
export interface Backup {
  chunks: number;
  bytes: number;
  status: number | undefined;
}

/**
 * Takes a backup of a stream as `streams`, with the requests of `nats stream backup`. Chunks are small and few may be under way, so
 * that the server waits for receipts in between and gives up without them.
 */
export async function takeBackup(connection: NatsConnection, stream: string): Promise<Backup> {
  const inbox = createInbox('_INBOX_streams');
  const coming = connection.subscribe(inbox);
  const answer = await connection.request(
    `$JS.API.STREAM.SNAPSHOT.${stream}`,
    JSON.stringify({ deliver_subject: inbox, chunk_size: 1024, window_size: 2048 }),
  );
  const { error } = answer.json<{ error?: { description: string } }>();
  if (error) throw new Error(error.description);
  const backup: Backup = { chunks: 0, bytes: 0, status: undefined };
  for await (const message of coming) {
    if (message.data.length === 0) {
      backup.status = message.headers?.code;
      break;
    }
    backup.chunks += 1;
    backup.bytes += message.data.length;
    message.respond();
  }
  return backup;
}
