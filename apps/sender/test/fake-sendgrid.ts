import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeDomains } from './fake-domains.js';

/** A request to `/v3/mail/send` as the spec sees it. */
export interface Mail {
  sendId: string;
  attempt: string;
  subject: string;
  to: string;
  authorization: string | undefined;
  body: Record<string, unknown>;
}

interface MailBody {
  subject: string;
  custom_args: { qflow_send_id: string; qflow_attempt: string };
  personalizations: { to: { email: string }[] }[];
}

export interface FakeSendGrid {
  url: string;
  readonly mails: Mail[];
  /** Its domain authentication. */
  readonly domains: FakeDomains;
  /** Decides how to answer; 202 until told otherwise. */
  answer(how: (mail: Mail, response: ServerResponse) => void): void;
  until(condition: (mails: readonly Mail[]) => boolean): Promise<void>;
  close(): Promise<void>;
}

export const accept = (_mail: Mail, response: ServerResponse): void =>
  void response.writeHead(202, { 'x-message-id': 'm1' }).end();

/** A real HTTP server in SendGrid's place that does as the spec says; the sandbox app is the faithful one. */
export async function fakeSendGrid(): Promise<FakeSendGrid> {
  const mails: Mail[] = [];
  const domains = new FakeDomains();
  const watchers = new Set<() => void>();
  let respond = accept;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (!request.url?.endsWith('/v3/mail/send'))
        return domains.handle(request, Buffer.concat(chunks).toString(), response);
      const body = JSON.parse(Buffer.concat(chunks).toString()) as MailBody;
      const mail: Mail = {
        sendId: body.custom_args.qflow_send_id,
        attempt: body.custom_args.qflow_attempt,
        subject: body.subject,
        to: body.personalizations[0]?.to[0]?.email ?? '',
        authorization: request.headers.authorization,
        body: body as unknown as Record<string, unknown>,
      };
      mails.push(mail);
      respond(mail, response);
      watchers.forEach((watch) => watch());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    domains,
    answer: (how) => void (respond = how),
    until: (condition) =>
      new Promise((resolve) => {
        const watch = (): void => {
          if (!condition(mails)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
