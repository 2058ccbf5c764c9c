import { Inject, Injectable } from '@nestjs/common';
import type { SandboxConfig } from '../../config.js';
import { EventOutlet } from '../../event-webhook/event-outlet.js';
import { Faults } from '../../faults/faults.js';
import { FaultRules } from '../../faults/rules/fault-rules.js';
import { CONFIG } from '../../tokens.js';
import { Inbox } from '../inbox.js';
import { faultsInWords } from './faults/faults-in-words.js';

/** What every page shows around its content. */
export interface Frame {
  title: string;
  /** The part of the inbox that the page is in, marked in the navigation. */
  place: 'inbox' | 'faults' | 'start';
  stats: object;
  /** The faults that are switched on, in words. */
  faults: string[];
  /** What came of the form that was just sent. */
  flash: string;
}

/** Knows what every page shows around its content. */
@Injectable()
export class PageFrame {
  constructor(
    @Inject(CONFIG) private readonly config: SandboxConfig,
    @Inject(Inbox) private readonly inbox: Inbox,
    @Inject(EventOutlet) private readonly outlet: EventOutlet,
    @Inject(Faults) private readonly faults: Faults,
    @Inject(FaultRules) private readonly rules: FaultRules,
  ) {}

  /** What callers of `/v3` present. */
  get apiKey(): string {
    return this.config.SANDBOX_API_KEY;
  }

  of({ place, title, flash }: Pick<Frame, 'place' | 'title' | 'flash'>): Frame {
    const webhook = this.outlet.posting !== 'off';
    return {
      title: `${title} · Sandbox`,
      place,
      flash,
      stats: { ...this.inbox.stats(), events: this.outlet.stats(), webhook },
      faults: faultsInWords(this.faults.current(), this.rules.list()),
    };
  }
}
