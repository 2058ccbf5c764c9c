import { randomUUID } from 'node:crypto';
import { must, mustEqual } from '../deviation.js';
import { mustTellOf } from '../receiver/arrivals.js';

/**
 * Quick start 5: one POST creates the guest and sends the e-mail.
 * @param {import('../run-demo.js').Demo} demo
 * @param {{ id: string }} event
 * @param {{ id: string }} template
 * @returns what was posted and what was answered.
 */
export async function createGuest({ api, screen, arrivals, run }, event, template) {
  screen.step('Create a guest and trigger the send');
  const json = {
    id: randomUUID(),
    firstName: 'Ada',
    lastName: 'Lovelace',
    email: `ada+${run}@example.com`,
    plusOnes: 1,
    additionalInfo: 'Vegetarian',
    tags: '{tickettype}VIP,{session}Opening,{session}Dinner',
    customFields: { 1: 'Table 7' },
    eventId: event.id,
    commsTemplateId: template.id,
    correlationId: `order-${run}`,
  };
  arrivals.posting(json.correlationId);
  const { body: guest } = await api.call('POST', '/api/guest', {
    json,
    tell: ({ firstName, lastName, barcode }) => `${firstName} ${lastName}, barcode ${barcode}`,
  });
  for (const [name, value] of Object.entries(json)) mustEqual(`"${name}" of the guest`, guest[name], value);
  must(
    /^[A-Z0-9]{16}$/.test(guest.barcode),
    `"barcode" is ${guest.barcode}; it should be 16 of A–Z and 0–9.`,
  );
  const events = await arrivals.ofPost(json.correlationId, ['comms.sent', 'comms.delivered']);
  const { attendeeInvitationId } = events[0].data;
  mustTellOf(events, { attendeeId: guest.id, templateId: template.id, attendeeInvitationId });
  mustEqual('"attendeeInvitationId" of the guest', guest.attendeeInvitationId, attendeeInvitationId);
  screen.verified('comms.sent and comms.delivered name the guest, the template and the order');
  return { json, guest };
}
