import { describe, expect, it } from '@jest/globals';
import { readTraceParent, writeTraceParent } from './trace-parent.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

describe('traceparent', () => {
  it('is read, and written as it was read', () => {
    for (const flags of ['00', '01']) {
      const header = `00-${traceId}-${spanId}-${flags}`;
      const parent = readTraceParent(header);
      expect(parent).toEqual({ traceId, spanId, traceFlags: Number(flags), isRemote: true });
      expect(writeTraceParent(parent as NonNullable<typeof parent>)).toBe(header);
    }
  });

  it('of a version to come is read as far as it is known', () => {
    expect(readTraceParent(`01-${traceId}-${spanId}-01-more`)).toMatchObject({ traceId, spanId });
    // Only one bit of the flags is known.
    expect(readTraceParent(`01-${traceId}-${spanId}-03`)?.traceFlags).toBe(1);
  });

  it.each([
    undefined,
    '',
    'nonsense',
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${spanId}`,
    `00-${traceId}-${spanId}-01\r\nX: y`,
  ])('that is none is as if nobody had sent one: %p', (header) => {
    expect(readTraceParent(header)).toBeUndefined();
  });
});
