import { Chance } from './chance.js';
import { type FaultSettings, NO_FAULTS, USUAL_MEASURES } from './fault-rates.js';
import { LONGEST_DELAY_MS, type SendFault } from './send-fault.js';

const STREAMS = { sends: 0, events: 1, posts: 2 };

/**
 * Decides by chance, from a seed, what goes wrong. Calls, their events and the posts draw from sequences of
 * their own: when a post leaves depends on the clock, and must not change what the next call meets.
 */
export class Faults {
  private settings: FaultSettings;
  private readonly sends: Chance;
  private readonly events: Chance;
  private readonly posts: Chance;

  /** @param firstSeed also the one after a {@link reset} */
  constructor(private readonly firstSeed: number) {
    this.settings = { ...NO_FAULTS, ...USUAL_MEASURES, seed: firstSeed };
    this.sends = new Chance(firstSeed, STREAMS.sends);
    this.events = new Chance(firstSeed, STREAMS.events);
    this.posts = new Chance(firstSeed, STREAMS.posts);
  }

  current(): FaultSettings {
    return { ...this.settings };
  }

  /** Sets the rates and starts the random sequences of the seed anew. */
  set(settings: FaultSettings): void {
    this.settings = { ...settings };
    for (const chance of [this.sends, this.events, this.posts]) chance.restart(settings.seed);
  }

  /** Everything works again. */
  clear(): void {
    this.set({ ...NO_FAULTS, ...USUAL_MEASURES, seed: this.settings.seed });
  }

  /** Everything is as at the start. */
  reset(): void {
    this.set({ ...NO_FAULTS, ...USUAL_MEASURES, seed: this.firstSeed });
  }

  /** What goes wrong with the next call of `POST /v3/mail/send`; null when nothing does. */
  drawSendFault(): SendFault | null {
    const { sends, settings } = this;
    if (sends.happens(settings.rateReset)) return { kind: 'reset-before-accept' };
    if (sends.happens(settings.rate500)) return { kind: 'server-error' };
    if (sends.happens(settings.rate429)) return { kind: 'rate-limited', resetSeconds: settings.resetSeconds };
    if (sends.happens(settings.rateTimeoutAfterAccept))
      return { kind: 'timeout-after-accept', delayMs: LONGEST_DELAY_MS };
    if (sends.happens(settings.rateTimeoutBeforeAccept))
      return { kind: 'timeout-before-accept', delayMs: LONGEST_DELAY_MS };
    if (sends.happens(settings.rateResetAfterAccept)) return { kind: 'reset-after-accept' };
    if (sends.happens(settings.rateSlow)) return { kind: 'slow', delayMs: settings.slowMs };
    return null;
  }

  /** Whether the next event is posted twice. */
  drawDuplicate(): boolean {
    return this.events.happens(this.settings.duplicateEvents);
  }

  /** For how many milliseconds the next event is held back; mostly 0. */
  drawDelay(): number {
    if (!this.events.happens(this.settings.delayEvents)) return 0;
    return this.events.upTo(Math.ceil(this.settings.delayEventsMs));
  }

  /** After how many minutes the next delivered copy bounces; null when it does not. */
  drawLateBounce(): number | null {
    return this.events.happens(this.settings.lateBounces) ? this.settings.lateBounceMinutes : null;
  }

  /** Puts the events of a post in random order, if chance wants it. */
  maybeShuffle(events: unknown[]): void {
    if (!this.posts.happens(this.settings.shuffleEvents)) return;
    for (let last = events.length - 1; last > 0; last -= 1) {
      const other = this.posts.upTo(last);
      [events[last], events[other]] = [events[other], events[last]];
    }
  }
}
