import type { BenchStack } from '../../stack/bench-stack.js';

/** The endpoint that hears of the account's e-mails. */
export const endpointName = 'integrator';

/** What an integrator's program does: logs in, sets up, creates guests. */
export class Integrator {
  private constructor(
    private readonly gateway: string,
    private readonly token: string,
    private readonly pair: { eventId: string; commsTemplateId: string },
  ) {}

  /** Signs in to the stack's account and makes an event, a template and a webhook. */
  static async enter(stack: BenchStack): Promise<Integrator> {
    const { gateway, demo } = stack.info;
    const token = await tokenOf(gateway, demo);
    const call = async <Body>(path: string, body: object): Promise<Body> => {
      const answer = await post(gateway, token, path, body);
      if (!answer.ok) throw new Error(`POST ${path} was answered ${answer.status}: ${await answer.text()}`);
      return (await answer.json()) as Body;
    };
    const { id: eventId } = await call<{ id: string }>('/api/event', event);
    const { id: commsTemplateId } = await call<{ id: string }>('/api/comms/template', {
      ...template,
      eventId,
    });
    const urls = await stack.receiver.open([endpointName], endpointName, 'answers');
    const { secret } = await call<{ secret: string }>('/api/comms/webhook', { url: urls.get(endpointName) });
    await stack.receiver.ask('trust', { secrets: { [endpointName]: secret } });
    return new Integrator(gateway, token, { eventId, commsTemplateId });
  }

  /**
   * Creates a guest who gets an e-mail. The same id again is the same guest.
   * @returns the send's id; undefined where the call has to be repeated (no answer, or 5xx)
   * @throws Error where the gateway refuses the guest
   */
  async createGuest(id: string, email: string, signal: AbortSignal): Promise<string | undefined> {
    const guest = { id, email, firstName: 'Ada', lastName: 'Lovelace', ...this.pair };
    const answer = await post(this.gateway, this.token, '/api/guest', guest, signal).catch(
      (error: unknown) => {
        if (signal.aborted) throw error;
        return undefined;
      },
    );
    if (answer === undefined) return undefined;
    const text = await answer.text().catch(() => undefined);
    if (text === undefined || answer.status >= 500 || answer.status === 429) return undefined;
    if (!answer.ok) throw new Error(`POST /api/guest was answered ${answer.status}: ${text}`);
    return (JSON.parse(text) as { attendeeInvitationId: string }).attendeeInvitationId;
  }
}

const event = {
  title: 'Summer Gala',
  startTime: '2036-06-21T19:30',
  endTime: '2036-06-21T23:00',
  timeZoneId: 'Europe/London',
};

const template = {
  name: 'Ticket',
  subject: 'Your ticket for {{event}}',
  html: '<p>Hello {{fullname}}, <a href="https://example.com/">see you</a> at {{event}}.</p>',
  fromAddress: 'tickets@example.com',
};

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

const post = (
  gateway: string,
  token: string,
  path: string,
  body: object,
  signal?: AbortSignal,
): Promise<Response> =>
  fetch(`${gateway}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
