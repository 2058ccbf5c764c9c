import { figure } from '../cli/render-table.js';
import type { Span } from '../measure/sampler.js';
import type { Counts } from '../receiver/protocol.js';
import type { Account } from '../receiver/ledger.js';

/** What the machine was busy with, in a sentence; none where the system does not tell. */
export function describeUsage({ cpu, rss }: Span): string[] {
  const busy = Object.entries(cpu).filter(([, share]) => share >= 0.01);
  if (busy.length === 0) return [];
  const shares = busy.map(([name, share]) => `${name} ${Math.round(share * 100)} %`);
  const webhooks = rss.webhooks;
  const memory = webhooks ? `; webhooks held ${figure(Math.round(webhooks.max))} MiB at most` : '';
  return [`of one core: ${shares.join(', ')}${memory}`];
}

/** What was not right, with examples; nothing when all was. */
export function complaints({ missing, lost }: Account, { refused, reasons, changed }: Counts): string[] {
  return [
    ...(lost > 0 ? [`LOST ${lost}, for instance (endpoint, webhook id): ${missing.join('; ')}`] : []),
    ...(refused > 0 ? [`REFUSED by the receiver: ${refused}, for instance: ${reasons.join('; ')}`] : []),
    ...(changed > 0 ? [`CHANGED under the same id: ${changed}`] : []),
  ];
}

/** Of one core. */
export const percent = (share: number): string => `${Math.round(share * 100)}%`;
