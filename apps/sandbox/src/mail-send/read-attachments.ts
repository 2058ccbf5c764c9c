import { isObject } from '../api/is-object.js';
import type { Attachment } from './mail-request.js';
import type { Problems } from './problems.js';

const BASE64 = /^[A-Za-z0-9+/\r\n]+={0,2}[\r\n]*$/;
const LINE_BREAK = /[\r\n]/;

/** Reads `attachments`. Absent means none. */
export function readAttachments(value: unknown, problems: Problems): Attachment[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    problems.addType('attachments', 'array', value);
    return [];
  }
  return value.flatMap((entry: unknown, index) => {
    const field = `attachments.${index}`;
    if (isObject(entry)) return readAttachment(entry, field, problems);
    problems.addType(field, 'object', entry);
    return [];
  });
}

function readAttachment(entry: Record<string, unknown>, field: string, problems: Problems): Attachment {
  const content = readBody(entry['content'], `${field}.content`, problems);
  return {
    filename: readFilename(entry['filename'], `${field}.filename`, problems),
    type: readType(entry['type'], `${field}.type`, problems),
    bytes: Buffer.byteLength(content, 'base64'),
    disposition: readDisposition(entry['disposition'], `${field}.disposition`, problems),
    contentId: readContentId(entry['content_id'], `${field}.content_id`, problems),
    content,
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

function readFilename(filename: unknown, field: string, problems: Problems): string {
  if (filename === undefined || filename === null || filename === '') {
    problems.add(field, 'filename is required.');
  } else if (typeof filename !== 'string') {
    problems.add(field, 'The filename of your attachment must be a string.');
  } else if (LINE_BREAK.test(filename)) {
    problems.add(field, 'The filename of your attachment cannot contain CRLF characters.');
  } else {
    return filename;
  }
  return '';
}

function readType(type: unknown, field: string, problems: Problems): string {
  if (type === undefined || type === null) return 'application/octet-stream';
  if (typeof type !== 'string' || type === '') {
    problems.add(field, 'The attachment type must be a string and at least one character in length.');
  } else if (/[;,\r\n]/.test(type)) {
    problems.add(field, "The type cannot contain ';', or CRLF characters.");
  } else {
    return type;
  }
  return '';
}

function readDisposition(disposition: unknown, field: string, problems: Problems): Attachment['disposition'] {
  if (disposition === undefined || disposition === null) return 'attachment';
  if (disposition === 'inline' || disposition === 'attachment') return disposition;
  problems.add(
    field,
    `The disposition of your attachment can be either "inline" or "attachment". You provided [${excerpt(disposition)}].`,
  );
  return 'attachment';
}

function readContentId(contentId: unknown, field: string, problems: Problems): string | undefined {
  if (contentId === undefined || contentId === null) return undefined;
  if (typeof contentId !== 'string') {
    problems.add(
      field,
      `The content ID of your attachment must be a string. You provided [${excerpt(contentId)}].`,
    );
    return undefined;
  }
  if (LINE_BREAK.test(contentId)) {
    problems.add(field, 'The content ID of your attachment cannot contain CRLF characters.');
    return undefined;
  }
  return contentId === '' ? undefined : contentId;
}

/** What was given, short enough to be shown in an error. */
function excerpt(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
