import { SendGridError } from '../api/sendgrid-error.js';
import { isObject } from '../api/is-object.js';
import type { EmailAddress, MailRequest, Personalization } from './mail-request.js';
import { Problems } from './problems.js';
import { fromWording, readAddress, replyToWording } from './read-address.js';
import { readAttachments } from './read-attachments.js';
import { readCategories } from './read-categories.js';
import { readContent } from './read-content.js';
import { readCustomArgs } from './read-custom-args.js';
import { readHeaders } from './read-headers.js';
import { readPersonalizations } from './read-personalizations.js';
import { readSendAt } from './read-send-at.js';
import { readSandboxMode } from './read-settings.js';
import { readSubject } from './read-subject.js';

/**
 * Checks the body of `POST /v3/mail/send` as SendGrid does and turns it into a {@link MailRequest}.
 * Unknown fields are ignored.
 *
 * @param body the parsed JSON, whatever it is
 * @throws SendGridError 400 that lists everything wrong with it
 */
export function readMailRequest(body: unknown): MailRequest {
  if (!isObject(body)) throw SendGridError.of(400, 'The request body must be a JSON object.');
  const problems = new Problems();
  const customArgs = readCustomArgs(body['custom_args'], 'custom_args', problems);
  const personalizations = readPersonalizations(body['personalizations'], customArgs, problems);
  const from = readAddress(body['from'], 'from', fromWording, problems);
  const templateId = readText(body, 'template_id', 'The template ID must be a string.', problems);
  checkAsm(body['asm'], problems);
  readText(body, 'batch_id', 'The batch_id must be a string.', problems);
  const request: MailRequest = {
    personalizations,
    // A missing sender is a problem, so nobody gets to see this stand-in.
    from: from ?? { email: '' },
    replyTo: readReplyTo(body, problems),
    subject: readSubject(body['subject'], 'subject', problems),
    content: readContent(body['content'], templateId !== undefined, problems),
    headers: readHeaders(body['headers'], 'headers', problems),
    categories: readCategories(body['categories'], problems),
    attachments: readAttachments(body['attachments'], problems),
    templateId,
    ipPoolName: readText(body, 'ip_pool_name', 'The name of your IP pool must be a string.', problems),
    sendAt: readSendAt(body['send_at'], 'send_at', problems),
    sandboxMode: readSandboxMode(body, problems),
  };
  requireSubject(body, personalizations, templateId !== undefined, problems);
  problems.throwIfAny();
  return request;
}

function readText(
  body: Record<string, unknown>,
  field: string,
  message: string,
  problems: Problems,
): string | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  problems.add(field, message);
  return undefined;
}

function readReplyTo(body: Record<string, unknown>, problems: Problems): EmailAddress[] {
  const { reply_to: single, reply_to_list: list } = body;
  if (single != null && list != null) {
    problems.add('reply_to', 'Use either reply_to or reply_to_list, not both.');
  }
  if (single != null) return [readAddress(single, 'reply_to', replyToWording, problems) ?? []].flat();
  if (list == null) return [];
  if (!Array.isArray(list)) {
    problems.add('reply_to_list', 'The reply_to_list must be an array of objects with an email parameter.');
    return [];
  }
  return list.flatMap((entry, i) => readAddress(entry, `reply_to_list.${i}`, replyToWording, problems) ?? []);
}

function checkAsm(value: unknown, problems: Problems): void {
  if (value === undefined || value === null) return;
  const { group_id: group, groups_to_display: shown } = isObject(value) ? value : {};
  if (!Number.isSafeInteger(group)) problems.add('asm.group_id', 'The ASM group ID must be an integer.');
  if (shown === undefined || shown === null) return;
  if (!Array.isArray(shown) || !shown.every((id) => Number.isSafeInteger(id))) {
    problems.add('asm.groups_to_display', 'The ASM Group IDs to display must be an array of integers.');
  } else if (shown.length > 25) {
    problems.add(
      'asm.groups_to_display',
      'There is a limit of 25 unsubscribe groups that can be displayed to a user at a time.',
    );
  }
}

/** Every copy needs a subject: the request's, its personalization's or a template's. */
function requireSubject(
  body: Record<string, unknown>,
  personalizations: Personalization[],
  hasTemplate: boolean,
  problems: Problems,
): void {
  if (body['subject'] != null || hasTemplate) return;
  const everyOneHasIts = personalizations.length > 0 && personalizations.every((entry) => entry.subject);
  if (everyOneHasIts) return;
  problems.add(
    'subject',
    'The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.',
  );
}
