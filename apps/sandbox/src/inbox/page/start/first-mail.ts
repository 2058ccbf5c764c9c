import type { FastifyRequest } from 'fastify';
import { lifeOf, magicNames } from '../../../lives/magic-recipients.js';
import { MAGIC_DOMAIN } from '../../../lives/usual-steps.js';
import { eventLabel } from '../../event-label.js';
import { toneOf } from '../tones.js';

/** What one has to know to send a first mail. */
export interface FirstMail {
  baseUrl: string;
  apiKey: string;
  curl: string;
  node: string;
  magic: { address: string; events: { name: string; tone: string }[] }[];
}

/** @param request by which name the sandbox is reached is seen from what the browser asked for */
export function firstMailOf(
  request: Pick<FastifyRequest, 'headers' | 'protocol'>,
  apiKey: string,
): FirstMail {
  const baseUrl = baseUrlOf(request);
  return { baseUrl, apiKey, curl: curlOf(baseUrl, apiKey), node: nodeOf(baseUrl, apiKey), magic: magicOf() };
}

/** A name or address with its port. What is not one must not stand in a command that people paste. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

function baseUrlOf({ headers, protocol }: Pick<FastifyRequest, 'headers' | 'protocol'>): string {
  const { host = '' } = headers;
  return `${protocol}://${HOST.test(host) ? host : '127.0.0.1:3005'}`;
}

const curlOf = (baseUrl: string, apiKey: string): string =>
  `curl -i ${baseUrl}/v3/mail/send \\
  -H ${quoted(`Authorization: Bearer ${apiKey}`)} -H 'Content-Type: application/json' \\
  -d '{"personalizations": [{"to": [{"email": "clicked+ann@${MAGIC_DOMAIN}"}]}],
       "from": {"email": "events@example.com"}, "subject": "Your ticket",
       "content": [{"type": "text/html", "value": "<a href=\\"https://example.com/\\">See you there</a>"}]}'`;

const nodeOf = (baseUrl: string, apiKey: string): string =>
  `import { Client } from '@sendgrid/client';
import sendgrid from '@sendgrid/mail';

const client = new Client();
client.setApiKey(${JSON.stringify(apiKey)});
client.setDefaultRequest('baseUrl', '${baseUrl}');
sendgrid.setClient(client);

await sendgrid.send({
  to: 'clicked+ann@${MAGIC_DOMAIN}',
  from: 'events@example.com',
  subject: 'Your ticket',
  html: '<a href="https://example.com/">See you there</a>',
});`;

/** For a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

function magicOf(): FirstMail['magic'] {
  return magicNames.map((name) => {
    const address = `${name}@${MAGIC_DOMAIN}`;
    const events = lifeOf(address, { content: [] }).map(eventLabel);
    return { address, events: events.map((event) => ({ name: event, tone: toneOf(event) })) };
  });
}
