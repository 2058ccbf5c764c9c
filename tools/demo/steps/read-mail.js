import { must, mustEqual } from '../deviation.js';

/**
 * The e-mail itself, in the sandbox's inbox: every merge token has become what it stands for.
 * @param {import('../run-demo.js').Demo} demo
 * @param {{ barcode: string, attendeeInvitationId: string }} guest
 * @returns {Promise<string>} where a browser shows it.
 */
export async function readMail({ stack, api, inbox, screen }, guest) {
  screen.note('And the e-mail, as the recipient has it:');
  const { messages } = await mailsOf(inbox, { 'customArg.qflow_send_id': guest.attendeeInvitationId });
  mustEqual('The number of e-mails of this send', messages.length, 1);
  const { body: mail } = await inbox.call('GET', `/inbox/messages/${messages[0].id}`, {
    tell: ({ subject }) => `“${subject}”`,
  });
  mustEqual('The subject', mail.subject, 'Your ticket for Spring Gala & Dinner — Ada');
  const texts = [
    '<h1>Spring Gala &amp; Dinner</h1>',
    'Hello Ada, this is the ticket of Ada Lovelace',
    'and 1 more',
    '24 April 2027, 19:30 to 23:45. VIP. Table 7.',
    guest.barcode,
    'Northwind Events. Vegetarian',
  ];
  for (const text of texts) must(mail.html.includes(text), `The e-mail does not say “${text}”.`);
  must(!mail.html.includes('{{'), 'The e-mail still holds a merge token.');
  const links = [...mail.html.matchAll(/href="([^"]+)"/g)].map(([, url]) => url);
  mustEqual('The number of different RSVP links', new Set(links).size, 2);
  await loadQrCode(api, stack, mail.html);
  screen.verified('every merge token is filled in, escaped in the HTML and plain in the subject');
  return `${stack.sandbox}/inbox/view/${mail.id}`;
}

/**
 * Asks the inbox, newest first.
 * @param {import('../http/client.js').Client} inbox
 * @param {Record<string, string>} query
 * @returns {Promise<{ messages: { id: string, customArgs: Record<string, string> }[] }>}
 */
export async function mailsOf(inbox, query) {
  const parameters = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const { body } = await inbox.call('GET', `/inbox/messages?${parameters.join('&')}`, {
    tell: ({ messages }) => `${messages.length} in the inbox`,
  });
  return body;
}

async function loadQrCode(api, stack, html) {
  const url = /<img src="([^"]+)"/.exec(html)[1].replaceAll('&amp;', '&');
  const base = stack.publicUrl ?? stack.gateway;
  must(url.startsWith(`${base}/`), `The QR code is at ${url}, which is not on ${base}.`);
  const type = 'image/png';
  const tell = ({ bytes }) => `${type}, ${bytes} bytes`;
  await api.call('GET', url.slice(base.length), { type, tell });
}
