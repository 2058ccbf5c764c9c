/** So much of an answer is told; it goes into a timeline and a log line. */
const longestText = 500;
const mostErrors = 5;

/**
 * What SendGrid says is wrong: every error of `{errors: [{message, field, help}]}`, with the field it is about.
 * @returns [] where the body is something else, say the page of a proxy in between
 */
export function errorsOf(body: string): { message: string; field: string | null }[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return [];
  }
  const { errors } = (parsed ?? {}) as { errors?: unknown };
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((error: unknown) => {
    // Some of its services answer with bare texts.
    const { message, field } = (typeof error === 'string' ? { message: error } : (error ?? {})) as {
      message?: unknown;
      field?: unknown;
    };
    if (typeof message !== 'string' || message.trim() === '') return [];
    return [{ message, field: typeof field === 'string' && field !== '' ? field : null }];
  });
}

/** What an error body says, for people, on one line; or what it looks like where SendGrid did not write it. */
export function textOf(body: string): string {
  const errors = errorsOf(body);
  if (errors.length === 0) return otherText(body);
  const told = errors
    .slice(0, mostErrors)
    .map(({ message, field }) => (field ? `${message} (${field})` : message))
    .join('; ');
  const more = errors.length - mostErrors;
  return shortened(more > 0 ? `${told}; and ${more} more` : told);
}

function otherText(body: string): string {
  if (body.trim() === '') return 'no body';
  if (!/^\s*</.test(body)) return shortened(body);
  const title = /<title[^>]*>([^<]*)/i.exec(body)?.[1]?.trim();
  return title ? shortened(`an HTML page, "${title}"`) : 'an HTML page';
}

function shortened(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length <= longestText ? line : `${line.slice(0, longestText).replace(/\p{Cs}$/u, '')}…`;
}
