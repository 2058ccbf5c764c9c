import { describe, expect, it } from '@jest/globals';
import { mintStandardKeyPair, importStandardPrivateKey, mintSecret } from '@qflow/signing';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { sampleEvent, sampleEvents } from './sample-events.js';
import { signedFor } from './signed-for.js';

const [newest, older] = [mintSecret('standard'), mintSecret('standard')];

const libraries = [
  ['standardwebhooks', StandardWebhook],
  ['svix', SvixWebhook],
] as const;

describe.each(libraries)('the published library %s', (_name, Webhook) => {
  /** Throws unless the request is genuine; what else it answers is each library's own business. */
  const verify = (
    secret: string,
    { headers, body }: { headers: Record<string, string>; body: Buffer },
  ): unknown => new Webhook(secret).verify(body.toString('utf8'), headers);

  it('accepts every event in the format standard', () => {
    for (const event of sampleEvents) {
      const request = signedFor('standard', event, { secrets: [newest] });
      expect(() => verify(newest, request)).not.toThrow();
    }
  });

  it('accepts either secret while a rotation overlaps', () => {
    const request = signedFor('standard', sampleEvent('comms.opened'), { secrets: [newest, older] });
    for (const secret of [newest, older]) expect(() => verify(secret, request)).not.toThrow();
  });

  it('is not disturbed by a signature with Ed25519', () => {
    const privateKeys = [importStandardPrivateKey(mintStandardKeyPair().privateKey)];
    const request = signedFor('standard', sampleEvent('comms.sent'), { secrets: [newest], privateKeys });
    expect(request.headers['webhook-signature']).toMatch(/^v1,\S+ v1a,\S+$/);
    expect(() => verify(newest, request)).not.toThrow();
  });

  it('refuses another body, another secret, another id, and what is old', () => {
    const event = sampleEvent('comms.sent');
    const request = signedFor('standard', event, { secrets: [newest] });
    const body = Buffer.from(request.body.toString('utf8').replace('sent', 'seen'));
    expect(() => verify(newest, { ...request, body })).toThrow();
    expect(() => verify(older, request)).toThrow();
    const headers = { ...request.headers, 'webhook-id': event.accountId };
    expect(() => verify(newest, { ...request, headers })).toThrow();
    const at = new Date(Date.now() - 310_000);
    expect(() => verify(newest, signedFor('standard', event, { secrets: [newest], at }))).toThrow();
  });
});

describe('the published library standardwebhooks', () => {
  it('answers the event: type, time and the data of the Qflow format', () => {
    const event = sampleEvent('comms.clicked');
    const { headers, body } = signedFor('standard', event, { secrets: [newest] });
    const { type, createdAt: timestamp, data } = event;
    const answer = new StandardWebhook(newest).verify(body.toString('utf8'), headers);
    expect(answer).toEqual({ type, timestamp, data });
  });
});
