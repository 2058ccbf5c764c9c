import { randomBytes } from 'node:crypto';
import { Client } from './http/client.js';
import { Deviation } from './deviation.js';
import { Arrivals } from './receiver/arrivals.js';
import { startReceiver } from './receiver/receiver.js';
import { bounce } from './steps/bounce.js';
import { checkAccess } from './steps/check-access.js';
import { createGuest } from './steps/create-guest.js';
import { createTemplate } from './steps/create-template.js';
import { getToken } from './steps/get-token.js';
import { readHistory } from './steps/read-history.js';
import { readMail } from './steps/read-mail.js';
import { registerWebhook } from './steps/register-webhook.js';
import { repeatGuest } from './steps/repeat-guest.js';
import { resend } from './steps/resend.js';
import { summarise } from './summary.js';

/**
 * @typedef {object} Demo What the steps work with.
 * @property {import('./find-stack.js').Stack} stack
 * @property {import('./screen/screen.js').Screen} screen
 * @property {Client} api
 * @property {Client} inbox
 * @property {Awaited<ReturnType<typeof startReceiver>>} receiver
 * @property {Arrivals} arrivals
 * @property {string} run Sets the addresses and correlation ids of this run apart from those of others.
 */

/**
 * @param {import('./find-stack.js').Stack} stack
 * @param {import('./screen/screen.js').Screen} screen
 * @returns {Promise<number>} the exit code: 1 when a step was not as documented.
 */
export async function runDemo(stack, screen) {
  screen.title('Qflow Comms: the integrator guide, step by step');
  const arrivals = new Arrivals(screen);
  const receiver = await startReceiver(stack.receiverHost, {
    genuine: (received) => arrivals.genuine(received),
    refused: (reason) => arrivals.fail(new Deviation(`A webhook came that does not verify: ${reason}.`)),
  });
  screen.print(
    `\n  API       ${stack.gateway}\n  Inbox     ${stack.sandbox}\n  Receiver  ${receiver.url}  (ours)`,
  );
  try {
    const api = new Client(stack.gateway, screen);
    const inbox = new Client(stack.sandbox, screen, stack.sandbox);
    const run = randomBytes(2).toString('hex');
    await play({ stack, screen, api, inbox, receiver, arrivals, run });
    return 0;
  } catch (error) {
    if (!(error instanceof Deviation)) throw error;
    screen.failed(error.message);
    screen.print(`\nNot everything was as documented. What the services say about it is ${stack.logs}.\n`);
    return 1;
  } finally {
    await receiver.close();
  }
}

/** @param {Demo} demo */
async function play(demo) {
  await getToken(demo);
  const event = await checkAccess(demo);
  const { replaced } = await registerWebhook(demo);
  const template = await createTemplate(demo, event);
  const created = await createGuest(demo, event, template);
  const mailUrl = await readMail(demo, created.guest);
  await repeatGuest(demo, created);
  await resend(demo, created, template);
  await bounce(demo, event, template);
  await readHistory(demo, created.guest.attendeeInvitationId);
  summarise(demo, { mailUrl, replaced });
}
