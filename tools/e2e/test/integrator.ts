import { randomUUID } from 'node:crypto';
import type { StackInfo } from '@qflow/local-stack';

/** An answer of the API: its status and its body, parsed. */
export interface Answer<Body = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: Body;
}

/** Somebody who can log in. */
export interface Login {
  username: string;
  password: string;
}

export interface Guest {
  id: string;
  attendeeInvitationId: string;
  correlationId: string | null;
}

/** What an integrator's program does against the public API, and nothing else. */
export class Integrator {
  private constructor(
    private readonly stack: StackInfo,
    private readonly token: string,
  ) {}

  /** As the demo's user, or as somebody else. */
  static async login(stack: StackInfo, login: Login = stack.demo): Promise<Integrator> {
    return new Integrator(stack, await Integrator.tokenOf(stack, login));
  }

  static async tokenOf(stack: StackInfo, login: Login): Promise<string> {
    const { clientId, clientSecret } = stack.demo;
    const response = await fetch(`${stack.gateway}/core/connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'password',
        client_id: clientId,
        client_secret: clientSecret,
        scope: 'qflowapi',
        username: login.username,
        password: login.password,
      }),
    });
    return ((await response.json()) as { access_token: string }).access_token;
  }

  async call<Body>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(`${this.stack.gateway}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
  }

  async registerWebhook(url: string): Promise<string> {
    const { body } = await this.call<{ secret: string }>('POST', '/api/comms/webhook', { url });
    return body.secret;
  }

  async eventWithTemplate(): Promise<{ eventId: string; templateId: string }> {
    const event = await this.call<{ id: string }>('POST', '/api/event', {
      title: 'Summer Gala',
      startTime: '2026-06-21T19:30',
      endTime: '2026-06-21T23:00',
      timeZoneId: 'Europe/London',
      companyName: 'Analytical Events',
    });
    const template = await this.call<{ id: string }>('POST', '/api/comms/template', {
      eventId: event.body.id,
      name: 'Ticket confirmation',
      subject: 'Your ticket for {{event}} — {{firstname}}',
      html: '<html><body><p>Hello {{fullname}}, {{event}} is on {{date}} at {{starttime}}.</p><p>{{tickets}}</p></body></html>',
      fromAddress: 'tickets@example.com',
      fromName: 'Example Tickets',
      replyTo: 'support@example.com',
    });
    return { eventId: event.body.id, templateId: template.body.id };
  }

  createGuest(values: Record<string, unknown>): Promise<Answer<Guest>> {
    return this.call('POST', '/api/guest', {
      id: randomUUID(),
      firstName: 'Ada',
      lastName: 'Lovelace',
      email: 'ada@example.com',
      ...values,
    });
  }
}

/** A message as the sandbox lists it; its body is asked for by its id. */
export interface InboxMessage {
  id: string;
  subject: string;
  to: unknown;
}

/** The sandbox's account of what SendGrid was asked to send. */
export class Inbox {
  constructor(private readonly stack: StackInfo) {}

  /** Messages of one send; more than one would mean that the guest was mailed twice. */
  async ofSend(sendId: string): Promise<InboxMessage[]> {
    const url = `${this.stack.sandbox}/inbox/messages?customArg.qflow_send_id=${sendId}`;
    const { messages } = (await (await fetch(url)).json()) as {
      messages: InboxMessage[];
    };
    return messages;
  }

  /** The HTML of the one message of a send. */
  async htmlOf(sendId: string): Promise<string> {
    const [message] = await this.ofSend(sendId);
    if (!message) throw new Error('the send has no message');
    const detail = await fetch(`${this.stack.sandbox}/inbox/messages/${message.id}`);
    return ((await detail.json()) as { html: string }).html;
  }

  async stats(): Promise<{ messages: number; duplicates: number }> {
    return (await (await fetch(`${this.stack.sandbox}/inbox/stats`)).json()) as {
      messages: number;
      duplicates: number;
    };
  }
}
