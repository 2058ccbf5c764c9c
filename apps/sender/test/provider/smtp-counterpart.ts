import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { domainToASCII } from 'node:url';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import type { ProviderLimits } from '../../src/provider/email-provider.js';
import { SmtpProvider } from '../../src/provider/smtp/smtp-provider.js';
import { limits, type ArrivedEmail, type Behaviour, type Counterpart } from './conformance.js';
import { Held, OpenSockets } from './open-sockets.js';
import { decodeWords, header, mailboxes, readMime } from './read-mime.js';

export interface SmtpCounterpart extends Counterpart {
  port: number;
  /** As they came. */
  readonly sources: readonly string[];
  readonly sessions: readonly SMTPServerSession[];
  /** @param parameters of the URL */
  providerWith(parameters: string, own?: Partial<ProviderLimits>): SmtpProvider;
}

const replies = {
  reject: [550, '5.7.1 You are not welcome'],
  slow_down: [421, '4.7.0 Too many e-mails, come back later'],
  fail: [451, '4.3.0 The server failed'],
} as const;

/** A real mail server that does as it is told. */
export async function smtpCounterpart(options: SMTPServerOptions = {}): Promise<SmtpCounterpart> {
  let behaviour: Behaviour = 'accept';
  const arrived: ArrivedEmail[] = [];
  const sources: string[] = [];
  const sessions: SMTPServerSession[] = [];
  const held = new Held();
  const cut = (session: SMTPServerSession): void => void sockets.from(session.remotePort)?.resetAndDestroy();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.secure || options.key ? [] : ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 1,
    onRcptTo(_address, session, callback) {
      if (behaviour === 'reset_before') return cut(session);
      if (behaviour !== 'hang_before') callback();
    },
    onData(stream, session, callback) {
      const doing = behaviour;
      void buffer(stream).then((source) => {
        if (doing === 'reject' || doing === 'slow_down' || doing === 'fail') {
          const [code, message] = replies[doing];
          return callback(Object.assign(new Error(message), { responseCode: code }));
        }
        sources.push(source.toString());
        sessions.push({ ...session });
        arrived.push(read(source, session));
        if (doing === 'reset_after') return cut(session);
        held.answer(doing === 'hold', () => {
          if (doing !== 'hang_after') callback(null, '2.0.0 Ok: queued as 4F1A2B');
        });
      });
    },
    ...options,
  });
  const sockets = new OpenSockets(server.server);
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const providerWith = (parameters: string, own: Partial<ProviderLimits> = {}): SmtpProvider =>
    new SmtpProvider({
      url: `${options.secure ? 'smtps' : 'smtp'}://localhost:${port}${parameters}`,
      ...limits,
      ...own,
    });
  return {
    port,
    arrived,
    sources,
    sessions,
    will: (next) => void (behaviour = next),
    release: () => held.release(),
    get connections() {
      return sockets.made;
    },
    get open() {
      return sockets.open;
    },
    get held() {
      return held.now;
    },
    get mostHeld() {
      return held.most;
    },
    provider: (own) => providerWith('', own),
    providerWith,
    async close() {
      // Not by cutting the sockets: from beneath TLS that is the end of the process (Node 20).
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Headers that every e-mail of ours has, and those that say what is in {@link ArrivedEmail} already. */
const usual = /^(from|to|reply-to|subject|message-id|date|mime-version|content-.*|x-qflow-.*)$/;

function read(source: Buffer, { envelope }: SMTPServerSession): ArrivedEmail {
  const { headers, parts, text } = readMime(source);
  const part = (type: string): string =>
    parts.find((each) => header(each.headers, 'content-type')?.startsWith(type))?.text ??
    (header(headers, 'content-type')?.startsWith(type) ? text : '');
  const to = mailboxes(header(headers, 'to'));
  if (to.length !== 1) throw new Error(`an e-mail to ${to.length} mailboxes`);
  const replyTo = header(headers, 'reply-to');
  return {
    // The server shows domains in their own letters.
    recipients: envelope.rcptTo.map(({ address }) =>
      address.replace(/@.*/, (at) => `@${domainToASCII(at.slice(1))}`),
    ),
    to: to[0] ?? { email: '' },
    from: mailboxes(header(headers, 'from'))[0] ?? { email: '' },
    ...(replyTo && { replyTo }),
    subject: decodeWords(header(headers, 'subject') ?? ''),
    html: part('text/html'),
    text: part('text/plain'),
    headers: Object.fromEntries(headers.filter(([name]) => !usual.test(name))),
    sendId: header(headers, 'x-qflow-send-id') ?? '',
    attempt: header(headers, 'x-qflow-attempt') ?? '',
  };
}
