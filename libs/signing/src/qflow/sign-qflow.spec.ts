import { describe, expect, it } from '@jest/globals';
import { vectors } from '../../test/fixtures.js';
import { QFLOW_SIGNATURE_HEADER, signQflow } from './sign-qflow.js';

const { secret, timestamp, body, header } = vectors.qflow;
const other = 'f'.repeat(64);

describe('signQflow', () => {
  it('reproduces the known-good header, from a string and from bytes', () => {
    expect(signQflow({ secret, timestamp, body })).toBe(header);
    expect(signQflow({ secrets: [secret], timestamp, body: Buffer.from(body) })).toBe(header);
    expect(signQflow({ secret, timestamp, body: new TextEncoder().encode(body) })).toBe(header);
  });

  it('signs with every secret during a rotation, the newest one last', () => {
    const [t, older, newest, ...rest] = signQflow({ secrets: [secret, other], timestamp, body }).split(',');
    expect([t, newest]).toEqual(header.split(','));
    expect(older).toBe(signQflow({ secret: other, timestamp, body }).split(',')[1]);
    expect(rest).toEqual([]);
  });

  it('shows the sample receivers of the documentation the newest signature', () => {
    const signed = signQflow({ secrets: [secret, other], timestamp, body });
    const parts = Object.fromEntries(signed.split(',').map((part) => part.split('='))) as { v1: string };
    expect(`t=${timestamp},v1=${parts.v1}`).toBe(header);
  });

  it('signs an empty body', () => {
    expect(signQflow({ secret, timestamp, body: '' })).toMatch(/^t=1777458180,v1=[0-9a-f]{64}$/);
  });

  it.each([1.5, -1, NaN, Infinity, 1_777_458_180_000])('refuses the timestamp %p', (wrong) => {
    expect(() => signQflow({ secret, timestamp: wrong, body })).toThrow(/timestamp must be .*Unix seconds/);
  });

  it('refuses to sign without a secret', () => {
    expect(() => signQflow({ secret: '', timestamp, body })).toThrow('missing or empty');
    expect(() => signQflow({ secrets: [], timestamp, body })).toThrow('at least one');
    expect(() => signQflow({ secrets: [secret, ''], timestamp, body })).toThrow('missing or empty');
  });

  it('names its header', () => {
    expect(QFLOW_SIGNATURE_HEADER).toBe('X-Qflow-Signature');
  });
});
