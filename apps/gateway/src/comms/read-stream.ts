import type { DirectStreamAPI, StoredMsg } from '@nats-io/jetstream';
import { CodedError, type StreamName } from '@qflow/contracts';

export interface StreamPart {
  /** The first message that may be answered. */
  fromSequence: number;
  /** A subject, or a pattern of subjects. */
  subject: string;
  /** Messages at the most. */
  limit: number;
  /** No further message is read once this many bytes are. */
  maxBytes: number;
}

/** A read that takes longer than this has been lost on its way. */
const timeoutMs = 5_000;
const notFound = 404;

/**
 * Messages of a stream as they stand in it, without a consumer: nothing is left behind, on either side (NATS ADR-31,
 * batched direct get).
 * @throws CodedError `unavailable` where the stream cannot be read just now
 */
export async function readStream(
  direct: DirectStreamAPI,
  stream: StreamName,
  { fromSequence, subject, limit, maxBytes }: StreamPart,
): Promise<StoredMsg[]> {
  const messages: StoredMsg[] = [];
  const { promise: ended, end } = ending();
  // With a callback, because without one the client keeps the subscription of every read for ever.
  const reading = await direct.getBatch(stream, {
    seq: fromSequence,
    next_by_subj: subject,
    batch: limit,
    max_bytes: maxBytes,
    callback: (done, message) => (done ? end(done.err) : messages.push(message)),
  });
  const timer = setTimeout(() => reading.stop(new Error(`${stream} did not answer in time`)), timeoutMs);
  const error = await ended;
  clearTimeout(timer);
  if (error && !isNothing(error)) throw unreadable(error);
  return messages;
}

function ending(): { promise: Promise<Error | undefined>; end: (error: unknown) => void } {
  let end = (_error: unknown): void => {};
  const promise = new Promise<Error | undefined>((resolve) => {
    end = (error) => resolve(error as Error | undefined);
  });
  return { promise, end };
}

/** There is no such message: not now, or not any more. */
const isNothing = (error: Error): boolean => (error as { code?: unknown }).code === notFound;

const unreadable = (cause: Error): CodedError =>
  Object.assign(
    new CodedError('unavailable', 'The events cannot be read just now. Try again shortly.', {
      retryAfter: 2,
    }),
    { cause },
  );
