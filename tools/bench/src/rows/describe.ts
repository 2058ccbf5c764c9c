import { figure } from '../cli/render-table.js';
import type { Span } from '../measure/sampler.js';
import type { Counts } from '../receiver/protocol.js';
import type { RowResult } from '../row.js';
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

/**
 * What a span cost, as a row tells it, without the floor that may stand beside it; nothing where the system does not tell.
 * @param count Of what the row counts: sends, deliveries, guests, events.
 */
export function costOf(
  { cpu, rss, seconds }: Span,
  count: number,
): Pick<RowResult, 'cpuSecondsPer1000' | 'rssMiB'> {
  const isOurs = ([name]: [string, unknown]): boolean => name !== 'floor';
  const per1000 = Object.entries(cpu)
    .filter(isOurs)
    .map(([name, perSecond]) => [name, (perSecond * seconds * 1_000) / Math.max(count, 1)] as const);
  const all = per1000.reduce((sum, [, spent]) => sum + spent, 0);
  if (all === 0) return {};
  return {
    cpuSecondsPer1000: Object.fromEntries([['all', all], ...per1000]),
    rssMiB: Object.fromEntries(
      Object.entries(rss)
        .filter(isOurs)
        .map(([name, { max }]) => [name, max]),
    ),
  };
}

/** What one of them cost, in a sentence; none where the system does not tell. */
export function describeCost(span: Span, count: number, what: string): string[] {
  const { cpuSecondsPer1000 = {} } = costOf(span, count);
  // Seconds per thousand are milliseconds per one.
  const each = Object.entries(cpuSecondsPer1000).map(
    ([name, ms]) => `${name} ${ms.toFixed(ms < 0.1 ? 3 : 2)}`,
  );
  return each.length > 0 ? [`CPU ms per ${what}: ${each.join(', ')}`] : [];
}
