import type { BenchStack } from '../stack/bench-stack.js';
import type { HttpAnswer } from './http-answer.js';
import { HttpClient } from './http-client.js';

/** The endpoint that hears of the account's e-mails. */
export const endpointName = 'integrator';

/** Requests under way at the most; what is beyond waits, and its latency counts from when it was due. */
const usualConnections = 128;
const longestAnswerMs = 60_000;

export interface Scene {
  /** Of the one template of the event. */
  readonly template: { readonly subject: string; readonly html: string };
  /** Without one, the account hears nothing. */
  readonly webhook: boolean;
}

/** What an integrator's program does: logs in, sets up, creates guests. */
export class Integrator {
  private constructor(
    private readonly gateway: HttpClient,
    /** What each guest's body names to get an e-mail. */
    readonly pair: { eventId: string; commsTemplateId: string },
  ) {}

  /** Signs in to the stack's account and makes an event, a template and a webhook. */
  static async enter(
    stack: BenchStack,
    scene: Scene = plainScene,
    connections = usualConnections,
  ): Promise<Integrator> {
    const { gateway, demo } = stack.info;
    const headers = {
      authorization: `Bearer ${await tokenOf(gateway, demo)}`,
      'content-type': 'application/json',
    };
    const client = new HttpClient(gateway, { connections, headers, timeoutMs: longestAnswerMs });
    const call = async <Body>(path: string, body: object): Promise<Body> => {
      const { status, text } = await client.post(path, JSON.stringify(body));
      if (status >= 300) throw new Error(`POST ${path} was answered ${status}: ${text}`);
      return JSON.parse(text) as Body;
    };
    const { id: eventId } = await call<{ id: string }>('/api/event', event);
    const { id: commsTemplateId } = await call<{ id: string }>('/api/comms/template', {
      ...{ name: 'Ticket', fromAddress: 'tickets@example.com', eventId },
      ...scene.template,
    });
    if (scene.webhook) await listen(stack, call);
    return new Integrator(client, { eventId, commsTemplateId });
  }

  /** One call, whatever it is answered. @throws Error when there is no answer */
  post(path: string, body: string): Promise<HttpAnswer> {
    return this.gateway.post(path, body);
  }

  /**
   * Creates a guest who gets an e-mail. The same id again is the same guest.
   * @returns the send's id; undefined where the call has to be repeated (no answer, 429 or 5xx)
   * @throws Error where the gateway refuses the guest
   */
  async createGuest(id: string, email: string, signal: AbortSignal): Promise<string | undefined> {
    const guest = { id, email, firstName: 'Ada', lastName: 'Lovelace', ...this.pair };
    const answer = await this.post('/api/guest', JSON.stringify(guest)).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return undefined;
    });
    if (answer === undefined || answer.status >= 500 || answer.status === 429) return undefined;
    if (answer.status >= 300)
      throw new Error(`POST /api/guest was answered ${answer.status}: ${answer.text}`);
    return sendIdOf(answer);
  }

  /** Calls under way are rejected. */
  close(): Promise<void> {
    return this.gateway.close();
  }
}

/** The id of the e-mail that was promised with an answer. */
export const sendIdOf = ({ text }: HttpAnswer): string =>
  (JSON.parse(text) as { attendeeInvitationId: string }).attendeeInvitationId;

const event = {
  title: 'Summer Gala',
  startTime: '2036-06-21T19:30',
  endTime: '2036-06-21T23:00',
  timeZoneId: 'Europe/London',
};

const plainScene: Scene = {
  template: {
    subject: 'Your ticket for {{event}}',
    html: '<p>Hello {{fullname}}, <a href="https://example.com/">see you</a> at {{event}}.</p>',
  },
  webhook: true,
};

async function listen(
  stack: BenchStack,
  call: (path: string, body: object) => Promise<{ secret: string }>,
): Promise<void> {
  const urls = await stack.receiver.open([endpointName], endpointName, 'answers');
  const { secret } = await call('/api/comms/webhook', { url: urls.get(endpointName) });
  await stack.receiver.ask('trust', { secrets: { [endpointName]: secret } });
}

async function tokenOf(gateway: string, demo: BenchStack['info']['demo']): Promise<string> {
  const { clientId, clientSecret, username, password } = demo;
  const answer = await fetch(`${gateway}/core/connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      ...{ grant_type: 'password', scope: 'qflowapi', username, password },
      ...{ client_id: clientId, client_secret: clientSecret },
    }),
  });
  if (!answer.ok) throw new Error(`The demo account could not sign in: ${await answer.text()}`);
  return ((await answer.json()) as { access_token: string }).access_token;
}
