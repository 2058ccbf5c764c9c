import { must } from '../deviation.js';

/**
 * Quick start 2: 200 means that the Comms API is enabled for the account. Templates belong to an event, so the event
 * comes first.
 * @param {import('../run-demo.js').Demo} demo
 * @returns the event.
 */
export async function checkAccess({ api, screen }) {
  screen.step('Confirm Comms API access');
  const { body: event } = await api.call('POST', '/api/event', {
    json: {
      title: 'Spring Gala & Dinner',
      startTime: '2027-04-24T19:30:00',
      endTime: '2027-04-24T23:45:00',
      timeZoneId: 'Europe/London',
      companyName: 'Northwind Events',
    },
    tell: ({ id, title }) => `${title}  ${id}`,
  });
  must(event.id, 'The answer holds no "id".');
  const { body: templates } = await api.call('GET', `/api/comms/templates?eventId=${event.id}`, {
    tell: (list) => `access is enabled; ${list.length} templates so far`,
  });
  must(
    Array.isArray(templates) && templates.length === 0,
    'A new event must have an empty array of templates.',
  );
  return event;
}
