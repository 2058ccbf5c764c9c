import { describe, expect, it } from '@jest/globals';
import { ContentRing } from './content-ring.js';

describe('ContentRing', () => {
  it('gives back what it was given', () => {
    const ring = new ContentRing(100);
    const texts = ['<p>Hello</p>', '', 'é ✓ 🎟'];
    const slots = texts.map((text) => ring.write(text));
    expect(slots.map((slot) => ring.read(slot))).toEqual(texts);
  });

  it('lets new texts take the place of the oldest, and knows that those are gone', () => {
    const ring = new ContentRing(10);
    const slots = ['aaaa', 'bbbb', 'cccc', 'dddd'].map((text) => ring.write(text));
    expect(slots.map((slot) => ring.read(slot))).toEqual([null, null, 'cccc', 'dddd']);
  });

  it('never gives back a mixture of two texts, however they lie', () => {
    const ring = new ContentRing(97);
    const kept = Array.from({ length: 500 }, (_, index) => {
      const text = String.fromCharCode(97 + (index % 26)).repeat(1 + ((index * 7) % 40));
      return { text, slot: ring.write(text) };
    });
    for (const { text, slot } of kept) expect([text, null]).toContain(ring.read(slot));
    const last = kept.at(-1);
    expect(last && ring.read(last.slot)).toBe(last?.text);
  });

  it('does not keep what is larger than itself, and leaves the rest alone', () => {
    const ring = new ContentRing(10);
    const small = ring.write('abc');
    const large = ring.write('x'.repeat(11));
    expect([ring.read(small), ring.read(large)]).toEqual(['abc', null]);
    const exact = ring.write('y'.repeat(10));
    expect([ring.read(small), ring.read(exact)]).toEqual([null, 'y'.repeat(10)]);
  });
});
