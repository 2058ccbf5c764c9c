import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@qflow/testing';
import type {
  Email,
  EmailProvider,
  ProviderLimits,
  ProviderOutcome,
} from '../../src/provider/email-provider.js';

/** An e-mail as a recipient's side sees it, whatever the protocol. */
export interface ArrivedEmail {
  /** Every address that it was handed over for. */
  recipients: string[];
  to: { email: string; name?: string };
  from: { email: string; name?: string };
  replyTo?: string;
  subject: string;
  html: string;
  text: string;
  /** All that are ours, by their names in lower case. */
  headers: Record<string, string>;
  sendId: string;
  attempt: string;
}

/**
 * What the provider does with e-mails from now on.
 * - `hang_before`, `reset_before`: it keeps quiet or cuts the connection with the e-mail not accepted.
 * - `hang_after`, `reset_after`: the same once it has accepted it.
 * - `hold`: it accepts each once `release` is called.
 */
export type Behaviour =
  | 'accept'
  | 'reject'
  | 'slow_down'
  | 'fail'
  | 'hang_before'
  | 'reset_before'
  | 'hang_after'
  | 'reset_after'
  | 'hold';

/** How a real server in a provider's place is started. */
export interface Counterpart {
  will(behaviour: Behaviour): void;
  /** Lets go of what is held. */
  release(): void;
  /** What it accepted, in order. */
  readonly arrived: readonly ArrivedEmail[];
  /** Connections that were ever made. */
  readonly connections: number;
  /** Connections that are open. */
  readonly open: number;
  /** E-mails that it has not answered yet. */
  readonly held: number;
  /** Those are not more than this at any time. */
  readonly mostHeld: number;
  /** An adapter that is connected to it. */
  provider(limits?: Partial<ProviderLimits>): EmailProvider;
  close(): Promise<void>;
}

export interface Driver {
  /** @param certificate of nobody whom the adapter trusts: TLS with that, from the first byte */
  start(certificate?: { key: string; cert: string }): Promise<Counterpart>;
  /** An adapter to a port of this machine at which nobody answers. */
  providerOf(port: number, limits?: Partial<ProviderLimits>): EmailProvider;
  /** What a connection without an answer means where the protocol can tell that nothing was accepted. */
  silenceBefore: 'unknown' | 'retryable';
  /** How this provider's name for a recipient is written, where it cannot carry every character. */
  carriedName(name: string): string;
}

/** Short enough to be waited for, and long enough for a busy machine where no time-out is meant. */
export const limits: ProviderLimits = { concurrency: 4, connectTimeoutMs: 5_000, answerTimeoutMs: 10_000 };
/** For what never comes: still long enough for all that comes before. */
const impatient = { answerTimeoutMs: 1_500 };

export const email = (values: Partial<Email> = {}): Email => ({
  sendId: '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41',
  attempt: 1,
  to: { email: 'ada@example.com', name: 'Ada Lovelace' },
  from: { email: 'tickets@example.com', name: 'Tickets' },
  replyTo: 'support@example.com',
  subject: 'Your ticket',
  html: '<p>Hello</p>',
  text: 'Hello',
  ...values,
});

