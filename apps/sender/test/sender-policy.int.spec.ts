import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  activateDomain,
  createDomain,
  deactivateDomain,
  senderIdentity,
  verifyDomain,
  type SenderIdentity,
} from '@qflow/contracts';
import { sendRequest } from '@qflow/testing';
import { SenderHarness } from './sender-harness.js';

/** The from address of the harness' template. */
const wanted = 'tickets@example.com';

let harness: SenderHarness;

const identity = (accountId: string, fromAddress = wanted): Promise<SenderIdentity> =>
  harness.rpc.ask(senderIdentity, { accountId, fromAddress });

/** An account that has verified and activated the domain of the template. */
async function owner(domain = 'example.com'): Promise<string> {
  const accountId = randomUUID();
  await harness.rpc.ask(createDomain, { accountId, domain });
  await harness.rpc.ask(verifyDomain, { accountId });
  await harness.rpc.ask(activateDomain, { accountId });
  return accountId;
}

const mailOf = (sendId: string) => harness.sendgrid.mails.find((mail) => mail.sendId === sendId)?.body;

describe('with fallback', () => {
  beforeAll(async () => {
    harness = await SenderHarness.start({
      PLATFORM_FROM_ADDRESS: 'mail@platform.example',
      PLATFORM_FROM_NAME: 'Platform',
    });
  });
  afterAll(() => harness.stop());

  it('a domain of the account is its sender', async () => {
    const accountId = await owner();
    expect(await identity(accountId)).toEqual({ fromAddress: wanted, replyTo: null, as: 'own' });
    const request = sendRequest({ accountId });
    await harness.request(request);
    await harness.state(request, 'sent');
    expect(mailOf(request.sendId)).toMatchObject({
      from: { email: wanted, name: 'Tickets' },
      reply_to: { email: 'support@example.com' },
    });
  });

  it('anybody else sends from the platform’s address, with a way to answer', async () => {
    const request = sendRequest();
    expect(await identity(request.accountId)).toEqual({
      fromAddress: 'mail@platform.example',
      replyTo: wanted,
      as: 'fallback',
    });
    await harness.request(request);
    await harness.state(request, 'sent');
    expect(mailOf(request.sendId)).toMatchObject({
      from: { email: 'mail@platform.example', name: 'Tickets' },
      reply_to: { email: 'support@example.com' },
    });
  });

  it('a domain that is not active, not verified, or only looks like it, is not the sender', async () => {
    const accountId = await owner('tickets.example');
    const own = 'a@tickets.example';
    expect(await identity(accountId, 'A@Tickets.Example')).toMatchObject({ as: 'own' });
    for (const address of [
      'a@sub.tickets.example',
      'a@xtickets.example',
      'tickets.example@elsewhere.example',
    ])
      expect(await identity(accountId, address)).toMatchObject({ as: 'fallback' });
    await harness.rpc.ask(deactivateDomain, { accountId });
    expect(await identity(accountId, own)).toMatchObject({ as: 'fallback' });
    await harness.rpc.ask(activateDomain, { accountId });
    expect(await identity(accountId, own)).toMatchObject({ as: 'own' });
    harness.sendgrid.domains.missing.set('tickets.example', ['dkim1']);
    await harness.rpc.ask(verifyDomain, { accountId });
    expect(await identity(accountId, own)).toMatchObject({ as: 'fallback' });
  });
});

describe('with refuse', () => {
  beforeAll(async () => {
    harness = await SenderHarness.start({ UNVERIFIED_SENDERS: 'refuse' });
  });
  afterAll(() => harness.stop());

  it('an e-mail of a domain that is not the account’s fails for good, and says why', async () => {
    const request = sendRequest();
    await harness.request(request);
    await harness.state(request, 'failed');
    const error = `${wanted} is not of a verified and active sender domain of this account`;
    const [event] = await harness.announced(request.sendId, ['comms.failed']);
    expect(event?.data.error).toBe(error);
    expect(mailOf(request.sendId)).toBeUndefined();
    expect(await identity(request.accountId)).toMatchObject({ as: 'refused' });
  });

  it('a domain of the account is its sender', async () => {
    const request = sendRequest({ accountId: await owner() });
    await harness.request(request);
    await harness.state(request, 'sent');
  });
});

describe('with allow', () => {
  beforeAll(async () => {
    harness = await SenderHarness.start();
  });
  afterAll(() => harness.stop());

  it('any address is passed on, but never one of a domain that another account has verified', async () => {
    const request = sendRequest();
    expect(await identity(request.accountId, 'a@anywhere.example')).toMatchObject({ as: 'own' });
    await owner('taken.example');
    expect(await identity(request.accountId, 'a@taken.example')).toMatchObject({ as: 'refused' });
    await harness.request(request);
    await harness.state(request, 'sent');
    expect(mailOf(request.sendId)).toMatchObject({ from: { email: wanted } });
  });
});
