import type { IncomingHttpHeaders } from 'node:http';

const maxHeaders = 50;
const maxHeaderLength = 500;
const maxBodyLength = 2_048;

/** The headers of an answer as they are shown: so many, and each value so long. */
export const keptHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .slice(0, maxHeaders)
      .map(([name, value]) => [name, cut([value].flat().join(', '), maxHeaderLength)]),
  );

/** The beginning of an answer's body as text that can be stored; what is compressed is not unpacked. */
export function keptBody(body: Buffer, headers: IncomingHttpHeaders): string {
  if (body.length === 0) return '';
  const encoding = headers['content-encoding'];
  if (encoding && encoding !== 'identity') return `(compressed with ${cut(encoding, 40)}, not unpacked)`;
  // NUL is text to us but not to PostgreSQL.
  return cut(body.toString('utf8').replaceAll('\0', ''), maxBodyLength);
}

/** Never between the two halves of a character. */
const cut = (text: string, length: number): string =>
  text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
