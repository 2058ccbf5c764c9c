import type { JsMsg } from '@nats-io/jetstream';

/** A message that is in hand for longer than this is given up to whoever gets it next: its handler may hang. */
const longestMs = 10 * 60 * 1000;

/**
 * The messages of a consumer that this process has got and not settled. The stream is told again and again that they
 * are being worked on, so that what takes long here, in a queue too, is not handled by another replica meanwhile. What
 * a process held comes again when it has died.
 */
export class InHand {
  private readonly since = new Map<JsMsg, number>();
  private readonly timer: NodeJS.Timeout;

  /**
   * @param everyMs a part of the consumer's `ackWait`
   * @param onError gets what a beat failed with; the next one comes all the same
   */
  constructor(
    everyMs: number,
    private readonly onError: (error: unknown) => void,
  ) {
    this.timer = setInterval(() => this.beat(), everyMs);
  }

  add(message: JsMsg): void {
    this.since.set(message, performance.now());
  }

  /** It is settled, or was replaced by a newer copy of itself. */
  remove(message: JsMsg): void {
    this.since.delete(message);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    const oldest = performance.now() - longestMs;
    try {
      for (const [message, since] of this.since)
        if (since < oldest) this.since.delete(message);
        else message.working();
    } catch (error) {
      this.onError(error);
    }
  }
}
