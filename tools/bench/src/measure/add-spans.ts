import type { Span } from './sampler.js';

/** Several spans as if they were one: what was used together, and held at the most. */
export function addSpans(spans: readonly Span[]): Span {
  const seconds = spans.reduce((sum, span) => sum + span.seconds, 0);
  const cpu: Record<string, number> = {};
  const rss: Record<string, { first: number; max: number; last: number }> = {};
  for (const span of spans) {
    for (const [name, perSecond] of Object.entries(span.cpu))
      cpu[name] = (cpu[name] ?? 0) + (perSecond * span.seconds) / seconds;
    for (const [name, { first, max, last }] of Object.entries(span.rss)) {
      const before = rss[name];
      rss[name] = { first: before?.first ?? first, max: Math.max(before?.max ?? 0, max), last };
    }
  }
  return { seconds, cpu, rss };
}
