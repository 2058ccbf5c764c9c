import { isObject } from '../api/is-object.js';
import type { ContentPart } from './mail-request.js';
import type { Problems } from './problems.js';

/** Reads `content`. Required unless a template brings it. */
export function readContent(value: unknown, hasTemplate: boolean, problems: Problems): ContentPart[] {
  if (!Array.isArray(value) || value.length === 0) {
    if (value !== undefined && value !== null && !Array.isArray(value)) {
      problems.addType('content', 'array', value);
    } else if (!hasTemplate) {
      problems.add(
        'content',
        'Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block. We typically suggest both text/plain and text/html blocks are included, but only one block is required.',
      );
    }
    return [];
  }
  const parts = value.flatMap((part: unknown, index) => {
    const field = `content.${index}`;
    if (isObject(part)) return readPart(part, field, problems) ?? [];
    problems.addType(field, 'object', part);
    return [];
  });
  checkOrder(parts, problems);
  return parts;
}

function readPart(
  { type, value: text }: Record<string, unknown>,
  field: string,
  problems: Problems,
): ContentPart | undefined {
  if (type === undefined || type === null) {
    problems.add(
      `${field}.type`,
      'A content type is required, this tells email clients how to display the email.',
    );
  } else if (typeof type !== 'string' || type === '') {
    problems.add(
      `${field}.type`,
      'Your content type must be a string with length of at least one character.',
    );
  } else if (/[;,\r\n]/.test(type)) {
    problems.add(`${field}.type`, "Cannot contain ';', or CRLF characters.");
  }
  if (text === undefined || text === null) {
    problems.add(
      `${field}.value`,
      'A content value is required, this is the content of the email you are sending.',
    );
  } else if (typeof text !== 'string' || text === '') {
    problems.add(`${field}.value`, 'The content value must be a string at least one character in length.');
  }
  return typeof type === 'string' && typeof text === 'string' ? { type, value: text } : undefined;
}

/** RFC 1341 §7.2: the plainest alternative first. SendGrid refuses any other order. */
function checkOrder(parts: ContentPart[], problems: Problems): void {
  const ranks = parts.map((part) => ['text/plain', 'text/html'].indexOf(part.type.toLowerCase()));
  const order = ranks.map((rank) => (rank === -1 ? 2 : rank));
  if (order.every((rank, index) => index === 0 || rank >= (order[index - 1] ?? 0))) return;
  problems.add(
    'content',
    'Following RFC 1341, section 7.2, if either text/html or text/plain are to be sent in your email: text/plain needs to be first, followed by text/html, followed by any other content.',
  );
}
