import { describe, expect, it } from '@jest/globals';
import { addSpans } from './add-spans.js';

const rss = (first: number, max: number, last: number) => ({ sender: { first, max, last } });

describe('addSpans', () => {
  it('adds up what was used, and keeps the most that was held', () => {
    expect(
      addSpans([
        { seconds: 1, cpu: { sender: 1, nats: 0 }, rss: rss(10, 30, 20) },
        { seconds: 3, cpu: { sender: 0.2, nats: 2 }, rss: rss(20, 25, 24) },
      ]),
    ).toEqual({ seconds: 4, cpu: { sender: 0.4, nats: 1.5 }, rss: rss(10, 30, 24) });
  });
});
