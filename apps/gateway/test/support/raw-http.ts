import { once } from 'node:events';
import { connect } from 'node:net';

export interface RawAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  text: string;
  body: Record<string, unknown>;
}

/**
 * Sends bytes that no HTTP client would send, and reads the one answer: up to its Content-Length, or to the end of
 * the connection.
 */
export async function rawRequest(url: string, request: string | Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(request);
  let received = Buffer.alloc(0);
  // A server may close while it is still being sent to; what it has said before counts.
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (isComplete(received)) resolve();
    });
    socket.on('close', () => resolve());
  });
  socket.destroy();
  return parse(received);
}

function parse(received: Buffer): RawAnswer {
  const [head = '', ...rest] = received.toString().split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const text = rest.join('\r\n\r\n');
  const isJson = headers['content-type']?.includes('json') ?? false;
  const body = isJson && text !== '' ? (JSON.parse(text) as RawAnswer['body']) : {};
  return { status: Number(statusLine.split(' ')[1]), headers, text, body };
}

function isComplete(received: Buffer): boolean {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const head = received.subarray(0, end).toString();
  const length = /content-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) return / (204|304) /.test(head.split('\r\n')[0] as string);
  return received.length >= end + 4 + Number(length);
}
