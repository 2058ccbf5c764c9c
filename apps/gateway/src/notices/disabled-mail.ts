import type { EndpointReport, NoticeMailV1 } from '@qflow/contracts';
import { Html, markup } from '../links/html.js';
import { endpointName } from './endpoint-name.js';
import { whyDisabled } from './endpoint-notice.js';

interface Disabled {
  report: EndpointReport;
  /** RFC 3339, UTC. */
  at: string;
  /** Address under which the API is reached from outside. */
  publicUrl: string;
}

/** The e-mail about an endpoint that was disabled: what happened, and what its reader can do, in that order. */
export function disabledMail(disabled: Disabled): Pick<NoticeMailV1, 'subject' | 'text' | 'html'> {
  const name = endpointName(disabled.report.url);
  const subject = `Your webhook to ${name} was disabled`;
  const opening = `Your webhook to ${name} was disabled on ${minute(disabled.at)}. Nothing is sent to it until you enable it again.`;
  const why = whyDisabled(disabled.report);
  const steps = stepsOf(disabled);
  return {
    subject,
    text: [
      'Hello,',
      opening,
      why,
      'What you can do:',
      ...steps.map(({ what, request }, index) => `${index + 1}. ${what}\n   ${request}`),
      closing,
    ].join('\n\n'),
    html: markup`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${subject}</title></head>
<body style="font-family: sans-serif; line-height: 1.5; max-width: 40em">
<p>Hello,</p>
<p>${opening}</p>
<p>${why}</p>
<p>What you can do:</p>
<ol>
${listOf(steps)}
</ol>
<p>${closing}</p>
</body>
</html>
`.source,
  };
}

const closing =
  'Events that come while it is disabled, and deliveries that failed, are kept in its log for 30 days. You get this ' +
  'e-mail because you are a user of the account that the webhook belongs to.';

interface Step {
  what: string;
  request: string;
}

function stepsOf({ report, publicUrl }: Disabled): Step[] {
  const webhook = `${publicUrl.replace(/\/$/, '')}/api/comms/webhooks/${report.id}`;
  return [
    {
      what: 'Mend the endpoint, and see with a test call whether it answers:',
      request: `POST ${webhook}/test`,
    },
    { what: 'Enable the webhook again:', request: `PATCH ${webhook} {"active": true}` },
    {
      // Not the time of this: what waited for a retry then was missed as well, and is older.
      what: 'Have the events it missed sent again. The answer to step 2 says in "missed" since when; an earlier time brings what failed before as well:',
      request: `POST ${webhook}/replay {"since": "…"}`,
    },
  ];
}

const listOf = (steps: readonly Step[]): Html =>
  new Html(
    steps.map(({ what, request }) => markup`<li>${what}<br><code>${request}</code></li>`.source).join('\n'),
  );

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' });

/** `21 November 2026 at 17:51 UTC` */
const minute = (at: string): string => `${day.format(new Date(at))} at ${clock.format(new Date(at))} UTC`;
