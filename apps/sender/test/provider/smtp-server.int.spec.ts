import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { selfSignedCertificate, type TestCertificate } from '@qflow/testing';
import type { SMTPServerOptions } from 'smtp-server';
import type { EmailProvider } from '../../src/provider/email-provider.js';
import { SmtpProvider } from '../../src/provider/smtp/smtp-provider.js';
import { email, limits } from './conformance.js';
import { smtpCounterpart, type SmtpCounterpart } from './smtp-counterpart.js';

const anyCertificate = 'tls.rejectUnauthorized=false';

let certificate: TestCertificate;
const closers: (() => Promise<void>)[] = [];

async function started(options: SMTPServerOptions = {}): Promise<SmtpCounterpart> {
  const server = await smtpCounterpart(options);
  closers.push(() => server.close());
  return server;
}

function opened<P extends EmailProvider>(provider: P): P {
  closers.unshift(() => provider.close());
  return provider;
}

/** A server that wants this one log-in. */
const loginOnly = (): SMTPServerOptions => ({
  ...certificate,
  authOptional: false,
  onAuth({ username, password }, _session, callback) {
    if (username === 'us@er' && password === 'p:#ss') return callback(null, { user: username });
    callback(Object.assign(new Error('5.7.8 Not you'), { responseCode: 535 }));
  },
});

describe('a mail server', () => {
  beforeAll(async () => {
    certificate = await selfSignedCertificate('localhost');
  });

  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  describe('by TLS', () => {
    it('from the first byte (smtps:)', async () => {
      const server = await started({ ...certificate, secure: true });
      const provider = opened(server.providerWith(`?${anyCertificate}`));
      expect(await provider.send(email())).toMatchObject({ is: 'accepted' });
      expect(server.sessions[0]).toMatchObject({ secure: true, hostNameAppearsAs: expect.any(String) });
    });

    it('with STARTTLS wherever it is offered', async () => {
      const server = await started({ ...certificate });
      const provider = opened(server.providerWith(`?${anyCertificate}&name=qflow.example`));
      expect(await provider.send(email())).toMatchObject({ is: 'accepted' });
      expect(server.sessions[0]).toMatchObject({ secure: true, hostNameAppearsAs: 'qflow.example' });
    });

    it('with STARTTLS, and a certificate that nobody vouches for: it gets nothing', async () => {
      const server = await started({ ...certificate });
      expect(await opened(server.provider()).send(email())).toMatchObject({
        is: 'retryable',
        because: 'down',
        error: expect.stringContaining('its certificate is of no authority that we trust'),
      });
      expect(server.arrived).toEqual([]);
    });

    it('where it is asked for and not offered: it gets nothing', async () => {
      const server = await started();
      const provider = opened(server.providerWith('?requireTLS=true'));
      expect(await provider.send(email())).toMatchObject({ is: 'retryable', because: 'misconfigured' });
      expect(server.arrived).toEqual([]);
    });
  });

  describe('with a log-in', () => {
    const providerFor = ({ port }: SmtpCounterpart, user: string): SmtpProvider =>
      opened(new SmtpProvider({ url: `smtp://${user}localhost:${port}?${anyCertificate}`, ...limits }));

    it('takes e-mail of whoever has the password', async () => {
      const server = await started(loginOnly());
      expect(await providerFor(server, 'us%40er:p%3A%23ss@').send(email())).toMatchObject({ is: 'accepted' });
      expect(server.sessions[0]).toMatchObject({ user: 'us@er', secure: true });
    });

    it.each([
      ['the wrong password', 'us%40er:wrong@', 'smtp_5.7.8'],
      ['none', '', 'smtp_530'],
    ])('with %s: our settings are wrong, and no e-mail', async (_, user, code) => {
      const server = await started(loginOnly());
      const outcome = await providerFor(server, user).send(email());
      expect(outcome).toMatchObject({ is: 'retryable', because: 'misconfigured', code });
      expect(JSON.stringify(outcome)).not.toContain('wrong');
      expect(server.arrived).toEqual([]);
    });
  });

  describe('gets an e-mail', () => {
    const sourceOf = async (values: Parameters<typeof email>[0]): Promise<string> => {
      const server = await started();
      await opened(server.provider()).send(email(values));
      return server.sources[0] ?? '';
    };

    it('by whose Message-ID a repetition is recognised, and each attempt is another', async () => {
      const ids: (string | undefined)[] = [];
      for (const attempt of [1, 1, 2])
        ids.push(
          /^Message-ID: (.*)\r$/m.exec(
            await sourceOf({ attempt, from: { email: 'tickets@münchen.example' } }),
          )?.[1],
        );
      const id = '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41';
      expect(ids).toEqual([1, 1, 2].map((attempt) => `<${id}.${attempt}@xn--mnchen-3ya.example>`));
    });

    it('with headers that hold opaque ids and nothing else of ours', async () => {
      const source = await sourceOf({
        unsubscribeUrl: `https://comms.example/unsubscribe/${'x'.repeat(300)}`,
      });
      const head = source.slice(0, source.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
      const lines = head.split('\r\n').map((line) => line.replace(/(?<=^(Date|Content-Type): ).*/, '…'));
      expect(lines.sort()).toEqual([
        'Content-Type: …',
        'Date: …',
        'From: Tickets <tickets@example.com>',
        'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
        `List-Unsubscribe: <https://comms.example/unsubscribe/${'x'.repeat(300)}>`,
        'MIME-Version: 1.0',
        'Message-ID: <0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41.1@example.com>',
        'Reply-To: support@example.com',
        'Subject: Your ticket',
        'To: Ada Lovelace <ada@example.com>',
        'X-Qflow-Attempt: 1',
        'X-Qflow-Send-ID: 0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41',
      ]);
    });

    it('with a sendId that could end a header: not at all', async () => {
      const server = await started();
      const outcome = await opened(server.provider()).send(email({ sendId: 'a\r\nBcc: eve@evil.example' }));
      expect(outcome).toEqual({ is: 'rejected', code: 'invalid_email', error: 'sendId is not an id' });
    });

    it('for an address with letters of its own before the @, where it knows them (SMTPUTF8)', async () => {
      const server = await started();
      const outcome = await opened(server.provider()).send(email({ to: { email: 'josé@münchen.example' } }));
      expect(outcome).toMatchObject({ is: 'accepted' });
      expect(server.sessions[0]?.envelope).toMatchObject({ smtpUtf8: true });
      expect(server.arrived[0]?.recipients).toEqual(['josé@xn--mnchen-3ya.example']);
    });

    it('that is larger than it takes: not at all', async () => {
      const server = await started({ size: 10_000, rejectOversized: true });
      const html = `<p>${'x'.repeat(20_000)}</p>`;
      expect(await opened(server.provider()).send(email({ html }))).toMatchObject({
        is: 'rejected',
        code: 'smtp_552',
      });
    });
  });
});
