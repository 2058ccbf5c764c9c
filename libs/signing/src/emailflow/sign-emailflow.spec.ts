import { describe, expect, it } from '@jest/globals';
import { vectors } from '../../test/fixtures.js';
import { EMAILFLOW_SIGNATURE_HEADER, signEmailflow } from './sign-emailflow.js';

const { secret, timestamp, body, header } = vectors.emailflow;

describe('signEmailflow', () => {
  it('reproduces the known-good header', () => {
    expect(signEmailflow({ secret, timestamp, body })).toBe(header);
    expect(signEmailflow({ secrets: [secret], timestamp, body: Buffer.from(body) })).toBe(header);
  });

  it('signs with both secrets during a rotation', () => {
    expect(signEmailflow({ secrets: [secret, 'older-secret'], timestamp, body })).toMatch(
      /^t=1718200000,v1=[0-9a-f]{64},v1=1e88693d/,
    );
  });

  it('names its header', () => {
    expect(EMAILFLOW_SIGNATURE_HEADER).toBe('X-EmailFlow-Signature');
  });
});
