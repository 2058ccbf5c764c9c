import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  activateDomain,
  createDomain,
  deactivateDomain,
  deleteDomain,
  getDomain,
  verifyDomain,
  type SenderDomain,
} from '@qflow/contracts';
import fc from 'fast-check';
import { heldCall, hungUp } from './fake-domains.js';
import { SenderHarness } from './sender-harness.js';

let harness: SenderHarness;

beforeAll(async () => {
  harness = await SenderHarness.start();
});
afterAll(() => harness.stop());
afterEach(() => harness.sendgrid.domains.answer());

const account = (accountId: string = randomUUID()) => {
  const asked = { accountId };
  return {
    accountId,
    create: (domain: string): Promise<SenderDomain> => harness.rpc.ask(createDomain, { ...asked, domain }),
    get: () => harness.rpc.ask(getDomain, asked),
    verify: () => harness.rpc.ask(verifyDomain, asked),
    activate: () => harness.rpc.ask(activateDomain, asked),
    deactivate: () => harness.rpc.ask(deactivateDomain, asked),
    delete: () => harness.rpc.ask(deleteDomain, asked),
  };
};

const newDomain = (): string => `${randomUUID().slice(0, 8)}.example.com`;
const entriesOf = (domain: string) =>
  [...harness.sendgrid.domains.entries.values()].filter((entry) => entry.domain === domain);

/** The sender dies, as far as its work on domains goes: what it held is free at once instead of in half a minute. */
const forgetLeases = () => harness.query('UPDATE sender_domains SET busy_until = NULL');

