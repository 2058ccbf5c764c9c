import type { JsMsg } from '@nats-io/jetstream';

/**
 * What became of one message.
 * - `done`: its effects are committed, or it was a duplicate of something committed.
 * - `retry`: nothing is lost, but not now; the stream delivers it again after `afterMs`. For short waits and few
 *   messages: a message on hold occupies a place in the consumer's window.
 * - `dead`: no number of tries will help; it goes to the DEAD stream with the reason.
 */
export type Outcome =
  { is: 'done' } | { is: 'retry'; afterMs: number; reason: string } | { is: 'dead'; reason: string };

export const outcomeNames = ['done', 'retry', 'dead'] as const satisfies readonly Outcome['is'][];

export const done: Outcome = { is: 'done' };
export const retry = (afterMs: number, reason: string): Outcome => ({ is: 'retry', afterMs, reason });
export const dead = (reason: string): Outcome => ({ is: 'dead', reason });

/** The one place where outcomes become acknowledgements. What is dead is to be on DEAD, durably, by now. */
export function settle(message: JsMsg, outcome: Outcome): void {
  switch (outcome.is) {
    case 'done':
      return message.ack();
    case 'retry':
      return message.nak(outcome.afterMs);
    case 'dead':
      return message.term(outcome.reason);
  }
}
