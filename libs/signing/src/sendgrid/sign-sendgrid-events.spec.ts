import { describe, expect, it } from '@jest/globals';
import { createSendgridVerifier } from './create-sendgrid-verifier.js';
import { importSendgridPrivateKey, mintSendgridKeyPair, sendgridPublicKeyOf } from './sendgrid-keys.js';
import { signSendgridEvents } from './sign-sendgrid-events.js';

const body = Buffer.from('[{"event":"delivered","email":"zoë@example.com"}]\r\n');
const timestamp = 1777458180;

describe('signSendgridEvents', () => {
  it('signs what the verifier accepts, with minted keys', () => {
    const pair = mintSendgridKeyPair();
    const privateKey = importSendgridPrivateKey(pair.privateKey);
    expect(sendgridPublicKeyOf(privateKey)).toBe(pair.publicKey);

    const headers = signSendgridEvents({ privateKey, timestamp, body });
    expect(headers['X-Twilio-Email-Event-Webhook-Timestamp']).toBe('1777458180');
    const verify = createSendgridVerifier([pair.publicKey]);
    const received = {
      signature: headers['X-Twilio-Email-Event-Webhook-Signature'],
      timestamp: headers['X-Twilio-Email-Event-Webhook-Timestamp'],
      now: timestamp,
    };
    expect(verify({ ...received, body })).toEqual({ valid: true, timestamp });
    expect(verify({ ...received, body: body.subarray(0, -2) }).valid).toBe(false);
  });

  it('refuses a timestamp in milliseconds', () => {
    const privateKey = importSendgridPrivateKey(mintSendgridKeyPair().privateKey);
    expect(() => signSendgridEvents({ privateKey, timestamp: 1777458180000, body })).toThrow('milliseconds');
  });

  it('refuses a key that is none', () => {
    expect(() => importSendgridPrivateKey('garbage')).toThrow('P-256 private key');
    expect(() => importSendgridPrivateKey(mintSendgridKeyPair().publicKey)).toThrow('P-256 private key');
  });
});
