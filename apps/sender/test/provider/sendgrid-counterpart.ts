import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { EmailProvider, ProviderLimits } from '../../src/provider/email-provider.js';
import { limits, type ArrivedEmail, type Behaviour, type Counterpart } from './conformance.js';
import { Held, OpenSockets } from './open-sockets.js';

interface Mailbox {
  email: string;
  name?: string;
}

/** As `POST /v3/mail/send` has it. */
interface MailSend {
  personalizations: { to: Mailbox[]; cc?: Mailbox[]; bcc?: Mailbox[] }[];
  from: Mailbox;
  reply_to?: Mailbox;
  subject: string;
  content: { type: string; value: string }[];
  headers?: Record<string, string>;
  custom_args: { qflow_send_id: string; qflow_attempt: string };
}

type Make = (baseUrl: string, limits: ProviderLimits) => EmailProvider;

/** A server that speaks SendGrid's protocol, for everybody who does and has this key. */
export const sendGridCounterpart =
  (apiKey: string, make: Make) =>
  async (certificate?: { key: string; cert: string }): Promise<Counterpart> => {
    let behaviour: Behaviour = 'accept';
    const arrived: ArrivedEmail[] = [];
    const held = new Held();
    const listener: RequestListener = (request, response) => {
      if (!isMailSend(request, apiKey)) return refuse(response, 401, 'authorization required');
      void bodyOf(request).then((body) => {
        if (behaviour === 'accept' || behaviour.startsWith('h') || behaviour === 'reset_after')
          if (behaviour !== 'hang_before') arrived.push(read(JSON.parse(body) as MailSend));
        held.answer(behaviour === 'hold', () =>
          answer(behaviour === 'hold' ? 'accept' : behaviour, response),
        );
      });
    };
    const server = certificate ? createSecureServer(certificate, listener) : createServer(listener);
    const sockets = new OpenSockets(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return {
      arrived,
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
      provider: (own) =>
        make(`${certificate ? 'https' : 'http'}://localhost:${port}/`, { ...limits, ...own }),
      async close() {
        sockets.cut();
        server.close();
        await once(server, 'close');
      },
    };
  };

const isMailSend = ({ method, url, headers }: IncomingMessage, apiKey: string): boolean =>
  `${method} ${url}` === 'POST /v3/mail/send' &&
  headers.authorization === `Bearer ${apiKey}` &&
  headers['content-type'] === 'application/json';

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const refuse = (response: ServerResponse, status: number, message: string, headers = {}): void =>
  void response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify({ errors: [{ message, field: null, help: null }] }));

function answer(behaviour: Behaviour, response: ServerResponse): void {
  switch (behaviour) {
    case 'accept':
    case 'hold':
      return void response.writeHead(202, { 'x-message-id': 'abc' }).end();
    case 'reject':
      return refuse(response, 400, 'You are not welcome.');
    case 'slow_down':
      return refuse(response, 429, 'too many requests', { 'x-ratelimit-reset': '5' });
    case 'fail':
      return refuse(response, 500, 'An error occurred on a SendGrid server.');
    case 'reset_before':
    case 'reset_after':
      return void response.socket?.resetAndDestroy();
    case 'hang_before':
    case 'hang_after':
  }
}

function read({
  personalizations,
  from,
  reply_to,
  subject,
  content,
  headers,
  custom_args,
}: MailSend): ArrivedEmail {
  const all = personalizations.flatMap(({ to, cc = [], bcc = [] }) => [...to, ...cc, ...bcc]);
  const part = (type: string): string => content.find((each) => each.type === type)?.value ?? '';
  return {
    recipients: all.map(({ email }) => email),
    to: all[0] ?? { email: '' },
    from,
    ...(reply_to && { replyTo: reply_to.email }),
    subject,
    html: part('text/html'),
    text: part('text/plain'),
    headers: Object.fromEntries(
      Object.entries(headers ?? {}).map(([key, value]) => [key.toLowerCase(), value]),
    ),
    sendId: custom_args.qflow_send_id,
    attempt: custom_args.qflow_attempt,
  };
}
