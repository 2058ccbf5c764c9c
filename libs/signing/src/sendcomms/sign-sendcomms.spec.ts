import { describe, expect, it } from '@jest/globals';
import { vectors } from '../../test/fixtures.js';
import { signSendcomms } from './sign-sendcomms.js';

const { secret, body, header } = vectors.sendcomms;

describe('signSendcomms', () => {
  it('reproduces the known-good header', () => {
    expect(signSendcomms({ secret, body })).toEqual({ 'X-SendComms-Signature': header });
    expect(signSendcomms({ secrets: [secret], body: Buffer.from(body) })).toEqual({
      'X-SendComms-Signature': header,
    });
  });

  it('keeps the first header to one signature during a rotation', () => {
    const older = signSendcomms({ secret: 'older-secret', body })['X-SendComms-Signature'];
    expect(signSendcomms({ secrets: [secret, 'older-secret'], body })).toEqual({
      'X-SendComms-Signature': header,
      'X-SendComms-Signature-Previous': older,
    });
  });

  it('refuses to sign without a secret', () => {
    expect(() => signSendcomms({ secret: '', body })).toThrow('missing or empty');
  });
});
