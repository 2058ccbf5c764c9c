import prand from 'pure-rand';
import { type FaultSettings, NO_FAULTS } from './fault-rates.js';

/** What goes wrong with one call of `POST /v3/mail/send`. */
export type SendFault = 'none' | 'reset' | 'server-error' | 'rate-limited' | 'timeout-after-accept';

const RESOLUTION = 2 ** 30;

/** Decides by chance, from a seed, what goes wrong. */
export class Faults {
  private settings: FaultSettings;
  private random: prand.RandomGenerator;

  constructor(seed: number) {
    this.settings = { ...NO_FAULTS, seed };
    this.random = prand.xoroshiro128plus(seed);
  }

  current(): FaultSettings {
    return { ...this.settings };
  }

  /** Sets the rates and starts the random sequence of the seed anew. */
  set(settings: FaultSettings): void {
    this.settings = { ...settings };
    this.random = prand.xoroshiro128plus(settings.seed);
  }

  /** Everything works again. */
  clear(): void {
    this.set({ ...NO_FAULTS, seed: this.settings.seed });
  }

  drawSendFault(): SendFault {
    if (this.happens(this.settings.rateReset)) return 'reset';
    if (this.happens(this.settings.rate500)) return 'server-error';
    if (this.happens(this.settings.rate429)) return 'rate-limited';
    if (this.happens(this.settings.rateTimeoutAfterAccept)) return 'timeout-after-accept';
    return 'none';
  }

  /** Whether the next event is posted twice. */
  drawDuplicate(): boolean {
    return this.happens(this.settings.duplicateEvents);
  }

  /** Puts the events of a post in random order, if chance wants it. */
  maybeShuffle(events: unknown[]): void {
    if (!this.happens(this.settings.shuffleEvents)) return;
    for (let last = events.length - 1; last > 0; last -= 1) {
      const other = prand.unsafeUniformIntDistribution(0, last, this.random);
      [events[last], events[other]] = [events[other], events[last]];
    }
  }

  private happens(probability: number): boolean {
    if (probability === 0) return false;
    return prand.unsafeUniformIntDistribution(0, RESOLUTION - 1, this.random) < probability * RESOLUTION;
  }
}
