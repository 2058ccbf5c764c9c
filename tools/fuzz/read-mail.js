/* global fetch */
import { setTimeout } from 'node:timers/promises';

const patienceMs = 20_000;

/**
 * Has an e-mail sent to a guest and takes it out of the inbox: only there are links that a guest may open.
 * @param {{ gateway: string, sandbox: string }} stack
 * @param {string} token
 * @returns {Promise<{ html: string }>}
 */
export async function readMail({ gateway, sandbox }, token) {
  const create = async (path, body) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(gateway + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return response.json();
  };
  const event = await create('/api/event', {
    title: 'Fuzz',
    startTime: '2090-01-01T10:00',
    endTime: '2090-01-01T11:00',
    timeZoneId: 'UTC',
  });
  const template = await create('/api/comms/template', {
    eventId: event.id,
    name: 'Fuzz',
    subject: 'Fuzz',
    html: [
      '<a href="{{rsvplink_yes}}">Yes</a> <a href="{{rsvplink_no}}">No</a> <img src="{{barcode_qr}}">',
      '<a href="{{unsubscribe_link}}">Unsubscribe</a>',
    ].join(' '),
    fromAddress: 'fuzz@example.com',
  });
  const guest = { eventId: event.id, commsTemplateId: template.id };
  // Bounces in the sandbox: now there is a suppression to lift.
  await create('/api/guest', { ...guest, email: 'bounced@sandbox.test' });
  const invited = await create('/api/guest', { ...guest, email: 'fuzz@example.com' });
  const { id } = await findMail(sandbox, invited.attendeeInvitationId);
  return (await fetch(`${sandbox}/inbox/messages/${id}`)).json();
}

async function findMail(sandbox, sendId) {
  const search = `${sandbox}/inbox/messages?customArg.qflow_send_id=${sendId}`;
  for (const end = Date.now() + patienceMs; Date.now() < end; await setTimeout(100)) {
    const [message] = (await (await fetch(search)).json()).messages;
    if (message) return message;
  }
  throw new Error(`No e-mail came in ${patienceMs / 1000} s; is every service running?`);
}
