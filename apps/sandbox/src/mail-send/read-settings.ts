import { isObject } from '../api/is-object.js';
import { isEmailAddress } from './email-address.js';
import type { Problems } from './problems.js';

/** The values that one kind of setting takes, absent ones aside. */
const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
const isText = (value: unknown): boolean => typeof value === 'string';

/** A setting by its path, and SendGrid's words when it holds something else. */
type Rule = readonly [path: string, fits: (value: unknown) => boolean, message: string];

const boolean = (path: string, message: string): Rule => [path, isBoolean, message];
const text = (path: string, message: string): Rule => [path, isText, message];
const analytics = (name: string): Rule =>
  text(`tracking_settings.ganalytics.${name}`, `The Google Analytics ${name} must be a string value.`);
const bypass = (name: string): Rule =>
  boolean(
    `mail_settings.bypass_${name}_management.enable`,
    `The bypass ${name} management enable param should be a boolean value.`,
  );

/** @see https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors */
const RULES: readonly Rule[] = [
  boolean('mail_settings.bcc.enable', 'The bcc enable param should be a boolean value.'),
  ...['list', 'spam', 'bounce', 'unsubscribe'].map(bypass),
  boolean('mail_settings.footer.enable', 'The footer enable param should be a boolean value.'),
  text('mail_settings.footer.html', 'The text/html version of your footer should be a string.'),
  text('mail_settings.footer.text', 'The text/plain version of your footer should be a string.'),
  boolean('mail_settings.sandbox_mode.enable', 'The sandbox mode enable param should be a boolean value.'),
  boolean('mail_settings.spam_check.enable', 'The spam check enable param should be a boolean value.'),
  text('mail_settings.spam_check.post_to_url', 'The spam check url must be a string.'),
  [
    'mail_settings.spam_check.threshold',
    (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 10,
    'The spam check threshold is between 1 and 10, with the lower numbers being the most strict filtering.',
  ],
  boolean(
    'tracking_settings.click_tracking.enable',
    'The click tracking enable param should be a boolean value.',
  ),
  boolean(
    'tracking_settings.click_tracking.enable_text',
    'The click tracking enable text must be a boolean value.',
  ),
  boolean(
    'tracking_settings.ganalytics.enable',
    'The Google Analytics enable param must be a boolean value.',
  ),
  ...['utm_campaign', 'utm_content', 'utm_medium', 'utm_source', 'utm_term'].map(analytics),
  boolean(
    'tracking_settings.open_tracking.enable',
    'The open tracking enable param should be a boolean value.',
  ),
  text(
    'tracking_settings.open_tracking.substitution_tag',
    'The open tracking substitution tag must be a string.',
  ),
  boolean(
    'tracking_settings.subscription_tracking.enable',
    'The subscription tracking enable param should be a boolean value.',
  ),
  text(
    'tracking_settings.subscription_tracking.html',
    'The subscription tracking unsubscribe content for text/html messages must be a string.',
  ),
  text(
    'tracking_settings.subscription_tracking.text',
    'The subscription tracking unsubscribe content for text/plain messages must be a string.',
  ),
  text(
    'tracking_settings.subscription_tracking.substitution_tag',
    'The subscription tracking substitution tag must be a string value.',
  ),
];

/** Checks `mail_settings` and `tracking_settings`, and returns the one that the sandbox acts on: `sandbox_mode`. */
export function readSandboxMode(body: Record<string, unknown>, problems: Problems): boolean {
  // Of a mail that sets nothing, which is almost every one, there are forty things that need no looking at.
  if (body['mail_settings'] == null && body['tracking_settings'] == null) return false;
  for (const group of ['mail_settings', 'tracking_settings']) checkObjects(body[group], group, problems);
  for (const [path, fits, message] of RULES) {
    const value = pick(body, path);
    if (value !== undefined && value !== null && !fits(value)) problems.add(path, message);
  }
  checkBcc(body, problems);
  checkSpamCheck(body, problems);
  return pick(body, 'mail_settings.sandbox_mode.enable') === true;
}

/** The group and each setting in it must be an object. */
function checkObjects(group: unknown, field: string, problems: Problems): void {
  if (group === undefined || group === null) return;
  if (!isObject(group)) {
    problems.addType(field, 'object', group);
    return;
  }
  for (const [name, value] of Object.entries(group)) {
    if (value !== null && !isObject(value)) problems.addType(`${field}.${name}`, 'object', value);
  }
}

function checkBcc(body: Record<string, unknown>, problems: Problems): void {
  if (pick(body, 'mail_settings.bcc.enable') !== true) return;
  const email = pick(body, 'mail_settings.bcc.email');
  if (typeof email === 'string' && isEmailAddress(email)) return;
  problems.add(
    'mail_settings.bcc.email',
    'You must include a recipient object when using the bcc mail setting.',
    'message.mail_settings.bcc.email',
  );
}

function checkSpamCheck(body: Record<string, unknown>, problems: Problems): void {
  if (pick(body, 'mail_settings.spam_check.enable') !== true) return;
  const field = 'mail_settings.spam_check';
  const url = pick(body, `${field}.post_to_url`);
  if (url === undefined || url === null)
    problems.add(
      `${field}.post_to_url`,
      'You must include the url to post to when using the spam check mail setting.',
    );
  else if (typeof url === 'string' && !/^https?:\/\//.test(url))
    problems.add(
      `${field}.post_to_url`,
      'The `post_to_url` parameter must start with `http://` or `https://`.',
    );
  if (pick(body, `${field}.threshold`) == null)
    problems.add(
      `${field}.threshold`,
      'You must include the spam check threshold when using the spam check mail setting.',
    );
}

function pick(body: Record<string, unknown>, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), body);
}
