import type { FuzzRequest } from './make-request.js';

/** A promise of the document, or of HTTP, that an answer has broken. */
export interface Finding {
  /** What is wrong; the same words for the same fault. */
  what: string;
  /** A command that shows it. */
  command: string;
  answer: string;
}

export interface FuzzReport {
  seed: number;
  requests: number;
  /** Answers by operation and status: what was never answered 2xx was not really tried. */
  statuses: Record<string, Record<string, number>>;
  findings: Finding[];
}

/** The request as a command line, with the token left to whoever runs it. */
export function curlOf(base: string, { method, path, headers, body }: FuzzRequest): string {
  const options = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  if (body !== undefined) options.push(`--data-binary ${quoted(bodyText(body))}`);
  return [`curl -i -X ${method} ${quoted(base + path)} -H "Authorization: Bearer $TOKEN"`, ...options].join(
    ' ',
  );
}

const bodyText = (body: string | Uint8Array): string => {
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('latin1');
  return text.length > 2_000 ? `${text.slice(0, 2_000)}… (${text.length} characters)` : text;
};

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** For a person: findings first, then what was tried. */
export function describe({ seed, requests, statuses, findings }: FuzzReport): string {
  const lines = findings.flatMap(({ what, command, answer }, index) => [
    `${index + 1}. ${what}`,
    `   ${command}`,
    `   ${answer}`,
    '',
  ]);
  const width = Math.max(...Object.keys(statuses).map((name) => name.length));
  for (const [operation, counts] of Object.entries(statuses).sort())
    lines.push(
      `${operation.padEnd(width)}  ${Object.entries(counts)
        .map(([status, count]) => `${status}: ${count}`)
        .join('  ')}`,
    );
  lines.push('', `${requests} requests, ${findings.length} findings, seed ${seed}`);
  return lines.join('\n');
}
