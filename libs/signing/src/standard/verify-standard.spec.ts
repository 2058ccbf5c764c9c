import { describe, expect, it } from '@jest/globals';
import { v1aVector, vectors } from '../../test/fixtures.js';
import { hostileHeaders } from '../../test/hostile-headers.js';
import { signStandard } from './sign-standard.js';
import { importStandardPublicKey } from './standard-keys.js';
import { verifyStandard, type StandardRequest } from './verify-standard.js';

const { secret, id, timestamp, body, header } = vectors.standard;
const other = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const now = timestamp;
const headers = {
  'webhook-id': id,
  'webhook-timestamp': String(timestamp),
  'webhook-signature': header,
};
const genuine = { valid: true, timestamp };
const refused = (reason: string) => ({ valid: false, reason });
const check = (change: Partial<StandardRequest> = {}) =>
  verifyStandard({ secret, headers, body, now, ...change });
const signedBy = (value: unknown) => check({ headers: { ...headers, 'webhook-signature': value as string } });

describe('verifyStandard', () => {
  it('accepts the known-good request, whatever the letter case of the header names', () => {
    expect(check()).toEqual(genuine);
    expect(check({ body: Buffer.from(body) })).toEqual(genuine);
    const capitals = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    expect(check({ headers: capitals })).toEqual(genuine);
  });

  it('accepts any of several signatures, and passes over versions it does not know', () => {
    const wrong = signStandard({ secrets: [other], id, timestamp, body });
    expect(signedBy(`${wrong} ${header}`)).toEqual(genuine);
    expect(signedBy(`v2,abc  v1a,xyz ${header} v1,AAAA`)).toEqual(genuine);
    expect(signedBy([wrong, header])).toEqual(genuine);
    expect(signedBy(wrong)).toEqual(refused('signature_mismatch'));
    expect(check({ secret: undefined as unknown as string, secrets: [other, secret] })).toEqual(genuine);
  });

  it('verifies v1a with the public key, alone or beside secrets', () => {
    const publicKeys = [importStandardPublicKey(v1aVector.publicKey)];
    const request = {
      headers: { ...headers, 'webhook-signature': v1aVector.header },
      body: v1aVector.body,
      now,
    };
    expect(verifyStandard({ ...request, publicKeys })).toEqual(genuine);
    expect(verifyStandard({ ...request, publicKeys, secret })).toEqual(genuine);
    expect(verifyStandard({ ...request, publicKeys, body: '{}' })).toEqual(refused('signature_mismatch'));
    expect(verifyStandard({ ...request, secret })).toEqual(refused('signature_mismatch'));
  });

  it('binds id, timestamp and body', () => {
    expect(check({ headers: { ...headers, 'webhook-id': 'msg_other' } })).toEqual(
      refused('signature_mismatch'),
    );
    expect(check({ body: `${body} ` })).toEqual(refused('signature_mismatch'));
    const later = { ...headers, 'webhook-timestamp': String(timestamp + 1) };
    expect(check({ headers: later })).toEqual(refused('signature_mismatch'));
  });

  it('does not let parts of the signed text change places', () => {
    // msg.1614265330.5.{} signed as id "msg", time 1614265330, body "5.{}" is also id "msg.1614265330", time 5.
    const signature = signStandard({ secrets: [secret], id: 'msg', timestamp, body: '1614265330.{}' });
    const shifted = { 'webhook-id': `msg.${timestamp}`, 'webhook-timestamp': String(timestamp) };
    const result = check({ headers: { ...shifted, 'webhook-signature': signature }, body: '{}' });
    expect(result).toEqual(refused('malformed_header'));
  });

  it('accepts what is 300 seconds away, either way, and nothing beyond', () => {
    expect(check({ now: now + 300 })).toEqual(genuine);
    expect(check({ now: now - 300 })).toEqual(genuine);
    expect(check({ now: now + 301 })).toEqual(refused('timestamp_out_of_window'));
    expect(check({ now: now - 301 })).toEqual(refused('timestamp_out_of_window'));
    expect(check({ now: now + 301, toleranceSeconds: 600 })).toEqual(genuine);
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
    'refuses a request without %s',
    (name) => {
      expect(check({ headers: { ...headers, [name]: undefined } })).toEqual(refused('missing_signature'));
    },
  );

  it.each([
    ['no known version', 'v2,AAAA', 'missing_signature'],
    ['a v1 that is no base64', 'v1,%%%%', 'malformed_header'],
    ['a v1 of another length', 'v1,AAAA', 'malformed_header'],
    ['a bare base64', header.slice(3), 'missing_signature'],
  ])('refuses a signature of %s', (_name, value, reason) => {
    expect(signedBy(value)).toEqual(refused(reason));
  });

  it('refuses hostile headers without throwing', () => {
    for (const hostile of hostileHeaders) {
      for (const name of Object.keys(headers)) {
        expect(check({ headers: { ...headers, [name]: hostile as string } }).valid).toBe(false);
      }
    }
    expect(check({ headers: {} }).valid).toBe(false);
    expect(check({ headers: Object.create(headers) as typeof headers }).valid).toBe(false);
    expect(check({ body: {} as string })).toEqual(refused('raw_body_missing'));
  });

  it('throws when there is nothing to verify with', () => {
    expect(() => verifyStandard({ headers, body, now })).toThrow(TypeError);
    expect(() => check({ secret: 'whsec_' })).toThrow('base64');
  });
});