describe('a sender domain', () => {
  it('is configured, verified, activated, deactivated and deleted', async () => {
    const { create, get, verify, activate, deactivate, delete: remove } = account();
    const domain = newDomain();
    const created = await create(domain.toUpperCase());
    expect(created).toEqual({
      id: expect.any(String),
      domain,
      verified: false,
      enabled: false,
      dnsRecords: [
        {
          type: 'CNAME',
          host: expect.stringMatching(/^qf[0-9a-f]{16}\./),
          data: 'u7.wl.sendgrid.net',
          valid: false,
        },
        {
          type: 'CNAME',
          host: `s1._domainkey.${domain}`,
          data: 's1.domainkey.u7.wl.sendgrid.net',
          valid: false,
        },
        {
          type: 'CNAME',
          host: `s2._domainkey.${domain}`,
          data: 's2.domainkey.u7.wl.sendgrid.net',
          valid: false,
        },
      ],
    });
    expect(await get()).toEqual(created);
    const verified = await verify();
    const dnsRecords = created.dnsRecords.map((record) => ({ ...record, valid: true }));
    expect(verified).toEqual({ ...created, verified: true, dnsRecords });
    expect(await activate()).toEqual({ ...verified, enabled: true });
    expect(await activate()).toEqual({ ...verified, enabled: true });
    expect(await deactivate()).toEqual(verified);
    expect(await remove()).toEqual({ deleted: true });
    expect(await get()).toBeNull();
    expect(entriesOf(domain)).toEqual([]);
  });

  it('is one per account: the same again is answered, another one is refused', async () => {
    const { create } = account();
    const domain = newDomain();
    const created = await create(domain);
    expect(await create(domain)).toEqual(created);
    await expect(create(newDomain())).rejects.toMatchObject({
      code: 'domain_already_configured',
      detail: `This account sends from ${domain} already. Delete that one first.`,
    });
    expect(entriesOf(domain)).toHaveLength(1);
  });

  it('asked for twenty times at once is made once', async () => {
    const { create, get } = account();
    const domain = newDomain();
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => create(domain)));
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'domain_busy' });
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(entriesOf(domain)).toHaveLength(1);
    expect(await get()).toMatchObject({ domain });
  });

  it('tells which records are missing, and is verified once they are there', async () => {
    const { create, verify, activate } = account();
    const domain = newDomain();
    harness.sendgrid.domains.missing.set(domain, ['dkim2']);
    await create(domain);
    const half = await verify();
    expect([half.verified, half.dnsRecords.map(({ valid }) => valid)]).toEqual([false, [true, true, false]]);
    await expect(activate()).rejects.toMatchObject({ code: 'domain_not_verified' });
    harness.sendgrid.domains.missing.delete(domain);
    expect(await verify()).toMatchObject({ verified: true });
    expect(await activate()).toMatchObject({ enabled: true });
    harness.sendgrid.domains.missing.set(domain, ['mail_cname']);
    expect(await verify()).toMatchObject({ verified: false, enabled: true });
  });

  it('of one account is not verified by the records of another', async () => {
    const [ours, theirs] = [account(), account()];
    const domain = newDomain();
    const first = await ours.create(domain);
    const second = await theirs.create(domain);
    expect(second.dnsRecords[0]?.host).not.toBe(first.dnsRecords[0]?.host);
    await ours.verify();
    expect(await theirs.get()).toMatchObject({ verified: false });
    await expect(theirs.activate()).rejects.toMatchObject({ code: 'domain_not_verified' });
    await theirs.delete();
    expect(await ours.get()).toMatchObject({ verified: true });
    expect(entriesOf(domain)).toHaveLength(1);
  });

  it('configured again after it was deleted has to be proven again', async () => {
    const { create, verify, delete: remove } = account();
    const domain = newDomain();
    const first = await create(domain);
    await verify();
    await remove();
    const second = await create(domain);
    expect(second.verified).toBe(false);
    expect(second.dnsRecords[0]?.host).not.toBe(first.dnsRecords[0]?.host);
  });

  it('that was removed at the provider is made again with the records it had', async () => {
    const { create, verify } = account();
    const domain = newDomain();
    const created = await create(domain);
    harness.sendgrid.domains.entries.clear();
    expect(await verify()).toEqual(created);
    expect(await verify()).toMatchObject({ verified: true });
  });

  it('that there is none of is not found', async () => {
    const { verify, activate, deactivate, delete: remove, get } = account();
    for (const call of [verify, activate, deactivate, remove])
      await expect(call()).rejects.toMatchObject({ code: 'not_found' });
    expect(await get()).toBeNull();
  });

  it('is found by its exact name among many that look like it', async () => {
    const domain = newDomain();
    for (let index = 0; index < 60; index++) await account().create(`n${index}.${domain}`);
    const { create } = account();
    const created = await create(domain);
    await harness.query('UPDATE sender_domains SET provider_id = NULL WHERE id = $1', [created.id]);
    expect(await create(domain)).toEqual(created);
    expect(entriesOf(domain)).toHaveLength(1);
  });
});

