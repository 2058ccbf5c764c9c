import { SendGridError } from '../api/sendgrid-error.js';
import { sendGridWords } from '../api/sendgrid-words.js';
import { isObject, isStringMap } from '../api/is-object.js';
import type { MailRequest, Personalization } from './mail-request.js';
import { Problems } from './problems.js';
import { fromWording, readAddress } from './read-address.js';
import { readAsmGroup } from './read-asm.js';
import { readAttachments } from './read-attachments.js';
import { readCategories } from './read-categories.js';
import { readContent } from './read-content.js';
import { readCustomArgs } from './read-custom-args.js';
import { globalHeadersWording, readHeaders } from './read-headers.js';
import { readPersonalizations } from './read-personalizations.js';
import { readReplyTo } from './read-reply-to.js';
import { readSendAt } from './read-send-at.js';
import { readSandboxMode } from './read-settings.js';
import { readSubject } from './read-subject.js';
import { readTemplateId } from './read-template-id.js';

/**
 * Checks the body of `POST /v3/mail/send` as SendGrid does and turns it into a {@link MailRequest}.
 * Unknown fields are ignored.
 *
 * @param body the parsed JSON, whatever it is
 * @throws SendGridError 400 that lists everything wrong with it
 * @see https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors
 */
export function readMailRequest(body: unknown): MailRequest {
  if (!isObject(body)) throw SendGridError.of(400, sendGridWords(400));
  const problems = new Problems();
  const customArgs = readCustomArgs(body['custom_args'], 'custom_args', problems);
  const personalizations = readPersonalizations(body['personalizations'], customArgs, problems);
  const from = readAddress(body['from'], 'from', fromWording, problems);
  const templateId = readTemplateId(body['template_id'], problems);
  readText(body, 'batch_id', 'The batch_id must be a string.', problems);
  checkSections(body['sections'], problems);
  const request: MailRequest = {
    personalizations,
    // A missing sender is a problem, so nobody gets to see this stand-in.
    from: from ?? { email: '' },
    replyTo: readReplyTo(body, problems),
    subject: readSubject(body['subject'], 'subject', problems),
    content: readContent(body['content'], templateId !== undefined, problems),
    headers: readHeaders(body['headers'], 'headers', globalHeadersWording, problems),
    categories: readCategories(body['categories'], problems),
    attachments: readAttachments(body['attachments'], problems),
    templateId,
    asmGroupId: readAsmGroup(body['asm'], problems),
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

function checkSections(value: unknown, problems: Problems): void {
  if (value === undefined || value === null) return;
  if (!isObject(value)) problems.addType('sections', 'object', value);
  else if (!isStringMap(value)) problems.add('sections', 'The section values must be strings.');
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
