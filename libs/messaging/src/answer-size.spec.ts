import { describe, expect, it } from '@jest/globals';
import { fitting, jsonBytes, maxAnswerBytes } from './answer-size.js';

describe('fitting', () => {
  it('keeps what fits, in order', () => {
    const items = Array.from({ length: 12 }, (_, index) => `${index}${'€'.repeat(30_000)}`);
    const kept = fitting(items);
    expect(kept).toEqual(items.slice(0, 10));
    expect(jsonBytes(kept)).toBeLessThanOrEqual(maxAnswerBytes);
  });

  it('keeps all of little, nothing of nothing, and always the first', () => {
    expect(fitting(['a', 'b'])).toEqual(['a', 'b']);
    expect(fitting([])).toEqual([]);
    expect(fitting(['x'.repeat(2_000_000), 'y'])).toHaveLength(1);
  });
});
