import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { sendgridVectors } from '../../test/fixtures.js';
import { hostileHeaders } from '../../test/hostile-headers.js';
import { createSendgridVerifier } from './create-sendgrid-verifier.js';
import { mintSendgridKeyPair } from './sendgrid-keys.js';

const { single, multiple, testEvent, rejected: wrong } = sendgridVectors;
const published = [
  ['one event', single],
  ['several events', multiple],
  ['a test event', testEvent],
] as const;
const request = (vector: typeof single) => ({
  signature: vector.signature,
  timestamp: vector.timestamp,
  body: Buffer.from(vector.payload),
  now: Number(vector.timestamp),
});
const refused = (reason: string) => ({ valid: false, reason });
const verifySingle = createSendgridVerifier([single.publicKey]);

describe('createSendgridVerifier', () => {
  it.each(published)('accepts the published post of %s', (_name, vector) => {
    const verify = createSendgridVerifier([vector.publicKey]);
    const genuine = { valid: true, timestamp: Number(vector.timestamp) };
    expect(verify(request(vector))).toEqual(genuine);
    expect(verify({ ...request(vector), body: vector.payload })).toEqual(genuine);
  });

  it('tries every key', () => {
    const keys = [multiple.publicKey, wrong.publicKey, testEvent.publicKey, single.publicKey];
    const verify = createSendgridVerifier(keys);
    for (const [, vector] of published) expect(verify(request(vector)).valid).toBe(true);
  });

  describe.each(published)('with the published counterexamples, for the post of %s', (_name, vector) => {
    const verify = createSendgridVerifier([vector.publicKey]);

    it('refuses another key', () => {
      const otherKeys = [wrong.publicKey, ...published.map(([, { publicKey }]) => publicKey)];
      const others = createSendgridVerifier(otherKeys.filter((key) => key !== vector.publicKey));
      expect(others(request(vector))).toEqual(refused('signature_mismatch'));
    });

    it.each(wrong.payloads)('refuses the payload %j', (payload) => {
      const check = verify({ ...request(vector), body: Buffer.from(payload) });
      expect(check).toEqual(refused('signature_mismatch'));
    });

    it.each([
      ['another', 'signature_mismatch'],
      ['spoiledStart', 'signature_mismatch'],
      ['spoiledEnd', 'malformed_header'],
      ['word', 'malformed_header'],
    ] as const)('refuses the signature "%s"', (name, reason) => {
      expect(verify({ ...request(vector), signature: wrong.signatures[name] })).toEqual(refused(reason));
    });

    it.each(wrong.timestamps)('refuses the timestamp %j', (timestamp) => {
      const reason = timestamp === '' ? 'missing_signature' : 'malformed_header';
      expect(verify({ ...request(vector), timestamp })).toEqual(refused(reason));
    });

    it('refuses the signature of another post, and this one with another time', () => {
      const other = vector === single ? multiple : single;
      expect(verify({ ...request(vector), signature: other.signature }).valid).toBe(false);
      const later = String(Number(vector.timestamp) + 1);
      expect(verify({ ...request(vector), timestamp: later })).toEqual(refused('signature_mismatch'));
    });

    it('refuses every prefix, and one byte more', () => {
      const body = Buffer.from(vector.payload);
      for (let length = 0; length < body.length; length++)
        expect(verify({ ...request(vector), body: body.subarray(0, length) }).valid).toBe(false);
      for (const more of ['\n', ' ', '\0', '\r\n'])
        expect(verify({ ...request(vector), body: Buffer.concat([body, Buffer.from(more)]) }).valid).toBe(
          false,
        );
    });
  });

  it('needs the trailing CR LF', () => {
    const body = Buffer.from(single.payload.trimEnd());
    expect(verifySingle({ ...request(single), body })).toEqual(refused('signature_mismatch'));
  });

  it('refuses stale posts, with a window that can be widened', () => {
    const late = Number(single.timestamp) + 3600;
    expect(verifySingle({ ...request(single), now: late })).toEqual(refused('timestamp_out_of_window'));
    const patient = createSendgridVerifier([single.publicKey], { toleranceSeconds: 86_400 });
    expect(patient({ ...request(single), now: late }).valid).toBe(true);
    expect(verifySingle({ ...request(single), now: undefined })).toEqual(refused('timestamp_out_of_window'));
  });

  it.each([
    [-301, false],
    [-300, true],
    [300, true],
    [301, false],
  ])('with its window of five minutes and a clock that is %i s ahead: %s', (ahead, valid) => {
    expect(verifySingle({ ...request(single), now: Number(single.timestamp) + ahead }).valid).toBe(valid);
  });

  it('refuses what is missing or malformed', () => {
    expect(verifySingle({ ...request(single), signature: undefined })).toEqual(refused('missing_signature'));
    expect(verifySingle({ ...request(single), timestamp: undefined })).toEqual(refused('missing_signature'));
    expect(verifySingle({ ...request(single), signature: 'AAAA'.repeat(30) })).toEqual(
      refused('malformed_header'),
    );
    expect(verifySingle({ ...request(single), body: {} as string })).toEqual(refused('raw_body_missing'));
  });

  it('survives hostile headers and every damage to a genuine signature', () => {
    for (const hostile of hostileHeaders) {
      expect(verifySingle({ ...request(single), signature: hostile as string }).valid).toBe(false);
      expect(verifySingle({ ...request(single), timestamp: hostile as string }).valid).toBe(false);
    }
    const der = Buffer.from(single.signature, 'base64');
    for (let i = 0; i < der.length; i++) {
      const damaged = Buffer.from(der);
      damaged[i]! ^= 0x41;
      expect(verifySingle({ ...request(single), signature: damaged.toString('base64') }).valid).toBe(false);
      const cut = der.subarray(0, i).toString('base64');
      expect(verifySingle({ ...request(single), signature: cut }).valid).toBe(false);
    }
  });

  it('says which key is wrong', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).publicKey;
    const pem = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey;
    const der = { format: 'der', type: 'spki' } as const;
    for (const key of [
      '',
      'garbage',
      rsa.export(der).toString('base64'),
      p384.export(der).toString('base64'),
      wrong.corruptPublicKey,
      `${single.publicKey}${multiple.publicKey}`,
      `"${single.publicKey}"`,
      single.publicKey.slice(0, -4),
      mintSendgridKeyPair().privateKey,
      pem.export({ format: 'pem', type: 'spki' }).toString(),
    ]) {
      expect(() => createSendgridVerifier([single.publicKey, key])).toThrow(
        'key 2 of 2: a SendGrid verification key must be the base64 of a P-256 public key',
      );
    }
    expect(() => createSendgridVerifier([])).toThrow('at least one');
  });

  it('takes a key that was wrapped where it was copied from', () => {
    const wrapped = `${single.publicKey.slice(0, 60)}\n        ${single.publicKey.slice(60)}\n`;
    expect(createSendgridVerifier([wrapped])(request(single)).valid).toBe(true);
  });
});
