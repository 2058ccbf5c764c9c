import { afterEach, describe, expect, it } from '@jest/globals';
import type { ProviderLimits, ProviderOutcome } from '../../src/provider/email-provider.js';
import { SmtpProvider } from '../../src/provider/smtp/smtp-provider.js';
import { email, limits } from './conformance.js';
import { scriptedSmtp, type Script, type ScriptedSmtp } from './scripted-smtp.js';

/** For what never comes: still long enough for all that comes before. */
const impatient = { answerTimeoutMs: 1_500 };
/** The same where it does not matter how far it came. */
const hasty = { connectTimeoutMs: 200, answerTimeoutMs: 200 };
const pipelining = '250-mx.example\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES';
const withAuth = '250-mx.example\r\n250 AUTH PLAIN';
/** More than the buffers between two sockets hold. */
const large = email({ html: `<p>${'0123456789'.repeat(2_000_000)}</p>` });

const closers: (() => Promise<void>)[] = [];

async function scripted(script: Script): Promise<ScriptedSmtp> {
  const server = await scriptedSmtp(script);
  closers.push(() => server.close());
  return server;
}

function providerOf(
  { port }: ScriptedSmtp,
  own: Partial<ProviderLimits> = {},
  user = '',
  parameters = '',
): SmtpProvider {
  const provider = new SmtpProvider({
    url: `smtp://${user}127.0.0.1:${port}${parameters}`,
    ...limits,
    ...own,
  });
  closers.unshift(() => provider.close());
  return provider;
}

async function outcomeOf(
  script: Script,
  own: Partial<ProviderLimits> = {},
  user = '',
): Promise<[ProviderOutcome, ScriptedSmtp]> {
  const server = await scripted(script);
  const parameters = user ? '?requireTLS=false' : '';
  return [await providerOf(server, own, user, parameters).send(email()), server];
}

