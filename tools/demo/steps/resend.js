import { must, mustEqual } from '../deviation.js';
import { mustTellOf } from '../receiver/arrivals.js';
import { mailsOf } from './read-mail.js';

/**
 * The guide's option B: a send to an existing attendee. The first one was delivered, so a resend is allowed.
 * @param {import('../run-demo.js').Demo} demo
 * @param {{ guest: { id: string, email: string, attendeeInvitationId: string } }} created
 * @param {{ id: string }} template
 * @returns the id of the send.
 */
export async function resend({ api, inbox, screen, arrivals, run }, { guest }, template) {
  screen.step('Resend');
  const json = { attendeeId: guest.id, templateId: template.id, correlationId: `resend-${run}` };
  arrivals.posting(json.correlationId);
  const { body: ticket } = await api.call('POST', '/api/comms/send', {
    json,
    tell: ({ attendeeInvitationId, status }) => `${status}  ${attendeeInvitationId}`,
  });
  mustEqual('"status"', ticket.status, 'queued');
  const { attendeeInvitationId } = ticket;
  must(attendeeInvitationId !== guest.attendeeInvitationId, 'A resend must be a send of its own.');
  const events = await arrivals.ofPost(json.correlationId, ['comms.sent', 'comms.delivered']);
  mustTellOf(events, { attendeeId: guest.id, templateId: template.id, attendeeInvitationId });
  const { messages } = await mailsOf(inbox, { to: guest.email });
  const sends = messages.map(({ customArgs }) => customArgs.qflow_send_id);
  mustEqual(
    'The sends behind the e-mails',
    sends.sort(),
    [guest.attendeeInvitationId, attendeeInvitationId].sort(),
  );
  screen.verified('two e-mails for three requests: the first one and the resend');
  return attendeeInvitationId;
}
