import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { Liquid } from 'liquidjs';
import { Pool } from 'undici';
import type { MailFloor, RunningFloor } from '../protocol.js';

const connections = 32;

/** LiquidJS, JSON.stringify and undici POST to a bare Fastify that parses: what an e-mail costs at least. */
export async function startMail({ template: { subject, html } }: MailFloor): Promise<RunningFloor> {
  const liquid = new Liquid({ outputEscape: 'escape' });
  const [subjectTemplate, htmlTemplate] = [liquid.parse(subject), liquid.parse(html)];
  const pool = new Pool(await provider(), { connections });
  return {
    lanes: connections,
    async work(index) {
      const values = valuesOf(index);
      const message = {
        personalizations: [{ to: [{ email: values.email }], custom_args: { send_id: String(index) } }],
        from: { email: 'tickets@example.com' },
        subject: String(liquid.renderSync(subjectTemplate, values)),
        content: [{ type: 'text/html', value: String(liquid.renderSync(htmlTemplate, values)) }],
      };
      const answer = await pool.request({
        ...{ method: 'POST', path: '/v3/mail/send', body: JSON.stringify(message) },
        headers: { 'content-type': 'application/json' },
      });
      await answer.body.dump();
      if (answer.statusCode !== 202) throw new Error(`The provider answered ${answer.statusCode}.`);
    },
  };
}

async function provider(): Promise<string> {
  const app = fastify();
  app.post('/v3/mail/send', (_request, reply) => reply.code(202).send());
  await app.ready();
  app.server.listen(0, '127.0.0.1');
  await once(app.server, 'listening');
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

const valuesOf = (index: number): Record<string, string> => ({
  ...{
    firstname: 'Ada',
    lastname: 'Lovelace',
    fullname: 'Ada Lovelace',
    email: `guest+${index}@sandbox.test`,
  },
  ...{ barcode: 'K7Q2M9XW4T8B1ZRC', plusones: '1', guestnotes: 'Vegetarian.', event: 'Summer Gala' },
  ...{ date: '21 June 2036', starttime: '19:30', endtime: '23:00', barcode_qr: 'https://example.com/qr.png' },
  ...{ rsvplink_yes: 'https://example.com/yes', rsvplink_no: 'https://example.com/no' },
  unsubscribe_link: 'https://example.com/unsubscribe',
});
