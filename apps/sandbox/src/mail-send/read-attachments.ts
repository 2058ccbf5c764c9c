import { isObject } from '../api/is-object.js';
import type { AttachmentLabel } from './mail-request.js';
import type { Problems } from './problems.js';

const BASE64 = /^[A-Za-z0-9+/\r\n]+={0,2}[\r\n]*$/;

/** Reads `attachments`: checked like SendGrid does, then reduced to their labels. Absent means none. */
export function readAttachments(value: unknown, problems: Problems): AttachmentLabel[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    problems.add('attachments', 'The attachments must be an array of objects with a content and a filename.');
    return [];
  }
  return value.map((entry, index) => readAttachment(entry, `attachments.${index}`, problems));
}

function readAttachment(value: unknown, field: string, problems: Problems): AttachmentLabel {
  const { content, filename, type, disposition } = isObject(value) ? value : {};
  const body = readBody(content, `${field}.content`, problems);
  if (typeof filename !== 'string' || filename === '') {
    problems.add(`${field}.filename`, 'The filename of your attachment must be a string, and is required.');
  } else if (/[\r\n]/.test(filename)) {
    problems.add(`${field}.filename`, 'The filename of your attachment cannot contain CRLF characters.');
  }
  if (type !== undefined && (typeof type !== 'string' || type === '' || /[;\r\n]/.test(type))) {
    problems.add(
      `${field}.type`,
      "The attachment type must be a string at least one character in length, and cannot contain ';', or CRLF characters.",
    );
  }
  if (disposition !== undefined && disposition !== 'inline' && disposition !== 'attachment') {
    problems.add(
      `${field}.disposition`,
      'The disposition of your attachment can be either "inline" or "attachment".',
    );
  }
  return {
    filename: typeof filename === 'string' ? filename : '',
    type: typeof type === 'string' ? type : 'application/octet-stream',
    bytes: Buffer.byteLength(body, 'base64'),
  };
}

function readBody(content: unknown, field: string, problems: Problems): string {
  if (typeof content !== 'string' || content === '') {
    problems.add(field, 'The attachment content must be a string at least one character in length.');
    return '';
  }
  if (!BASE64.test(content)) problems.add(field, 'The attachment content must be base64 encoded.');
  return content;
}
