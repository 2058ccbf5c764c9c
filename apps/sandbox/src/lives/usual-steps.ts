import { firstLink } from './first-link.js';
import type { LifeStep, MailFacts, ProviderEventName } from './life.js';

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
export const blocked: LifeStep = {
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

/** Told by a mail server long after it took the mail; SendGrid then often knows neither the server nor the message. */
export const lateBounce: LifeStep = {
  event: 'bounce',
  details: { ...bounced.details, ip: null, tls: null, sg_message_id: null },
};

/** `attempt` is documented as a string and seen as a number; one of each, so that receivers learn to take both. */
export const deferrals: readonly LifeStep[] = ['1', 2].map((attempt) => ({
  event: 'deferred',
  details: { response: '451 4.7.1 Greylisted, please try again later', attempt },
}));
const [deferred] = deferrals as [LifeStep];

const dropped: LifeStep = { event: 'dropped', details: { reason: 'Bounced Address', status: '5.0.0' } };
const opened: LifeStep = {
  event: 'open',
  details: { ...READER, sg_machine_open: false, sg_content_type: 'html' },
};
const spamReport: LifeStep = { event: 'spamreport', details: {} };
const unsubscribed: LifeStep = { event: 'unsubscribe', details: {} };

const plainlyProcessed = { event: 'processed', details: {} } as const satisfies LifeStep;

function processed({ ipPoolName, sendAt }: MailFacts): LifeStep {
  if (ipPoolName === undefined && sendAt === undefined) return plainlyProcessed;
  const pool = ipPoolName === undefined ? {} : { pool: { name: ipPoolName, id: 1 } };
  return { event: 'processed', details: { ...pool, ...(sendAt === undefined ? {} : { send_at: sendAt }) } };
}

function clicked({ content }: MailFacts): LifeStep {
  const html = content.find((part) => part.type.toLowerCase() === 'text/html')?.value ?? '';
  const url = firstLink(html) ?? `https://${MAGIC_DOMAIN}/`;
  return { event: 'click', details: { ...READER, url, url_offset: { index: 0, type: 'html' } } };
}

/** The group stands here too, so that a mail without one can leave a group. */
const chosenInGroup =
  (event: 'group_unsubscribe' | 'group_resubscribe') =>
  ({ asmGroupId = 1 }: MailFacts): LifeStep => ({
    event,
    details: { ...READER, url: `https://${MAGIC_DOMAIN}/asm`, asm_group_id: asmGroupId },
  });

const usual: Readonly<Record<ProviderEventName, (mail: MailFacts) => LifeStep>> = {
  processed,
  deferred: () => deferred,
  delivered: () => delivered,
  bounce: () => bounced,
  dropped: () => dropped,
  open: () => opened,
  click: clicked,
  spamreport: () => spamReport,
  unsubscribe: () => unsubscribed,
  group_unsubscribe: chosenInGroup('group_unsubscribe'),
  group_resubscribe: chosenInGroup('group_resubscribe'),
};

/** Every event that a message can cause, by SendGrid's names. */
export const messageEventNames = Object.keys(usual) as readonly ProviderEventName[];

/**
 * An event as SendGrid would usually tell it of this mail. Its details are shared: never written to.
 *
 * @param type of a bounce: `blocked` makes it a block
 */
export function usualStep(event: ProviderEventName, mail: MailFacts, type?: unknown): LifeStep {
  return event === 'bounce' && type === 'blocked' ? blocked : usual[event](mail);
}
