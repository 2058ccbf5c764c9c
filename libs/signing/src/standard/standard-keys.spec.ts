import { describe, expect, it } from '@jest/globals';
import { v1aVector } from '../../test/fixtures.js';
import { signStandard } from './sign-standard.js';
import { importStandardPrivateKey, importStandardPublicKey, mintStandardKeyPair } from './standard-keys.js';
import { verifyStandard } from './verify-standard.js';

describe('Ed25519 keys of Standard Webhooks', () => {
  it('mints pairs that sign and verify', () => {
    const pair = mintStandardKeyPair();
    const message = { id: 'msg_1', timestamp: 1614265330, body: '{}' };
    const signature = signStandard({ ...message, privateKeys: [importStandardPrivateKey(pair.privateKey)] });
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1614265330',
      'webhook-signature': signature,
    };
    const publicKeys = [importStandardPublicKey(pair.publicKey)];
    expect(verifyStandard({ headers, body: '{}', publicKeys, now: 1614265330 }).valid).toBe(true);
    expect(pair.privateKey).not.toBe(mintStandardKeyPair().privateKey);
  });

  it.each(['', 'whpk_', 'whpk_AAAA', 'whpk_!!!!', v1aVector.privateKey])(
    'refuses the public key %p',
    (key) => {
      expect(() => importStandardPublicKey(key)).toThrow('whpk_');
    },
  );

  it.each(['', 'whsk_', 'whsk_AAAA', 'whsk_!!!!'])('refuses the private key %p', (key) => {
    expect(() => importStandardPrivateKey(key)).toThrow('whsk_');
  });
});
