/** How an event looks: good, bad, waiting, or neither. */
export type Tone = 'good' | 'bad' | 'wait' | 'soft';

const TONES: Readonly<Record<string, Tone>> = {
  delivered: 'good',
  open: 'good',
  click: 'good',
  group_resubscribe: 'good',
  deferred: 'wait',
  blocked: 'wait',
  bounce: 'bad',
  dropped: 'bad',
  spamreport: 'bad',
  unsubscribe: 'bad',
  group_unsubscribe: 'bad',
};

/** @param event as `eventLabel` says it */
export const toneOf = (event: string): Tone => TONES[event] ?? 'soft';
