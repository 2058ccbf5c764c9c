import { describe, expect, it } from '@jest/globals';
import { sendgridVectors } from '../../test/fixtures.js';
import { hostileHeaders } from '../../test/hostile-headers.js';
import { rejectSendgridHeaders } from './read-sendgrid-headers.js';

const { single, multiple, testEvent } = sendgridVectors;
const now = Number(single.timestamp);
const reasonFor = (headers: object, window: object = { now }): string | undefined =>
  rejectSendgridHeaders({ signature: single.signature, timestamp: single.timestamp, ...headers }, window)
    ?.reason;

describe('rejectSendgridHeaders', () => {
  it.each([single, multiple, testEvent])('lets published headers pass, whatever their body', (vector) => {
    expect(rejectSendgridHeaders(vector, { now: Number(vector.timestamp) })).toBeUndefined();
  });

  it('refuses what no body can make authentic', () => {
    expect(reasonFor({ signature: undefined })).toBe('missing_signature');
    expect(reasonFor({ timestamp: '' })).toBe('missing_signature');
    expect(reasonFor({ signature: '***' })).toBe('malformed_header');
    expect(reasonFor({ signature: [single.signature, single.signature] })).toBe('malformed_header');
    expect(reasonFor({}, { now: now + 301 })).toBe('timestamp_out_of_window');
    expect(reasonFor({}, { now: now - 301 })).toBe('timestamp_out_of_window');
    expect(reasonFor({}, { now: now + 301, toleranceSeconds: 301 })).toBeUndefined();
    expect(reasonFor({}, {})).toBe('timestamp_out_of_window');
  });

  it('survives hostile headers', () => {
    for (const hostile of hostileHeaders) {
      expect(() => reasonFor({ signature: hostile })).not.toThrow();
      expect(reasonFor({ timestamp: hostile })).toBeDefined();
    }
  });
});
