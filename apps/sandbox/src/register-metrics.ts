import type { Metrics } from '@qflow/service';
import type { EventOutlet } from './event-webhook/event-outlet.js';
import type { Inbox } from './inbox/inbox.js';

/** Shows in `/metrics` what `/inbox/stats` shows. */
export function registerMetrics(metrics: Metrics, inbox: Inbox, outlet: EventOutlet): void {
  metrics.gauge('qflow_sandbox_inbox_messages', 'Messages in the inbox.', () => inbox.stats().messages);
  metrics.gauge(
    'qflow_sandbox_duplicate_sends',
    'Sends that one recipient got more than once since the last reset.',
    () => inbox.stats().duplicates,
  );
  metrics.gauge(
    'qflow_sandbox_events_waiting',
    'Events that the webhook has not taken yet.',
    () => outlet.stats().queued,
  );
}
