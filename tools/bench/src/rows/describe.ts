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

/** What sends cost: CPU by process, and the memory that each took at the most. */
export function describeCost({ cpu, rss }: Span, seconds: number, sends: number): string[] {
  const each = Object.entries(cpu).map(
    ([name, perSecond]) => [name, (perSecond * seconds * 1000) / sends] as const,
  );
  const all = each.reduce((sum, [, ms]) => sum + ms, 0);
  const names = Object.keys(rss);
  return [
    `CPU ms per send: ${[['all', all] as const, ...each].map(([name, ms]) => `${name} ${ms.toFixed(2)}`).join(', ')}`,
    `MiB at the most: ${names.map((name) => `${name} ${Math.round(rss[name]?.max ?? 0)}`).join(', ')}`,
  ];
}
