import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { vectors } from '../../test/fixtures.js';
import { hostileHeaders } from '../../test/hostile-headers.js';
import { signSendcomms } from './sign-sendcomms.js';
import { verifySendcomms } from './verify-sendcomms.js';

const { secret, body, header } = vectors.sendcomms;
const refused = (reason: string) => ({ valid: false, reason });

describe('verifySendcomms', () => {
  it('accepts the known-good header', () => {
    expect(verifySendcomms({ secret, header, body })).toEqual({ valid: true });
    expect(verifySendcomms({ secret, header, body: Buffer.from(body) })).toEqual({ valid: true });
    const capitals = `sha256=${header.slice(7).toUpperCase()}`;
    expect(verifySendcomms({ secret, header: ` ${capitals} `, body })).toEqual({ valid: true });
  });

  it('accepts either secret during a rotation', () => {
    const headers = signSendcomms({ secrets: ['new-secret-of-ours', secret], body });
    const received = {
      header: headers['X-SendComms-Signature'],
      previousHeader: headers['X-SendComms-Signature-Previous'],
      body,
    };
    expect(verifySendcomms({ secret, ...received })).toEqual({ valid: true });
    expect(verifySendcomms({ secret: 'new-secret-of-ours', ...received })).toEqual({ valid: true });
    expect(verifySendcomms({ secrets: ['x', secret], header, body })).toEqual({ valid: true });
  });

  it('is accepted by the sample receiver of the documentation, which prints the parsed body again', () => {
    const reprinted = JSON.stringify(JSON.parse(body));
    const expected = `sha256=${createHmac('sha256', secret).update(reprinted).digest('hex')}`;
    expect(signSendcomms({ secret, body })['X-SendComms-Signature']).toBe(expected);
  });

  it('refuses what is not authentic', () => {
    expect(verifySendcomms({ secret, header, body: `${body} ` })).toEqual(refused('signature_mismatch'));
    expect(verifySendcomms({ secret: 'other', header, body })).toEqual(refused('signature_mismatch'));
    expect(verifySendcomms({ secret, header: undefined, body })).toEqual(refused('missing_signature'));
    expect(verifySendcomms({ secret, header: 'sha256=abc', body })).toEqual(refused('malformed_header'));
    expect(verifySendcomms({ secret, header: header.slice(7), body })).toEqual(refused('malformed_header'));
    expect(verifySendcomms({ secret, header, body: {} as string })).toEqual(refused('raw_body_missing'));
  });

  it('refuses hostile headers without throwing', () => {
    for (const hostile of hostileHeaders) {
      expect(verifySendcomms({ secret, header: hostile as string, body }).valid).toBe(false);
      const previousHeader = hostile as string;
      expect(verifySendcomms({ secret, header: undefined, previousHeader, body }).valid).toBe(false);
    }
  });
});
