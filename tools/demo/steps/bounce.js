import { randomUUID } from 'node:crypto';
import { mustEqual } from '../deviation.js';
import { mustTellOf } from '../receiver/arrivals.js';

/**
 * A recipient whose mail server refuses: the event tells, and from then on the API does.
 * @param {import('../run-demo.js').Demo} demo
 * @param {{ id: string }} event
 * @param {{ id: string }} template
 */
export async function bounce({ api, screen, arrivals, run }, event, template) {
  screen.step('Write to an address that bounces');
  const json = {
    id: randomUUID(),
    firstName: 'Charles',
    lastName: 'Babbage',
    // With a label of this run: an address that has bounced stays on the account's suppression list.
    email: `bounced+${run}@sandbox.test`,
    eventId: event.id,
    commsTemplateId: template.id,
    correlationId: `bounce-${run}`,
  };
  arrivals.posting(json.correlationId);
  const { body: guest } = await api.call('POST', '/api/guest', { json, tell: ({ email }) => email });
  const { attendeeInvitationId } = guest;
  const events = await arrivals.ofPost(json.correlationId, ['comms.sent', 'comms.bounced']);
  mustTellOf(events, { attendeeId: guest.id, templateId: template.id, attendeeInvitationId });
  const { body: refusal } = await api.call('POST', '/api/comms/send', {
    json: { attendeeId: guest.id, templateId: template.id },
    expect: 422,
  });
  mustEqual('"code"', refusal.code, 'previous_send_permanently_failed');
  mustEqual(
    '"attendeeInvitationId" of "previous"',
    refusal.previous?.attendeeInvitationId,
    attendeeInvitationId,
  );
  mustEqual('"status" of "previous"', refusal.previous?.status, 'bounced');
  screen.verified('a resend to it is refused, and the answer names the send that bounced');
}
