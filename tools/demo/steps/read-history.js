import { must, mustEqual } from '../deviation.js';

/** What the history of a delivered send holds at least. */
const MILESTONES = ['send queued', 'provider delivered', 'webhook comms.sent', 'webhook comms.delivered'];

/**
 * Everything that happened to the first send, from the API.
 * @param {import('../run-demo.js').Demo} demo
 * @param {string} attendeeInvitationId
 */
export async function readHistory({ api, screen }, attendeeInvitationId) {
  screen.step('Read the history of the first send');
  const { body: send } = await api.call('GET', `/api/comms/send/${attendeeInvitationId}`, {
    tell: ({ status, attempts }) => `${status}, attempts: ${attempts}`,
  });
  mustEqual('"status"', send.status, 'delivered');
  mustEqual('"attempts"', send.attempts, 1);
  must(Array.isArray(send.timeline), 'The answer holds no "timeline".');
  for (const { at, source, what, detail } of send.timeline)
    screen.note([at.slice(11, 23), source.padEnd(8), what.padEnd(15), detail ?? ''].join('  ').trimEnd());
  const told = send.timeline.map(({ source, what }) => `${source} ${what}`);
  const missing = MILESTONES.filter((milestone) => !told.includes(milestone));
  must(missing.length === 0, `The timeline lacks: ${missing.join(', ')}.`);
}
