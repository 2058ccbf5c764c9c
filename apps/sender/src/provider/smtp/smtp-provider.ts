import { createTransport, type NodemailerError, type SendMailOptions } from 'nodemailer';
import {
  EmailProvider,
  invalidEmail,
  type Email,
  type ProviderLimits,
  type ProviderOutcome,
} from '../email-provider.js';
import { mailMessage } from './mail-message.js';
import { acceptedBy, outcomeOfFailure } from './smtp-outcome.js';
import { smtpServer } from './smtp-url.js';
import { Transmission } from './transmission.js';

export interface SmtpOptions extends ProviderLimits {
  /** As {@link smtpServer} reads it. */
  url: string;
}

/** Below what servers allow (RFC 5321 §4.5.3.2.7: 5 min), so that it is we who close. */
const idleMs = 30_000;

/**
 * A mail server (RFC 5321) over a pool of connections. It reports nothing once it has taken an e-mail: what becomes of
 * it afterwards, bounces included, goes to the from address.
 */
export class SmtpProvider extends EmailProvider {
  readonly name = 'smtp';
  private readonly transport;
  private readonly transmissions = new WeakMap<AbortSignal, Transmission>();
  private closed = false;

  /** @throws Error where the URL is none of a mail server */
  constructor(private readonly options: SmtpOptions) {
    super();
    const { connectTimeoutMs, concurrency } = options;
    this.transport = createTransport({
      pool: true,
      ...smtpServer(options.url),
      maxConnections: concurrency,
      // One that the server gave up while it was idle costs no attempt: nodemailer takes another connection, and only
      // while nothing of the e-mail has been sent.
      maxRequeues: 1,
      idleTimeout: idleMs,
      connectionTimeout: connectTimeoutMs,
      greetingTimeout: connectTimeoutMs,
      dnsTimeout: connectTimeoutMs,
      // Of a connection that is in use, a transmission has time-outs of its own.
      socketTimeout: 2 * idleMs,
      socketCloseTimeout: 0,
      maxResponseSize: 64 * 1024,
    });
    this.transport.use('stream', (mail, next) => {
      const { signal } = mail.data;
      const transmission = signal && this.transmissions.get(signal);
      mail.message.processFunc((content) => {
        transmission?.begin(content);
        return content;
      });
      next();
    });
  }

  async send(email: Email): Promise<ProviderOutcome> {
    if (this.closed)
      return {
        is: 'retryable',
        because: 'this_attempt',
        code: 'smtp_closed',
        error: 'this replica is shutting down',
      };
    let message: SendMailOptions;
    try {
      message = mailMessage(email);
    } catch (error) {
      return { is: 'rejected', code: invalidEmail, error: (error as Error).message };
    }
    return this.transmit(message);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.transport.close({ force: true });
  }

  private async transmit(message: SendMailOptions): Promise<ProviderOutcome> {
    const { connectTimeoutMs: connectMs, answerTimeoutMs: answerMs } = this.options;
    const transmission = new Transmission({ connectMs, answerMs });
    this.transmissions.set(transmission.signal, transmission);
    try {
      return acceptedBy(await this.transport.sendMail({ ...message, signal: transmission.signal }));
    } catch (error) {
      return outcomeOfFailure(error as NodemailerError, transmission.complete);
    } finally {
      transmission.end();
    }
  }
}
