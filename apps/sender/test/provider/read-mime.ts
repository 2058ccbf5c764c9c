import addressparser from 'nodemailer/lib/addressparser';

/** A part of an e-mail, or the whole of it (RFC 5322, 2045). */
export interface MimePart {
  /** Unfolded and in the order in which they stand; names in lower case. */
  headers: [name: string, value: string][];
  parts: MimePart[];
  /** Of a part without parts. */
  text: string;
}

/** Reads an e-mail far enough for what these specs look at; lines of texts end in `\n`. */
export function readMime(source: Buffer): MimePart {
  const text = source.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const headers = text
    .slice(0, end)
    .replace(/\r\n(?=[ \t])/g, '')
    .split('\r\n')
    .map((line): [string, string] => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]);
  const body = text.slice(end + 4);
  const boundary = /boundary="?([^";]+)/.exec(header(headers, 'content-type') ?? '')?.[1];
  if (boundary === undefined)
    return { headers, parts: [], text: decode(body, header(headers, 'content-transfer-encoding')) };
  const parts = `\r\n${body}`.split(`\r\n--${boundary}`).slice(1, -1);
  return { headers, parts: parts.map((part) => readMime(Buffer.from(part.slice(2), 'latin1'))), text: '' };
}

/** The one header of that name. */
export function header(headers: MimePart['headers'], name: string): string | undefined {
  const values = headers.filter(([key]) => key === name).map(([, value]) => value);
  if (values.length > 1) throw new Error(`${name} is there ${values.length} times`);
  return values[0];
}

/** All mailboxes of a header, however many hide in it. */
export const mailboxes = (value: string | undefined): { email: string; name?: string }[] =>
  addressparser(value ?? '', { flatten: true }).map(({ address, name }) => ({
    email: address,
    ...(name && { name: decodeWords(name) }),
  }));

/** RFC 2047; between two encoded words a space means nothing. */
export const decodeWords = (value: string): string =>
  value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/(?:=\?utf-8\?[qb]\?[^?]*\?=)+/gi, (words) =>
      Buffer.concat(
        [...words.matchAll(/=\?utf-8\?([qb])\?([^?]*)\?=/gi)].map(([, kind = '', word = '']) =>
          kind.toLowerCase() === 'b' ? Buffer.from(word, 'base64') : fromQuoted(word.replace(/_/g, ' ')),
        ),
      ).toString(),
    );

function decode(body: string, encoding = '7bit'): string {
  const bytes =
    encoding === 'base64'
      ? Buffer.from(body, 'base64')
      : encoding === 'quoted-printable'
        ? fromQuoted(body.replace(/=\r\n/g, ''))
        : Buffer.from(body, 'latin1');
  return bytes.toString().replace(/\r\n/g, '\n');
}

const fromQuoted = (text: string): Buffer =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
