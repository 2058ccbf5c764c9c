import { describe, expect, it } from '@jest/globals';
import { v1aVector, vectors } from '../../test/fixtures.js';
import { signStandard } from './sign-standard.js';
import { importStandardPrivateKey } from './standard-keys.js';

const { secret, id, timestamp, body, header } = vectors.standard;

describe('signStandard', () => {
  it('reproduces the known-good v1 signature', () => {
    expect(signStandard({ secrets: [secret], id, timestamp, body })).toBe(header);
    expect(signStandard({ secrets: [secret], id, timestamp, body: Buffer.from(body) })).toBe(header);
    expect(signStandard({ secrets: [secret.slice('whsec_'.length)], id, timestamp, body })).toBe(header);
  });

  it('reproduces the published v1a signature, from seed and public key and from the seed alone', () => {
    const full = importStandardPrivateKey(v1aVector.privateKey);
    expect(signStandard({ ...v1aVector, privateKeys: [full] })).toBe(v1aVector.header);
    const seed = Buffer.from(v1aVector.privateKey.slice(5), 'base64').subarray(0, 32).toString('base64');
    const short = importStandardPrivateKey(`whsk_${seed}`);
    expect(signStandard({ ...v1aVector, body: Buffer.from(v1aVector.body), privateKeys: [short] })).toBe(
      v1aVector.header,
    );
  });

  it('lists one signature per secret and key, separated by spaces', () => {
    const secrets = [secret, 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'];
    const privateKeys = [importStandardPrivateKey(v1aVector.privateKey)];
    const signed = signStandard({ secrets, privateKeys, id, timestamp, body }).split(' ');
    expect(signed).toEqual([header, expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/), v1aVector.header]);
  });

  it.each([
    ['an id with a full stop', { id: 'msg.1' }, 'full stop'],
    ['an empty id', { id: '' }, 'empty'],
    ['milliseconds', { timestamp: Date.now() }, 'milliseconds'],
    ['no secret', { secrets: [] }, 'at least one secret'],
    ['an empty secret', { secrets: [''] }, 'base64'],
    ['a prefix without a secret', { secrets: ['whsec_'] }, 'base64'],
    ['a secret that is not base64', { secrets: ['whsec_not base64!'] }, 'base64'],
  ])('refuses %s', (_name, change, message) => {
    expect(() => signStandard({ secrets: [secret], id, timestamp, body, ...change })).toThrow(message);
  });
});
