import type { EventPoster, PosterStats } from './event-poster.js';
import { HeldEvents } from './held-events.js';
import type { PostingState, QueuedEvent } from './queued-event.js';

/** What chance does to events on their way out. */
export interface EventChance {
  /** Whether the event is posted twice. */
  drawDuplicate(): boolean;
  /** Milliseconds for which the event is held back, so that later ones overtake it; mostly 0. */
  drawDelay(): number;
}

/** An event that is yet to happen. */
export interface LaterEvent {
  readonly event: QueuedEvent;
  /** Told when it happens, right before it is posted. */
  readonly happens: () => void;
}

/** Beside {@link PosterStats}, where `queued` has those held back too: `later` counts events yet to happen. */
export interface OutletStats extends PosterStats {
  later: number;
}

/** The one way from the sandbox to the event webhook: through it every event goes, whoever made it. */
export class EventOutlet {
  private readonly heldBack = new HeldEvents<QueuedEvent>((events) => this.poster?.enqueue(events));
  private readonly later = new HeldEvents<LaterEvent>((due) => {
    for (const { event, happens } of due) {
      happens();
      this.send([event]);
    }
  });

  /**
   * @param poster null when no event webhook is configured: events are shown in the inbox only
   * @param capacity UTF-8 bytes of events that may wait
   */
  constructor(
    private readonly poster: EventPoster | null,
    private readonly chance: EventChance,
    private readonly capacity: number,
  ) {}

  /** How the posting of an event starts out. */
  get posting(): PostingState {
    return this.poster ? 'queued' : 'off';
  }

  /** Whether events of so many bytes can be taken in. An empty outlet takes anything. */
  hasRoom(bytes: number): boolean {
    const waiting = this.heldBack.bytes + this.later.bytes;
    if (waiting > 0 && waiting + bytes > this.capacity) return false;
    return this.poster?.hasRoom(waiting + bytes) ?? true;
  }

  /** Takes events in, for good. Ask {@link hasRoom} first. */
  send(events: readonly QueuedEvent[]): void {
    const { poster } = this;
    if (!poster) return;
    const now = Date.now();
    const atOnce: QueuedEvent[] = [];
    for (const event of events) {
      const copies = this.chance.drawDuplicate() ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        const delay = this.chance.drawDelay();
        if (delay > 0) this.heldBack.hold(event, now + delay, event.bytes);
        else atOnce.push(event);
      }
    }
    poster.enqueue(atOnce);
  }

  /** Takes in an event that is yet to happen. @param at milliseconds since the epoch */
  sendLater(event: LaterEvent, at: number): void {
    this.later.hold(event, at, event.event.bytes);
  }

  stats(): OutletStats {
    const { queued, posted, failed } = this.poster?.stats() ?? { queued: 0, posted: 0, failed: 0 };
    return { queued: queued + this.heldBack.size, posted, failed, later: this.later.size };
  }

  /** Starts counting what was posted anew; what waits goes on waiting. */
  resetCounts(): void {
    this.poster?.resetCounts();
  }

  /**
   * Forgets every event that was not posted yet or is yet to happen, and starts counting anew.
   * Resolves once the posts under way have ended: from then on the webhook hears of nothing that was before.
   */
  async reset(): Promise<void> {
    this.heldBack.drop();
    this.later.drop();
    await this.poster?.reset();
  }

  /** @returns how many events that had happened were never handed to the poster */
  close(): number {
    this.later.close();
    return this.heldBack.close();
  }
}
