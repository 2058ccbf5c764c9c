import type { StackInfo } from '@qflow/local-stack';

interface Created {
  id: string;
}

/** One guest, alone and in bulk, with an e-mail each and a webhook that hears of it. */
export async function sendSomething(stack: StackInfo, webhookUrl: string): Promise<void> {
  const token = await tokenOf(stack);
  const post = async (path: string, body: unknown): Promise<Created> => {
    const response = await fetch(`${stack.gateway}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Created;
  };
  await post('/api/comms/webhook', { url: webhookUrl });
  const { id: eventId } = await post('/api/event', {
    title: 'Summer Gala',
    startTime: '2026-06-21T19:30',
    endTime: '2026-06-21T23:00',
    timeZoneId: 'Europe/London',
    companyName: 'Analytical Events',
  });
  const { id: commsTemplateId } = await post('/api/comms/template', {
    eventId,
    name: 'Ticket',
    subject: 'Your ticket, {{firstname}}',
    html: '<p>Hello {{fullname}}</p>',
    fromAddress: 'tickets@example.com',
    fromName: 'Example Tickets',
    replyTo: 'support@example.com',
  });
  const guest = { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com', commsTemplateId };
  const { id: attendeeId } = await post('/api/guest', { ...guest, eventId });
  await post(`/api/guests/${eventId}`, [{ ...guest, email: 'grace@example.com' }]);
  await post('/api/comms/send', { attendeeId, templateId: commsTemplateId });
}

async function tokenOf({ gateway, demo }: StackInfo): Promise<string> {
  const response = await fetch(`${gateway}/core/connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: demo.clientId,
      client_secret: demo.clientSecret,
      scope: 'qflowapi',
      username: demo.username,
      password: demo.password,
    }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}
