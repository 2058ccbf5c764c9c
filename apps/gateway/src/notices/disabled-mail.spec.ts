import { describe, expect, it } from '@jest/globals';
import type { EndpointReport } from '@qflow/contracts';
import { disabledMail } from './disabled-mail.js';

const report: EndpointReport = {
  id: '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41',
  url: 'https://user:pass@hooks.example.com/qflow/in?key=s3cret#top',
  failures: 20,
  disableAfter: 20,
  disabledReason: 'failures',
  lastError: 'answered 500',
};
const mailOf = (values: Partial<EndpointReport> = {}) =>
  disabledMail({
    report: { ...report, ...values },
    at: '2026-11-21T17:51:07.123Z',
    publicUrl: 'https://comms.example.com',
  });

describe('disabledMail', () => {
  it('says what happened, why, and what to do', () => {
    expect(mailOf().subject).toBe('Your webhook to hooks.example.com/qflow/in was disabled');
    expect(mailOf().text).toBe(`Hello,

Your webhook to hooks.example.com/qflow/in was disabled on 21 November 2026 at 17:51 UTC. Nothing is sent to it until you enable it again.

20 deliveries in a row failed for good. The last one ended with: answered 500.

What you can do:

1. Mend the endpoint, and see with a test call whether it answers:
   POST https://comms.example.com/api/comms/webhooks/${report.id}/test

2. Enable the webhook again:
   PATCH https://comms.example.com/api/comms/webhooks/${report.id} {"active": true}

3. Have the events it missed sent again. The answer to step 2 says in "missed" since when; an earlier time brings what failed before as well:
   POST https://comms.example.com/api/comms/webhooks/${report.id}/replay {"since": "…"}

Events that come while it is disabled, and deliveries that failed, are kept in its log for 30 days. You get this e-mail because you are a user of the account that the webhook belongs to.`);
  });

  it('says the same in HTML', () => {
    const { html } = mailOf();
    expect(html).toContain(
      '<p>20 deliveries in a row failed for good. The last one ended with: answered 500.</p>',
    );
    expect(html.match(/<li>/g)).toHaveLength(3);
    expect(html).toContain(
      `<code>PATCH https://comms.example.com/api/comms/webhooks/${report.id} {&quot;active&quot;: true}</code>`,
    );
  });

  it('shows nothing of the URL that may be a secret', () => {
    const { subject, text, html } = mailOf();
    expect(subject + text + html).not.toMatch(/s3cret|pass|user:/);
  });

  it('tells an endpoint that is gone from one that fails', () => {
    expect(mailOf({ disabledReason: 'gone', failures: 1 }).text).toContain('The endpoint answered 410 Gone');
  });

  it('lets a receiver write neither HTML nor headers', () => {
    const { subject, text, html } = mailOf({
      url: 'https://hooks.example.com/<script>alert(1)</script>\r\nBcc: eve@example.com',
      lastError: '</p><script>alert(2)</script>\r\n\u202e\u0000' + 'x'.repeat(5_000),
    });
    expect(subject).not.toMatch(/[\r\n]/);
    expect(html).not.toContain('<script');
    expect([...text].filter((character) => character < ' ' && character !== '\n')).toEqual([]);
    expect(text.length).toBeLessThan(2_000);
  });
});