/** What every adapter of the port does, run against a real server of its protocol. */
export function conformance(
  name: string,
  driver: Driver,
  selfSigned: () => { key: string; cert: string },
): void {
  describe(`${name} as an e-mail provider`, () => {
    const closers: (() => Promise<void>)[] = [];

    async function start(certificate?: { key: string; cert: string }): Promise<Counterpart> {
      const server = await driver.start(certificate);
      closers.push(() => server.close());
      return server;
    }

    function opened(provider: EmailProvider): EmailProvider {
      closers.unshift(() => provider.close());
      return provider;
    }

    afterEach(async () => {
      for (const close of closers.splice(0)) await close();
    });

    it('says who it is', async () => {
      const provider = opened((await start()).provider());
      expect(provider.name).toBe(name);
    });

    describe('hands over', () => {
      it('every part of an e-mail', async () => {
        const server = await start();
        const given = email({ unsubscribeUrl: 'https://comms.example/unsubscribe/abc' });
        const outcome = await opened(server.provider()).send(given);
        expect(outcome).toEqual({ is: 'accepted', messageId: expect.stringMatching(/.+/) });
        expect(server.arrived).toEqual([
          {
            recipients: ['ada@example.com'],
            to: given.to,
            from: given.from,
            replyTo: given.replyTo,
            subject: given.subject,
            html: given.html,
            text: given.text,
            headers: {
              'list-unsubscribe': '<https://comms.example/unsubscribe/abc>',
              'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
            },
            sendId: given.sendId,
            attempt: '1',
          },
        ]);
      });

      it('an e-mail without a name, reply-to, text or unsubscribe link, and nothing in their place', async () => {
        const server = await start();
        const { replyTo: _, ...given } = email({
          text: '',
          to: { email: 'ada@example.com' },
          from: { email: 'a@b.example' },
        });
        await opened(server.provider()).send(given);
        const [arrived] = server.arrived;
        expect(arrived).toMatchObject({
          to: { email: 'ada@example.com' },
          from: { email: 'a@b.example' },
          text: '',
        });
        expect(arrived?.to).not.toHaveProperty('name');
        expect(arrived).not.toHaveProperty('replyTo');
        expect(arrived?.headers).toEqual({});
      });

      it('texts of any language and length as they are', async () => {
        const server = await start();
        const given = email({
          subject: '入場券 — your tïcket 🎟️, '.repeat(20).trim(),
          html: `<p>.</p>\n.\n..\n.leading dots\n${'Grüße 🎉 '.repeat(20_000)}\n<p>From here = 100%</p>`,
          text: `.\n..\nFrom here\n${'naïve 日本語 '.repeat(5_000)}end`,
        });
        await opened(server.provider()).send(given);
        const { subject, html, text } = server.arrived[0] ?? {};
        expect(subject).toBe(given.subject);
        // Not compared as texts: a difference would be told with all of both.
        expect([html === given.html, text === given.text]).toEqual([true, true]);
      });

      it.each([
        'José Ñandú-O’Brien',
        '李小龙',
        'Smith, Jr.',
        '"Ada" \'the first\' [guest]',
        'Ada <eve@evil.example>',
        'Ada, eve@evil.example;',
        'ada@example.com, eve@evil.example',
        'back\\slash "quote',
        '=?UTF-8?Q?eve=40evil.example?=',
        'group: eve@evil.example;',
        '🎟️'.repeat(50),
        'Ada\r\nBcc: eve@evil.example\r\n\r\nInjected',
      ])('to exactly one recipient, whatever they are called: %j', async (called) => {
        const server = await start();
        await opened(server.provider()).send(email({ to: { email: 'ada@example.com', name: called } }));
        expect(server.arrived).toHaveLength(1);
        const [arrived] = server.arrived;
        expect(arrived?.recipients).toEqual(['ada@example.com']);
        expect(arrived?.to).toEqual({ email: 'ada@example.com', name: driver.carriedName(called) });
        expect([arrived?.headers, arrived?.html]).toEqual([{}, '<p>Hello</p>']);
      });

      it.each([
        ['ada@münchen.example', 'ada@xn--mnchen-3ya.example'],
        ["o'brien+guest=1/2@example.co.uk", "o'brien+guest=1/2@example.co.uk"],
      ])('to the address %s', async (given, written) => {
        const server = await start();
        await opened(server.provider()).send(email({ to: { email: given } }));
        expect(server.arrived[0]).toMatchObject({ recipients: [written], to: { email: written } });
      });

      it.each<[string, Partial<Email>]>([
        ['subject', { subject: 'Hello\r\nBcc: eve@evil.example\r\n\r\n<p>Injected</p>' }],
        ['from', { from: { email: 'tickets@example.com', name: 'Tickets\r\nBcc: eve@evil.example' } }],
        ['unsubscribeUrl', { unsubscribeUrl: 'https://a.example/\r\nBcc: eve@evil.example' }],
      ])('no more than one e-mail, whatever is in its %s', async (_, values) => {
        const server = await start();
        await opened(server.provider()).send(email(values));
        const [arrived, ...more] = server.arrived;
        expect(more).toEqual([]);
        expect(arrived).toMatchObject({ recipients: ['ada@example.com'], html: '<p>Hello</p>' });
        expect(Object.keys(arrived?.headers ?? {}).filter((key) => !key.startsWith('list-'))).toEqual([]);
      });
    });

    describe('refuses by itself', () => {
      it.each<[string, Partial<Email>]>([
        ['to', { to: { email: 'ada@example.com, eve@evil.example' } }],
        ['to', { to: { email: 'ada@example.com>\r\nRCPT TO:<eve@evil.example' } }],
        ['from', { from: { email: 'tickets' } }],
        ['from', { from: { email: 'tickets@example.com\0' } }],
        ['replyTo', { replyTo: 'support@example.com\nBcc: eve@evil.example' }],
        ['unsubscribeUrl', { unsubscribeUrl: 'mailto:x@y.example' }],
      ])('what has no address in %s: %j', async (field, values) => {
        const server = await start();
        const outcome = await opened(server.provider()).send(email(values));
        expect(outcome).toMatchObject({ is: 'rejected', code: 'invalid_email' });
        expect((outcome as { error: string }).error).toContain(field);
        expect(server.connections).toBe(0);
      });
    });

    describe('reports', () => {
      const sent = async (behaviour: Behaviour, within = {}): Promise<[ProviderOutcome, Counterpart]> => {
        const server = await start();
        server.will(behaviour);
        return [await opened(server.provider(within)).send(email()), server];
      };

      it('a refusal for good, with what the provider says', async () => {
        const [outcome, { arrived }] = await sent('reject');
        expect(outcome).toMatchObject({ is: 'rejected', error: expect.stringContaining('not welcome') });
        expect(arrived).toEqual([]);
      });

      it('a provider that is too busy for us, and waits for it', async () => {
        const [outcome, { arrived }] = await sent('slow_down');
        expect(outcome).toMatchObject({ is: 'retryable', because: 'slow_down' });
        expect((outcome as { afterMs: number }).afterMs).toBeGreaterThan(0);
        expect(arrived).toEqual([]);
      });

      it('a provider that fails', async () => {
        const [outcome, { arrived }] = await sent('fail');
        expect(outcome).toMatchObject({ is: 'retryable', because: 'down' });
        expect(arrived).toEqual([]);
      });

      it.each<Behaviour>(['hang_before', 'reset_before'])('%s: only what it can know', async (behaviour) => {
        const [outcome, { arrived }] = await sent(behaviour, behaviour.startsWith('hang') ? impatient : {});
        expect(outcome.is).toBe(driver.silenceBefore);
        expect(arrived).toEqual([]);
      });

      it.each<Behaviour>(['hang_after', 'reset_after'])('%s: that it does not know', async (behaviour) => {
        const [outcome, { arrived }] = await sent(behaviour, behaviour.startsWith('hang') ? impatient : {});
        expect(outcome).toMatchObject({ is: 'unknown', error: expect.stringMatching(/.{20}/) });
        expect(arrived).toHaveLength(1);
      });

      it('that nobody is there', async () => {
        const gone = opened(driver.providerOf(await desertedPort()));
        expect(await gone.send(email())).toMatchObject({
          is: 'retryable',
          because: 'down',
          error: expect.stringContaining('the connection was refused (ECONNREFUSED)'),
        });
      });

      it('a certificate that nobody vouches for', async () => {
        const server = await start(selfSigned());
        expect(await opened(server.provider()).send(email())).toMatchObject({
          is: 'retryable',
          because: 'down',
          error: expect.stringContaining('its certificate is of no authority that we trust'),
        });
        expect(server.arrived).toEqual([]);
      });

      it('each e-mail by itself, in a mixture', async () => {
        const server = await start();
        const provider = opened(server.provider({ concurrency: 1 }));
        const outcomes: string[] = [];
        for (const behaviour of [
          'accept',
          'reject',
          'accept',
          'fail',
          'reset_after',
          'accept',
          'slow_down',
          'accept',
        ] as const) {
          server.will(behaviour);
          outcomes.push((await provider.send(email())).is);
        }
        expect(outcomes).toEqual([
          'accepted',
          'rejected',
          'accepted',
          'retryable',
          'unknown',
          'accepted',
          'retryable',
          'accepted',
        ]);
        expect(server.arrived).toHaveLength(5);
      });
    });

    describe('over connections of its own', () => {
      it('sends so many at once and no more, and keeps its connections', async () => {
        const server = await start();
        server.will('hold');
        const provider = opened(server.provider({ concurrency: 3 }));
        const outcomes = Array.from({ length: 12 }, () => provider.send(email()));
        await eventually(() => server.held === 3);
        server.will('accept');
        server.release();
        expect((await Promise.all(outcomes)).map(({ is }) => is)).toEqual(Array<string>(12).fill('accepted'));
        expect(server.mostHeld).toBe(3);
        expect(server.connections).toBe(3);
        expect(server.arrived).toHaveLength(12);
      });

      it('sends one after the other over the connections it has', async () => {
        const server = await start();
        const provider = opened(server.provider());
        for (let n = 0; n < 10; n++) expect(await provider.send(email())).toMatchObject({ is: 'accepted' });
        // undici opens a second one where an e-mail follows in the moment in which the first becomes free.
        expect(server.connections).toBeLessThanOrEqual(2);
      });

      it('leaves no connection and no timer when it is closed, twice if need be', async () => {
        const before = pendingTimers();
        const server = await start();
        const provider = server.provider();
        await Promise.all([1, 2, 3].map(() => provider.send(email())));
        await provider.close();
        await provider.close();
        await eventually(() => server.open === 0);
        await eventually(() => pendingTimers() <= before);
      });

      it('gives up what is under way when it is closed, and says of it what is known', async () => {
        const server = await start();
        server.will('hang_after');
        const provider = server.provider();
        const outcome = provider.send(email());
        await eventually(() => server.arrived.length === 1);
        await provider.close();
        expect(await outcome).toMatchObject({ is: 'unknown' });
        await eventually(() => server.open === 0);
      });

      it('sends nothing once it is closed', async () => {
        const server = await start();
        const provider = server.provider();
        await provider.close();
        expect(await provider.send(email())).toMatchObject({ is: 'retryable', because: 'this_attempt' });
        expect(server.connections).toBe(0);
      });
    });
  });
}

/** A port of this machine at which nobody answers. */
async function desertedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Timers that keep the process alive. */
const pendingTimers = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
