import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { setRateHeaders } from '../api/api-gate.js';
import { SendGridError } from '../api/sendgrid-error.js';
import { sendGridWords } from '../api/sendgrid-words.js';
import type { SandboxConfig } from '../config.js';
import { EventOutlet } from '../event-webhook/event-outlet.js';
import { Faults } from '../faults/faults.js';
import { FaultRules } from '../faults/rules/fault-rules.js';
import type { SendFault } from '../faults/send-fault.js';
import { Inbox } from '../inbox/inbox.js';
import { CONFIG } from '../tokens.js';
import { acceptMail, newMessageId } from './accept-mail.js';
import { HungConnections } from './hung-connections.js';
import { readMailRequest } from './read-mail-request.js';

/** A mail that was accepted, or was only to be checked. */
interface Accepted {
  status: 200 | 202;
  messageId: string;
}

/** Answers `POST /v3/mail/send`, in one turn of the event loop unless a fault makes it late. */
@Injectable()
export class MailSend {
  constructor(
    @Inject(CONFIG) private readonly config: SandboxConfig,
    @Inject(Faults) private readonly faults: Faults,
    @Inject(FaultRules) private readonly rules: FaultRules,
    @Inject(HungConnections) private readonly hung: HungConnections,
    @Inject(Inbox) private readonly inbox: Inbox,
    @Inject(EventOutlet) private readonly outlet: EventOutlet,
  ) {}

  /**
   * @returns a promise of an answer that comes late
   * @throws SendGridError when the mail is refused
   */
  receive(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    const { body } = request;
    const fault = this.rules.strike(body) ?? this.faults.drawSendFault();
    if (!fault) {
      answer(this.accept(body, reply), reply);
      return undefined;
    }
    switch (fault.kind) {
      case 'slow':
        return this.sendSlowly(fault.delayMs, request, reply);
      case 'rate-limited':
      case 'server-error':
      case 'status':
        this.refuse(fault, reply);
        return undefined;
      case 'reset-after-accept':
      case 'timeout-after-accept':
        // A refusal is told all the same: there is nothing that could have been accepted.
        this.accept(body, reply);
        break;
      case 'reset-before-accept':
      case 'timeout-before-accept':
        break;
    }
    reply.hijack();
    if ('delayMs' in fault) this.hung.keep(request.raw.socket, fault.delayMs);
    else request.raw.socket.resetAndDestroy();
    return undefined;
  }

  /** @throws SendGridError when the mail is refused */
  private accept(body: unknown, reply: FastifyReply): Accepted {
    const mail = readMailRequest(body);
    if (mail.sandboxMode) return { status: 200, messageId: newMessageId() };
    const { inbox, outlet, faults: chance } = this;
    const messageId = acceptMail(mail, { inbox, outlet, chance });
    if (messageId === null) throw this.tooMany(1, reply);
    return { status: 202, messageId };
  }

  /** The mail is accepted or refused at once; its caller learns of it late. */
  private async sendSlowly(
    delayMs: number,
    { body, raw }: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    let tell: () => void;
    try {
      const accepted = this.accept(body, reply);
      tell = () => answer(accepted, reply);
    } catch (error) {
      tell = () => {
        throw error;
      };
    }
    const isThere = await this.hung.wait(raw.socket, delayMs);
    if (isThere) tell();
    else reply.hijack();
  }

  private refuse(
    fault: Extract<SendFault, { kind: 'rate-limited' | 'server-error' | 'status' }>,
    reply: FastifyReply,
  ): void {
    if (fault.kind === 'rate-limited') throw this.tooMany(fault.resetSeconds, reply);
    const { status, body } = fault.kind === 'status' ? fault : { status: 500 };
    if (body === undefined) throw SendGridError.of(status, sendGridWords(status));
    // A gateway in front of SendGrid that fails does not speak JSON.
    if (typeof body === 'string') void reply.code(status).type('text/plain; charset=utf-8').send(body);
    else void reply.code(status).type('application/json').send(JSON.stringify(body));
  }

  private tooMany(resetSeconds: number, reply: FastifyReply): SendGridError {
    const limit = this.config.SANDBOX_RATE_LIMIT;
    const reset = Math.floor(Date.now() / 1000) + resetSeconds;
    setRateHeaders(reply, { limit, remaining: 0, reset });
    return SendGridError.of(429, sendGridWords(429));
  }
}

function answer({ status, messageId }: Accepted, reply: FastifyReply): void {
  // The inbox tells of every mail that was taken; a log line for each would only cost.
  reply.request.isOneOfMany = true;
  void reply.code(status).header('x-message-id', messageId).send();
}
