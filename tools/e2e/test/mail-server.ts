import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';

/** An e-mail that a mail server has taken, as the dialogue had it. */
export interface TakenMail {
  to: string;
  source: string;
}

/** A mail server of somebody else's, which takes everything. */
export interface MailServer {
  /** As SMTP_URL wants it. */
  url: string;
  readonly mails: readonly TakenMail[];
  close(): Promise<void>;
}

export async function mailServer(): Promise<MailServer> {
  const mails: TakenMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, session, taken) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const [recipient] = session.envelope.rcptTo;
        mails.push({ to: recipient?.address ?? '', source: Buffer.concat(chunks).toString() });
        taken(null, 'queued');
      });
    },
  });
  // A client that is killed.
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as { port: number };
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