describe('the dialogue with a mail server', () => {
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  it('ends well with the id that the server gave the e-mail', async () => {
    expect((await outcomeOf({}))[0]).toEqual({ is: 'accepted', messageId: '4F1A2B' });
    expect((await outcomeOf({ dot: '250 ok' }))[0]).toEqual({
      is: 'accepted',
      messageId: '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41.1@example.com',
    });
  });

  describe('is refused', () => {
    it.each<[string, Script, string]>([
      ['for the recipient', { RCPT: '550 5.1.1 No such user' }, 'smtp_5.1.1'],
      [
        'for the recipient, pipelined',
        { EHLO: pipelining, RCPT: '550 5.1.1 No such user', DATA: '503 5.5.1 No' },
        'smtp_5.1.1',
      ],
      [
        'for the recipient, and the server wants an e-mail all the same',
        { EHLO: pipelining, RCPT: '550 5.1.1 No' },
        'smtp_5.1.1',
      ],
      ['for the recipient, without an enhanced code', { RCPT: '550 No such user' }, 'smtp_550'],
      ['for the recipient’s domain (RFC 7504)', { RCPT: '556 5.1.10 No mail there' }, 'smtp_5.1.10'],
      ['for the sender', { MAIL: '553 5.7.1 Not yours' }, 'smtp_5.7.1'],
      [
        'for the sender, pipelined',
        { EHLO: pipelining, MAIL: '553 5.7.1 Not yours', RCPT: '503 No', DATA: '503 No' },
        'smtp_5.7.1',
      ],
      ['for the content', { dot: '554 5.6.0 Spam' }, 'smtp_5.6.0'],
      [
        'for the content, in several lines',
        { dot: '550-5.7.1 Spam\r\n550-5.7.1 of the worst\r\n550 5.7.1 kind' },
        'smtp_5.7.1',
      ],
      ['for its size', { dot: '552 5.3.4 Too big' }, 'smtp_5.3.4'],
      [
        'for its size, which the server announced',
        { EHLO: '250-mx.example\r\n250 SIZE 100', MAIL: '552 5.3.4 Too big' },
        'smtp_5.3.4',
      ],
    ])('%s', async (_, script, code) => {
      const [outcome] = await outcomeOf(script);
      expect(outcome).toMatchObject({ is: 'rejected', code });
    });

    it('with all that the server says, on one line', async () => {
      const [outcome] = await outcomeOf({ RCPT: '550-5.1.1 The e-mail account\r\n550 5.1.1 does not exist' });
      expect(outcome).toMatchObject({
        error: 'the mail server answered RCPT TO with 550-5.1.1 The e-mail account 550 5.1.1 does not exist',
      });
    });
  });

  describe('may do better later', () => {
    it.each<[string, Script, object]>([
      ['a full mailbox', { RCPT: '452 4.2.2 Full' }, { because: 'this_attempt', code: 'smtp_4.2.2' }],
      ['greylisting', { RCPT: '450 4.7.1 Come back' }, { because: 'this_attempt', code: 'smtp_4.7.1' }],
      [
        'greylisting, pipelined',
        { EHLO: pipelining, RCPT: '450 4.7.1 Come back', DATA: '503 No' },
        { because: 'this_attempt' },
      ],
      ['greylisting after the content', { dot: '451 4.7.1 Come back' }, { because: 'this_attempt' }],
      ['a mailbox that is busy', { RCPT: '450 Busy' }, { because: 'this_attempt', code: 'smtp_450' }],
      [
        'a server whose disk is full',
        { MAIL: '452 4.3.1 Disk full' },
        { because: 'down', code: 'smtp_4.3.1' },
      ],
      [
        'a server whose disk is full, in old words',
        { MAIL: '452 Disk full' },
        { because: 'down', code: 'smtp_452' },
      ],
      ['a server that fails after the content', { dot: '451 4.3.0 Failed' }, { because: 'down' }],
      ['a dialogue out of step', { DATA: '503 5.5.1 What?' }, { because: 'down' }],
      ['a server that is not in service', { greeting: '421 Closing' }, { because: 'down', code: 'smtp_421' }],
      ['a server that is not in service, after EHLO', { EHLO: '421 4.3.2 Closing' }, { because: 'down' }],
      ['too many connections', { greeting: '421 4.7.0 Too many' }, { because: 'slow_down', afterMs: 10_000 }],
      [
        'a server that has had enough',
        { MAIL: '421 4.7.0 Too many' },
        { because: 'slow_down', afterMs: 10_000 },
      ],
      [
        'a server that has had enough after the content',
        { dot: '421 Bye' },
        { because: 'slow_down', afterMs: 10_000 },
      ],
      [
        'a rate that is too high',
        { MAIL: '454 Throttling failure' },
        { because: 'slow_down', code: 'smtp_454' },
      ],
    ])('%s', async (_, script, expected) => {
      expect((await outcomeOf(script))[0]).toMatchObject({ is: 'retryable', ...expected });
    });
  });

  describe('fails for our settings', () => {
    it.each<[string, Script, string, string]>([
      ['the server wants a log-in', { MAIL: '530 5.7.0 Authentication required' }, '', 'smtp_5.7.0'],
      ['the password is wrong', { EHLO: withAuth, AUTH: '535 5.7.8 Wrong' }, 'me:secret@', 'smtp_5.7.8'],
      ['the log-in is too weak', { EHLO: withAuth, AUTH: '534 5.7.9 Too weak' }, 'me:secret@', 'smtp_5.7.9'],
      ['the server does not talk to us', { greeting: '554 5.7.1 You are blocked' }, '', 'smtp_5.7.1'],
      ['it is no server for e-mail', { greeting: '521 Nobody here' }, '', 'smtp_521'],
      ['it does not know us', { EHLO: '550 5.7.1 No', HELO: '550 5.7.1 No' }, '', 'smtp_5.7.1'],
    ])('%s', async (_, script, user, code) => {
      const [outcome] = await outcomeOf(script, {}, user);
      expect(outcome).toMatchObject({ is: 'retryable', because: 'misconfigured', code, afterMs: 10_000 });
      expect(JSON.stringify(outcome)).not.toContain('secret');
    });

    it('a server without TLS gets no password', async () => {
      const server = await scripted({ EHLO: withAuth });
      const outcome = await providerOf(server, {}, 'me:secret@').send(email());
      expect(outcome).toMatchObject({ is: 'retryable', because: 'misconfigured', code: 'smtp_5.5.1' });
      expect(server.commands).toEqual([expect.stringMatching(/^EHLO /), 'STARTTLS']);
    });

    it('a log-in that cannot be checked just now is the server’s trouble', async () => {
      const script = { EHLO: withAuth, AUTH: '454 4.7.0 Temporary authentication failure' };
      expect((await outcomeOf(script, {}, 'me:secret@'))[0]).toMatchObject({
        is: 'retryable',
        because: 'down',
      });
    });
  });

  describe('breaks off', () => {
    const steps = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA'] as const;
    it.each(
      steps.flatMap((step) => (['hangs', 'closes', 'resets'] as const).map((how) => [step, how] as const)),
    )('at %s, which %s: nothing has left', async (step, how) => {
      const [outcome, server] = await outcomeOf({ [step]: how }, how === 'hangs' ? hasty : {});
      expect(outcome).toMatchObject({ is: 'retryable', because: 'down', code: 'smtp_unreachable' });
      expect(server.complete).toBe(0);
    });

    it.each(['MAIL', 'RCPT', 'DATA'] as const)('at %s of a pipelined envelope', async (step) => {
      const [outcome, server] = await outcomeOf({ EHLO: pipelining, [step]: 'closes' });
      expect(outcome).toMatchObject({ is: 'retryable', because: 'down' });
      expect(server.complete).toBe(0);
    });

    it.each(['hangs', 'closes', 'resets'] as const)(
      'within the content, and the server %s: without the final dot it has nothing (RFC 5321 §4.1.1.4)',
      async (content) => {
        const server = await scripted({ content });
        const provider = providerOf(server, { answerTimeoutMs: 1_000 });
        expect(await provider.send(large)).toMatchObject({ is: 'retryable', because: 'down' });
        expect(server.complete).toBe(0);
      },
    );

    it.each(['hangs', 'closes', 'resets'] as const)(
      'after the content, and the server %s: it may have it',
      async (dot) => {
        const [outcome, server] = await outcomeOf({ dot }, dot === 'hangs' ? impatient : {});
        expect(outcome).toMatchObject({ is: 'unknown', code: 'smtp_no_answer' });
        expect(server.complete).toBe(1);
      },
    );

    it.each<[string, string]>([
      ['half an answer', '250-2.0.0 Ok'],
      ['something else than SMTP', 'HTTP/1.1 200 OK'],
    ])('after the content with %s', async (_, dot) => {
      const [outcome] = await outcomeOf({ dot }, impatient);
      expect(outcome).toMatchObject({ is: 'unknown', code: 'smtp_no_answer' });
    });

    it('after the content with an answer without end', async () => {
      const [outcome] = await outcomeOf({ dot: `250-${'x'.repeat(200_000)}` });
      expect(outcome).toMatchObject({
        is: 'unknown',
        error: expect.stringContaining('maximum allowed size'),
      });
    });

    it('before it begins, with something else than SMTP', async () => {
      const [outcome] = await outcomeOf({ greeting: 'HTTP/1.1 400 Bad Request' });
      expect(outcome).toMatchObject({ is: 'retryable', because: 'down' });
    });
  });

  describe('over a kept connection', () => {
    it.each<[string, Script]>([
      ['that the server closed after the e-mail before', { dot: ['250 2.0.0 Ok: queued as A1', 'closes'] }],
      ['that the server reset', { dot: ['250 2.0.0 Ok: queued as A1', 'resets'] }],
      [
        'that the server closed with a word',
        { dot: ['250 2.0.0 Ok: queued as A1', '421 4.4.2 Idle', 'closes'] },
      ],
      ['that the server closes as it is used', { again: { MAIL: 'closes' } }],
      ['that the server resets as it is used', { again: { MAIL: 'resets' } }],
      ['that the server closes with a word as it is used', { again: { MAIL: ['421 4.4.2 Idle', 'closes'] } }],
    ])('%s: costs no attempt, and nothing arrives twice', async (_, script) => {
      const server = await scripted(script);
      const provider = providerOf(server);
      expect(await provider.send(email())).toMatchObject({ is: 'accepted' });
      server.follow({});
      expect(await provider.send(email({ attempt: 2 }))).toEqual({
        is: 'accepted',
        messageId: '4F1A2B',
      });
      expect([server.complete, server.connections]).toEqual([2, 2]);
    });

    it('that breaks after the content: it may have it, and it is not repeated', async () => {
      const server = await scripted({ again: { dot: 'resets' } });
      const provider = providerOf(server);
      await provider.send(email());
      expect(await provider.send(email({ attempt: 2 }))).toMatchObject({ is: 'unknown' });
      expect([server.complete, server.connections]).toEqual([2, 1]);
    });

    it('that was refused an e-mail before', async () => {
      const server = await scripted({ RCPT: '550 5.1.1 No', again: { RCPT: '250 Ok' } });
      const provider = providerOf(server, { concurrency: 1 });
      expect(await provider.send(email())).toMatchObject({ is: 'rejected' });
      expect(await provider.send(email({ attempt: 2 }))).toMatchObject({ is: 'accepted' });
      expect(server.connections).toBe(1);
    });
  });
});
