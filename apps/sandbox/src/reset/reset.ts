import { Inject, Injectable } from '@nestjs/common';
import { Domains } from '../domains/domains.js';
import { EventOutlet } from '../event-webhook/event-outlet.js';
import { Faults } from '../faults/faults.js';
import { FaultRules } from '../faults/rules/fault-rules.js';
import { Inbox } from '../inbox/inbox.js';
import { HungConnections } from '../mail-send/hung-connections.js';
import { Triggers } from '../triggers/triggers.js';

/** Makes the sandbox what it was at its start, so that one test knows nothing of another. */
@Injectable()
export class Reset {
  constructor(
    @Inject(Inbox) private readonly inbox: Inbox,
    @Inject(Faults) private readonly faults: Faults,
    @Inject(FaultRules) private readonly rules: FaultRules,
    @Inject(Domains) private readonly domains: Domains,
    @Inject(Triggers) private readonly triggers: Triggers,
    @Inject(EventOutlet) private readonly outlet: EventOutlet,
    @Inject(HungConnections) private readonly hung: HungConnections,
  ) {}

  /**
   * Empties the inbox, ends all faults, forgets the domains and starts counting from zero. Events that were not
   * posted yet are dropped. Resolves once the posts under way have ended: from then on the event webhook hears
   * of nothing that was before.
   */
  async everything(): Promise<void> {
    this.faults.reset();
    this.rules.clear();
    this.domains.reset();
    this.triggers.reset();
    this.hung.close();
    this.inbox.reset();
    await this.outlet.reset();
  }
}
