import { must, mustEqual } from '../deviation.js';

/** Merge tokens in the subject, in the text, in attributes and in links. */
const HTML = `<!doctype html>
<html>
  <body style="font-family: sans-serif">
    <h1>{{event}}</h1>
    <p>Hello {{firstname}}, this is the ticket of {{fullname}} ({{email}}) and {{plusones}} more.</p>
    <p>{{date}}, {{starttime}} to {{endtime}}. {{tickets}}. {{V_1}}.</p>
    <p>{{sessions}}</p>
    <p><img src="{{barcode_qr}}" alt="{{barcode}}" width="200" height="200"></p>
    <p>Will you come? <a href="{{rsvplink_yes}}">Yes</a> or <a href="{{rsvplink_no}}">no</a></p>
    <p>{{companyname}}. {{guestnotes}}</p>
  </body>
</html>`;

/**
 * Quick start 4.
 * @param {import('../run-demo.js').Demo} demo
 * @param {{ id: string }} event
 * @returns the template.
 */
export async function createTemplate({ api, screen }, event) {
  screen.step('Create a comms template');
  const json = {
    eventId: event.id,
    name: 'Ticket confirmation v1',
    subject: 'Your ticket for {{event}} — {{firstname}}',
    html: HTML,
    fromAddress: 'tickets@northwind.example',
    fromName: 'Northwind Tickets',
    replyTo: 'support@northwind.example',
  };
  const { body } = await api.call('POST', '/api/comms/template', {
    json,
    tell: ({ id, version }) => `template ${id}, version ${version}`,
  });
  must(body.id, 'The answer holds no "id".');
  for (const [name, value] of Object.entries(json)) mustEqual(`"${name}" of the template`, body[name], value);
  return body;
}
