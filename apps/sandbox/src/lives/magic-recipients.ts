import { firstLink } from './first-link.js';
import type { LifeStep, MailFacts } from './life.js';

/** The domain whose addresses decide for themselves what happens to their mail. */
export const MAGIC_DOMAIN = 'sandbox.test';

/** Addresses of TEST-NET-3 (RFC 5737), so that nobody takes them for real ones. */
const MAIL_SERVER = '203.0.113.25';
const READER = {
  ip: '203.0.113.80',
  useragent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.0',
};

const delivered: LifeStep = {
  event: 'delivered',
  details: { response: '250 2.0.0 OK: queued as 4hQ2yZ0sandbox', ip: MAIL_SERVER, tls: 1 },
};
const bounced: LifeStep = {
  event: 'bounce',
  details: {
    reason: '550 5.1.1 The email account that you tried to reach does not exist.',
    status: '5.1.1',
    type: 'bounce',
    bounce_classification: 'Invalid Address',
    ip: MAIL_SERVER,
    tls: 1,
  },
};
/** A block is temporary, and is a `bounce` event all the same: only `type` tells the two apart. */
const blocked: LifeStep = {
  event: 'bounce',
  details: {
    reason: '554 5.7.1 The message was blocked because of the reputation of the sending address.',
    status: '5.7.1',
    type: 'blocked',
    bounce_classification: 'Reputation',
    ip: MAIL_SERVER,
    tls: 1,
  },
};
/** `attempt` is documented as a string and seen as a number; one of each, so that receivers learn to take both. */
const deferrals: readonly LifeStep[] = ['1', 2].map((attempt) => ({
  event: 'deferred',
  details: { response: '451 4.7.1 Greylisted, please try again later', attempt },
}));
const dropped: LifeStep = { event: 'dropped', details: { reason: 'Bounced Address', status: '5.0.0' } };
const opened: LifeStep = {
  event: 'open',
  details: { ...READER, sg_machine_open: false, sg_content_type: 'html' },
};
const spamReport: LifeStep = { event: 'spamreport', details: {} };
const unsubscribed: LifeStep = { event: 'unsubscribe', details: {} };

function clicked({ content }: MailFacts): LifeStep {
  const html = content.find((part) => part.type.toLowerCase() === 'text/html')?.value ?? '';
  const url = firstLink(html) ?? `https://${MAGIC_DOMAIN}/`;
  return { event: 'click', details: { ...READER, url, url_offset: { index: 0, type: 'html' } } };
}

const plainlyProcessed = { event: 'processed', details: {} } as const satisfies LifeStep;

function processed({ ipPoolName, sendAt }: MailFacts): LifeStep {
  if (ipPoolName === undefined && sendAt === undefined) return plainlyProcessed;
  const pool = ipPoolName === undefined ? {} : { pool: { name: ipPoolName, id: 1 } };
  return { event: 'processed', details: { ...pool, ...(sendAt === undefined ? {} : { send_at: sendAt }) } };
}

type Life = (mail: MailFacts) => readonly LifeStep[];

const ordinaryLife: Life = (mail) => [processed(mail), delivered];

const lives: ReadonlyMap<string, Life> = new Map<string, Life>([
  ['delivered', ordinaryLife],
  ['bounced', (mail) => [processed(mail), bounced]],
  ['blocked', (mail) => [processed(mail), blocked]],
  // SendGrid drops a mail instead of processing it.
  ['dropped', () => [dropped]],
  ['spam', (mail) => [processed(mail), delivered, spamReport]],
  ['unsubscribed', (mail) => [processed(mail), delivered, unsubscribed]],
  ['opened', (mail) => [processed(mail), delivered, opened]],
  ['clicked', (mail) => [processed(mail), delivered, opened, clicked(mail)]],
  ['deferred', (mail) => [processed(mail), ...deferrals, delivered]],
]);

/** The names before `@sandbox.test` that have a life of their own. */
export const magicNames: readonly string[] = [...lives.keys()];

/**
 * What happens to a mail for this recipient, in order. `bounced@sandbox.test`, `bounced+any-label@sandbox.test`
 * and so on for each of {@link magicNames}; everybody else's mail is processed and delivered.
 */
export function lifeOf(recipient: string, mail: MailFacts): readonly LifeStep[] {
  const [local = '', domain] = recipient.toLowerCase().split('@');
  const name = local.split('+', 1)[0] ?? '';
  const life = domain === MAGIC_DOMAIN ? lives.get(name) : undefined;
  return (life ?? ordinaryLife)(mail);
}
