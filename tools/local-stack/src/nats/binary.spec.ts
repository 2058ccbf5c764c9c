import { describe, expect, it } from '@jest/globals';
import { isNewEnough } from './binary.js';

describe('isNewEnough', () => {
  it.each(['nats-server: v2.12.0', 'nats-server: v2.14.0', 'v2.100.1', '3.0.0'])('takes %s', (version) => {
    expect(isNewEnough(version)).toBe(true);
  });

  it.each(['nats-server: v2.9.10', 'v2.11.9', '1.99.0', '', 'no version'])(
    'does not take "%s"',
    (version) => {
      expect(isNewEnough(version)).toBe(false);
    },
  );
});
