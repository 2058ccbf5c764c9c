import { describe, expect, it } from '@jest/globals';
import { vectors } from '../../test/fixtures.js';
import { hostileHeaders } from '../../test/hostile-headers.js';
import { signQflow } from './sign-qflow.js';
import { verifyQflow } from './verify-qflow.js';

const { secret, timestamp, body, header } = vectors.qflow;
const other = 'f'.repeat(64);
const now = timestamp;
const v1 = header.split(',')[1]!;
const genuine = { valid: true, timestamp };
const refused = (reason: string) => ({ valid: false, reason });

describe('verifyQflow', () => {
  it('accepts the known-good header over a string, a Buffer and a Uint8Array', () => {
    expect(verifyQflow({ secret, header, body, now })).toEqual(genuine);
    expect(verifyQflow({ secret, header, body: Buffer.from(body), now })).toEqual(genuine);
    expect(verifyQflow({ secret, header, body: new TextEncoder().encode(body), now })).toEqual(genuine);
  });

  it.each([
    ['another byte', `${body} `],
    ['the same JSON printed again', JSON.stringify(JSON.parse(body), null, 2)],
    ['a body that is empty', ''],
  ])('refuses %s', (_name, changed) => {
    expect(verifyQflow({ secret, header, body: changed, now })).toEqual(refused('signature_mismatch'));
  });

  it('refuses another secret and another timestamp', () => {
    expect(verifyQflow({ secret: other, header, body, now })).toEqual(refused('signature_mismatch'));
    const moved = header.replace(`t=${timestamp}`, `t=${timestamp + 1}`);
    expect(verifyQflow({ secret, header: moved, body, now })).toEqual(refused('signature_mismatch'));
  });

  it('does not take the secret for hex', () => {
    const decoded = Buffer.from(secret, 'hex').toString('latin1');
    expect(verifyQflow({ secret: decoded, header, body, now })).toEqual(refused('signature_mismatch'));
  });

  it('accepts what is 300 seconds away, either way, and nothing beyond', () => {
    for (const offset of [-300, 300]) {
      expect(verifyQflow({ secret, header, body, now: now + offset })).toEqual(genuine);
    }
    for (const offset of [-301, 301]) {
      const result = verifyQflow({ secret, header, body, now: now + offset });
      expect(result).toEqual(refused('timestamp_out_of_window'));
    }
  });

  it('takes another tolerance, and the system clock where no other is given', () => {
    expect(verifyQflow({ secret, header, body, now: now + 10, toleranceSeconds: 9 })).toEqual(
      refused('timestamp_out_of_window'),
    );
    expect(verifyQflow({ secret, header, body, now: now + 9000, toleranceSeconds: 9000 })).toEqual(genuine);
    expect(verifyQflow({ secret, header, body, toleranceSeconds: NaN })).toEqual(
      refused('timestamp_out_of_window'),
    );
    const fresh = Math.floor(Date.now() / 1000);
    const signed = signQflow({ secret, timestamp: fresh, body });
    expect(verifyQflow({ secret, header: signed, body })).toEqual({ valid: true, timestamp: fresh });
  });

  it('accepts either secret during a rotation, on either side', () => {
    const overlap = signQflow({ secrets: [other, secret], timestamp, body });
    expect(verifyQflow({ secret, header: overlap, body, now })).toEqual(genuine);
    expect(verifyQflow({ secret: other, header: overlap, body, now })).toEqual(genuine);
    expect(verifyQflow({ secrets: [other, secret], header, body, now })).toEqual(genuine);
    expect(verifyQflow({ secret: 'a'.repeat(64), header: overlap, body, now })).toEqual(
      refused('signature_mismatch'),
    );
  });

  it('ignores versions it does not know as long as a v1 is there', () => {
    expect(verifyQflow({ secret, header: `${header},v2=whatever,x=`, body, now })).toEqual(genuine);
    expect(verifyQflow({ secret, header: `t=${timestamp},v2=whatever`, body, now })).toEqual(
      refused('missing_signature'),
    );
    expect(verifyQflow({ secret, header: `t=${timestamp},v2=${v1.slice(3)}`, body, now })).toEqual(
      refused('missing_signature'),
    );
  });

  it('skips a malformed v1 beside a good one', () => {
    expect(verifyQflow({ secret, header: `t=${timestamp},v1=zz,${v1}`, body, now })).toEqual(genuine);
  });

  it.each([
    ['order', `${v1},t=${timestamp}`],
    ['white space around elements', `  t=${timestamp} ,\t${v1}  `],
    ['empty elements', `,t=${timestamp},,${v1},`],
    ['upper-case hex', header.replace(/[a-f]/g, (letter) => letter.toUpperCase()).replace('V1', 'v1')],
  ])('does not mind %s', (_name, variant) => {
    expect(verifyQflow({ secret, header: variant, body, now })).toEqual(genuine);
  });

  it('reads two lines of the header as one list', () => {
    expect(verifyQflow({ secret, header: [`t=${timestamp}`, v1], body, now })).toEqual(genuine);
  });

  it.each([
    ['no header', undefined, 'missing_signature'],
    ['an empty header', '', 'missing_signature'],
    ['blanks', '  ', 'missing_signature'],
    ['no v1', `t=${timestamp}`, 'missing_signature'],
    ['no t', v1, 'malformed_header'],
    ['two t', `t=${timestamp},${header}`, 'malformed_header'],
    ['a t that is no number', `t=1e9,${v1}`, 'malformed_header'],
    ['a t with a sign', `t=+${timestamp},${v1}`, 'malformed_header'],
    ['a t in milliseconds', `t=${timestamp}000,${v1}`, 'timestamp_out_of_window'],
    ['a v1 that is too short', `t=${timestamp},v1=abc`, 'malformed_header'],
    ['an element without a value', `${header},v2`, 'malformed_header'],
    ['capital names', header.toUpperCase(), 'missing_signature'],
    ['a header of 4 KiB and more', `${header},v2=${'x'.repeat(4096)}`, 'malformed_header'],
  ])('refuses %s', (_name, wrong, reason) => {
    expect(verifyQflow({ secret, header: wrong, body, now })).toEqual(refused(reason));
  });

  it('refuses hostile headers without throwing', () => {
    for (const hostile of hostileHeaders) {
      expect(verifyQflow({ secret, header: hostile as string, body, now }).valid).toBe(false);
    }
  });

  it.each([[JSON.parse(body) as string], [null], [undefined], [42 as unknown as string]])(
    'says so when a parser has eaten the raw body: %p',
    (parsed) => {
      expect(verifyQflow({ secret, header, body: parsed, now })).toEqual(refused('raw_body_missing'));
    },
  );

  it('throws for a secret that is not configured: anybody can sign with the empty key', () => {
    expect(() => verifyQflow({ secret: '', header, body, now })).toThrow(TypeError);
    expect(() => verifyQflow({ secret: undefined as unknown as string, header, body, now })).toThrow(
      TypeError,
    );
    expect(() => verifyQflow({ secrets: [], header, body, now })).toThrow(TypeError);
    expect(() => verifyQflow({ secrets: secret as unknown as string[], header, body, now })).toThrow('list');
  });
});
