import { Inject, Injectable } from '@nestjs/common';
import { Metrics } from './metrics.js';

/**
 * What asked for a send.
 * - `guest`: a new guest with a template; `guest_bulk`: one among those of a bulk call.
 * - `send`: a send to a guest that was there; `send_bulk`: one among those of a bulk call.
 */
export type SendKind = 'guest' | 'guest_bulk' | 'send' | 'send_bulk';

/** Counts accepted sends: those that are committed, and will be handed over or come to an end that is told. */
@Injectable()
export class AcceptedSends {
  private readonly sends;

  constructor(@Inject(Metrics) metrics: Metrics) {
    this.sends = metrics.counter(
      'qflow_sends_accepted_total',
      'Sends that were accepted, by what asked for them. Repetitions of an accepted request are not counted.',
      ['kind'],
    );
  }

  /** To be called once the transaction that stores them is committed. */
  count(kind: SendKind, sends: number): void {
    if (sends > 0) this.sends.inc({ kind }, sends);
  }
}
