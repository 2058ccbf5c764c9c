import { JetStreamApiError, JetStreamError, type ApiError, type PubAck } from '@nats-io/jetstream';
import { errors, headers as natsHeaders, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import type { AckInbox, Awaiting } from './ack-inbox.js';
import type { Publication } from './publication.js';

/** Messages in flight at once: enough to hide the round trip, few enough to bound memory. */
const outstanding = 256;
/** A publish that was in flight when NATS went down is never acknowledged; publishing it again is harmless. */
const patienceMs = 3_000;
const noResponders = 503;

/** Hears what becomes of each message of a run, once. */
export interface RunListener {
  /** @param duplicate whether the stream had it already */
  stored(index: number, duplicate: boolean): void;
  /** This message is refused; the others may pass. */
  refused(index: number, error: Error): void;
  /** NATS is away; nothing is known of what has not been told. Nothing more is tried. */
  interrupted(error: unknown): void;
}

/** Publishes messages pipelined, in order, with one reply each and one timer for all. */
export class PublishRun implements Awaiting {
  private readonly isOver: boolean[];
  private next = 0;
  private settled = 0;
  private isInterrupted = false;
  private readonly key: string;
  private readonly replyPrefix: string;
  private readonly timer: NodeJS.Timeout;
  private finish: () => void = () => {};

  constructor(
    private readonly inbox: AckInbox,
    private readonly publications: readonly Publication[],
    private readonly listener: RunListener,
  ) {
    this.isOver = new Array<boolean>(publications.length).fill(false);
    const { key, prefix } = inbox.add(this);
    this.key = key;
    this.replyPrefix = prefix;
    this.timer = setTimeout(() => this.abandon(new errors.TimeoutError()), patienceMs);
  }

  /** Resolves when all is told. */
  run(): Promise<void> {
    return new Promise((resolve) => {
      this.finish = resolve;
      this.advance();
    });
  }

  answered(index: number, answer: Msg): void {
    if (this.isOver[index]) return;
    this.timer.refresh();
    const failure = failureOf(answer);
    if (failure instanceof JetStreamApiError) this.refuse(index, failure);
    else {
      this.over(index);
      if (failure instanceof Error) this.interrupt(failure);
      else this.listener.stored(index, failure.duplicate);
    }
    this.advance();
  }

  forbidden(subject: string, error: Error): void {
    for (let index = 0; index < this.next; index++)
      if (!this.isOver[index] && this.publications[index]?.subject === subject) this.refuse(index, error);
    this.advance();
  }

  closed(): void {
    this.abandon(new errors.ClosedConnectionError());
  }

  /** Waits no longer for what is in flight. */
  private abandon(error: Error): void {
    this.interrupt(error);
    this.end();
  }

  /**
   * Sends what may be sent now, many at once, because every write to the socket costs more than the message; ends the run
   * when nothing is in flight any more.
   */
  private advance(): void {
    if (this.inFlight <= outstanding / 2)
      while (!this.isInterrupted && this.next < this.publications.length && this.inFlight < outstanding)
        this.send(this.next++);
    if (this.inFlight === 0) this.end();
  }

  private get inFlight(): number {
    return this.next - this.settled;
  }

  private end(): void {
    clearTimeout(this.timer);
    this.inbox.remove(this.key);
    this.finish();
  }

  private send(index: number): void {
    const { subject, msgId, body, headers } = this.publications[index] as Publication;
    try {
      this.inbox.connection.publish(subject, body, {
        headers: natsHeadersOf(msgId, headers),
        reply: this.replyPrefix + index,
      });
    } catch (error) {
      this.over(index);
      if (isUnacceptable(error)) this.listener.refused(index, error);
      else this.interrupt(error);
    }
  }

  private refuse(index: number, error: Error): void {
    this.over(index);
    this.listener.refused(index, error);
  }

  private over(index: number): void {
    this.isOver[index] = true;
    this.settled++;
  }

  private interrupt(error: unknown): void {
    if (this.isInterrupted) return;
    this.isInterrupted = true;
    this.listener.interrupted(error);
  }
}

/** Too large, or a subject or header that NATS would never take. */
const isUnacceptable = (error: unknown): error is Error =>
  error instanceof errors.InvalidArgumentError || error instanceof errors.InvalidSubjectError;

function natsHeadersOf(msgId: string, headers: Publication['headers']): MsgHdrs {
  const h = natsHeaders();
  // Not `set`, which looks for what it would replace: there is nothing.
  h.append('Nats-Msg-Id', msgId);
  for (const name in headers) h.append(name, headers[name] as string);
  return h;
}

/** What a stream answers, and that nobody has answered. */
function failureOf(answer: Msg): Error | { duplicate: boolean } {
  if (answer.headers?.code === noResponders)
    return new JetStreamError('no stream takes the subject just now');
  try {
    const { stream, error, duplicate } = answer.json<Partial<PubAck> & { error?: ApiError }>();
    if (error) return new JetStreamApiError(error);
    if (stream) return { duplicate: duplicate === true };
  } catch {
    // Not JSON.
  }
  return new JetStreamError('invalid PubAck');
}
