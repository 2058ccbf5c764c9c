import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { sendgridVectors } from '../../test/fixtures.js';
import { hostileHeaders } from '../../test/hostile-headers.js';
import { createSendgridVerifier } from './create-sendgrid-verifier.js';

const { single, multiple, rejected: wrong } = sendgridVectors;
const request = (vector: typeof single) => ({
  signature: vector.signature,
  timestamp: vector.timestamp,
  body: Buffer.from(vector.payload),
  now: Number(vector.timestamp),
});
const refused = (reason: string) => ({ valid: false, reason });
const verifySingle = createSendgridVerifier([single.publicKey]);

describe('createSendgridVerifier', () => {
  it.each([
    ['one event', single],
    ['several events', multiple],
  ])('accepts the published post of %s', (_name, vector) => {
    const verify = createSendgridVerifier([vector.publicKey]);
    const genuine = { valid: true, timestamp: Number(vector.timestamp) };
    expect(verify(request(vector))).toEqual(genuine);
    expect(verify({ ...request(vector), body: vector.payload })).toEqual(genuine);
  });

  it('tries every key', () => {
    const verify = createSendgridVerifier([multiple.publicKey, wrong.otherPublicKey, single.publicKey]);
    expect(verify(request(single)).valid).toBe(true);
    expect(verify(request(multiple)).valid).toBe(true);
  });

  it('refuses the published counterexamples', () => {
    const mismatch = refused('signature_mismatch');
    expect(createSendgridVerifier([wrong.otherPublicKey])(request(single))).toEqual(mismatch);
    expect(verifySingle({ ...request(single), body: Buffer.from(wrong.otherPayload) })).toEqual(mismatch);
    expect(verifySingle({ ...request(single), signature: wrong.otherSignature })).toEqual(mismatch);
    expect(verifySingle({ ...request(single), timestamp: wrong.otherTimestamp })).toEqual(
      refused('malformed_header'),
    );
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
      pem.export({ format: 'pem', type: 'spki' }).toString(),
    ]) {
      expect(() => createSendgridVerifier([single.publicKey, key])).toThrow(
        'key 2 of 2: a SendGrid verification key must be the base64 of a P-256 public key',
      );
    }
    expect(() => createSendgridVerifier([])).toThrow('at least one');
  });
});