describe('a sender that dies while the provider works', () => {
  it.each([
    ['before it has the domain', false],
    ['after it has the domain', true],
  ])('%s: a repetition finishes it, with one entry', async (_when, made) => {
    const { create, get } = account();
    const domain = newDomain();
    harness.sendgrid.domains.answer((call, response, work) => {
      if (!call.startsWith('POST')) return work();
      // The answer never arrives: the provider may, or may not, have done what it was asked for.
      if (made) harness.sendgrid.domains.answer();
      if (made) work();
      response.destroy();
      return undefined;
    });
    await create(domain).catch(() => undefined);
    harness.sendgrid.domains.answer();
    await harness.query('UPDATE sender_domains SET provider_id = NULL WHERE domain = $1', [domain]);
    await forgetLeases();
    expect(await get()).toBeNull();
    const created = await create(domain);
    expect(created).toMatchObject({ domain, verified: false });
    expect(created.dnsRecords).toHaveLength(3);
    expect(entriesOf(domain)).toHaveLength(1);
  });

  it('does not keep the account from another domain, and leaves nothing behind', async () => {
    const { create, get } = account();
    const [first, second] = [newDomain(), newDomain()];
    await create(first);
    await harness.query('UPDATE sender_domains SET provider_id = NULL WHERE domain = $1', [first]);
    expect(await create(second)).toMatchObject({ domain: second });
    expect(await get()).toMatchObject({ domain: second });
    expect(entriesOf(first)).toEqual([]);
  });

  it('while deleting leaves a domain that is not used, and a repetition finishes it', async () => {
    const { create, verify, activate, get, delete: remove } = account();
    const domain = newDomain();
    await create(domain);
    await verify();
    await activate();
    harness.sendgrid.domains.answer((call, response, work) => {
      if (call.startsWith('DELETE')) response.destroy();
      else work();
    });
    await expect(remove()).rejects.toMatchObject({ code: 'unavailable' });
    expect(await get()).toMatchObject({ verified: false, enabled: false });
    harness.sendgrid.domains.answer();
    expect(await remove()).toEqual({ deleted: true });
    expect(entriesOf(domain)).toEqual([]);
  });

  it('holds up only those who want the same domain, and they are told', async () => {
    const busy = account();
    const domain = newDomain();
    const { hold, came, release } = heldCall();
    harness.sendgrid.domains.answer(hold);
    const first = busy.create(domain);
    await came;
    harness.sendgrid.domains.answer();
    await expect(busy.create(domain)).rejects.toMatchObject({
      code: 'domain_busy',
      detail: 'Another request is working on this domain. Try again shortly.',
      extras: { retryAfter: 2 },
    });
    expect(await account().create(domain)).toMatchObject({ domain });
    release();
    expect(await first).toMatchObject({ domain });
  });
});

describe('a provider in trouble', () => {
  it.each([401, 403, 429, 500, 503])(
    'that answers %d is unavailable, and nothing is lost',
    async (status) => {
      const { create, get } = account();
      const domain = newDomain();
      harness.sendgrid.domains.answer(
        (_call, response) => void response.writeHead(status).end('{"errors":[]}'),
      );
      await expect(create(domain)).rejects.toMatchObject({
        code: 'unavailable',
        detail: 'The e-mail provider does not answer as it should. Try again shortly.',
      });
      harness.sendgrid.domains.answer();
      expect(await get()).toBeNull();
      expect(await create(domain)).toMatchObject({ domain });
    },
  );

  it.each(['', 'null', '{}', '<html>', '[{}]'])('that answers %j is unavailable', async (body) => {
    harness.sendgrid.domains.answer((call, response) => {
      response
        .writeHead(call.startsWith('POST') ? 201 : 200)
        .end(call.startsWith('POST') ? body : body || '[]');
    });
    await expect(account().create(newDomain())).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('that does not answer is unavailable, and not waited for for ever', async () => {
    let gone: Promise<unknown> = Promise.resolve();
    harness.sendgrid.domains.answer((_call, response) => void (gone = hungUp(response)));
    await expect(account().create(newDomain())).rejects.toMatchObject({ code: 'unavailable' });
    await gone;
  });

  it('that refuses the domain is quoted', async () => {
    await expect(account().create('refused.test')).rejects.toMatchObject({
      code: 'validation_error',
      extras: {
        errors: [{ path: '/domain', message: 'is refused by the e-mail provider: bad domain (domain)' }],
      },
    });
  });
});

describe('a domain that is none', () => {
  it('is refused, and the provider is not asked', async () => {
    const { create, get } = account();
    const asked = harness.sendgrid.domains.calls.length;
    const hostile = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.emailAddress(),
      fc.webUrl(),
      fc.ipV4(),
      fc.ipV6(),
    );
    await fc.assert(
      fc.asyncProperty(hostile, async (domain) => {
        fc.pre(!/^[\p{L}\p{M}\p{N}-]+([.\u3002\uff0e\uff61][\p{L}\p{M}\p{N}-]+)+$/u.test(domain));
        await expect(create(domain)).rejects.toMatchObject({
          code: 'validation_error',
          extras: { errors: [{ path: '/domain', message: 'must be a domain name such as yourcompany.com' }] },
        });
      }),
      { numRuns: 200 },
    );
    expect(harness.sendgrid.domains.calls).toHaveLength(asked);
    expect(await get()).toBeNull();
  });
});
