import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createDomain,
  deleteDomain,
  getAccountProviders,
  getDomain,
  senderIdentity,
  setAccountProviders,
  verifyDomain,
  type ProviderName,
} from '@qflow/contracts';
import { mergeData, sendRequest } from '@qflow/testing';
import { SenderHarness } from './sender-harness.js';

let harness: SenderHarness;

beforeAll(async () => {
  harness = await SenderHarness.start({ SANDBOX_URL: 'http://127.0.0.1:9', SANDBOX_API_KEY: 'SG.other' });
});
afterAll(() => harness.stop());

const get = (accountId: string) => harness.rpc.ask(getAccountProviders, { accountId });
const set = (accountId: string, providers: unknown) =>
  harness.rpc.ask(setAccountProviders, { accountId, providers: providers as ProviderName[] | null });

describe("an account's providers", () => {
  it('are those of the installation until they are set, and again when they are taken away', async () => {
    const accountId = randomUUID();
    const byDefault = { providers: ['sendgrid'], own: false, available: ['sendgrid', 'sandbox'] };
    expect(await get(accountId)).toEqual(byDefault);
    const own = { ...byDefault, providers: ['sandbox', 'sendgrid'], own: true };
    expect(await set(accountId, ['sandbox', 'sendgrid'])).toEqual(own);
    expect(await get(accountId)).toEqual(own);
    expect(await set(accountId, ['sandbox'])).toEqual({ ...own, providers: ['sandbox'] });
    expect(await get(randomUUID())).toEqual(byDefault);
    expect(await set(accountId, null)).toEqual(byDefault);
    expect(await set(accountId, null)).toEqual(byDefault);
  });

  it.each<[string, unknown, string]>([
    ['nothing', [], 'must name at least one provider; null goes back to the default of the installation'],
    [
      'no list',
      'sandbox',
      'must name at least one provider; null goes back to the default of the installation',
    ],
    ['an unknown one', ['mailgun'], 'names "mailgun", which is none of sendgrid, smtp, sandbox'],
    ['what is no name', [null], 'names null, which is none of sendgrid, smtp, sandbox'],
    [
      'one that is not configured',
      ['sendgrid', 'smtp'],
      'names smtp, which this installation is not configured for (it is for sendgrid, sandbox)',
    ],
    ['one twice', ['sendgrid', 'sandbox', 'sendgrid'], 'names sendgrid twice'],
  ])('cannot be %s', async (_what, providers, message) => {
    const accountId = randomUUID();
    await set(accountId, ['sandbox']);
    await expect(set(accountId, providers)).rejects.toMatchObject({
      code: 'validation_error',
      extras: { errors: [{ path: '/providers', message }] },
    });
    expect(await get(accountId)).toMatchObject({ providers: ['sandbox'] });
  });
});

describe('the link to unsubscribe', () => {
  const unsubscribeUrl = 'https://comms.example.com/unsubscribe/token';

  const headersOf = async (on: SenderHarness, link?: string): Promise<unknown> => {
    const merge = mergeData();
    const request = sendRequest({
      merge: { ...merge, links: { ...merge.links, ...(link && { unsubscribeUrl: link }) } },
    });
    await on.request(request);
    await on.state(request, 'sent');
    return on.sendgrid.mails.find(({ sendId }) => sendId === request.sendId)?.body.headers;
  };

  it('is in the headers of an e-mail that has one', async () => {
    expect(await headersOf(harness, unsubscribeUrl)).toEqual({
      'List-Unsubscribe': `<${unsubscribeUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
    expect(await headersOf(harness)).toBeUndefined();
  });

  it('is in none where an operator does not want it', async () => {
    const other = await SenderHarness.start({ LIST_UNSUBSCRIBE: 'off' });
    try {
      expect(await headersOf(other, unsubscribeUrl)).toBeUndefined();
    } finally {
      await other.stop();
    }
  });
});

describe('an installation with a mail server only', () => {
  let mailServer: SenderHarness;
  beforeAll(async () => {
    mailServer = await SenderHarness.start({
      PROVIDERS: 'smtp',
      SMTP_URL: 'smtp://127.0.0.1:9',
      SENDGRID_API_KEY: '',
      UNVERIFIED_SENDERS: 'refuse',
    });
  });
  afterAll(() => mailServer.stop());

  it('authenticates no sender domains, and says who does', async () => {
    const accountId = randomUUID();
    for (const asked of [
      mailServer.rpc.ask(createDomain, { accountId, domain: 'example.com' }),
      mailServer.rpc.ask(getDomain, { accountId }),
      mailServer.rpc.ask(verifyDomain, { accountId }),
      mailServer.rpc.ask(deleteDomain, { accountId }),
    ])
      await expect(asked).rejects.toMatchObject({
        code: 'domain_not_supported',
        detail: expect.stringContaining('Ask its operator'),
      });
    expect(await mailServer.query('SELECT FROM sender_domains')).toEqual([]);
  });

  it('treats senders as it is told to', async () => {
    const asked = { accountId: randomUUID(), fromAddress: 'tickets@example.com' };
    expect(await mailServer.rpc.ask(senderIdentity, asked)).toMatchObject({ as: 'refused' });
  });
});
