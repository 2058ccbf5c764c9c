import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { CodedError, problemMediaType } from '@qflow/contracts';
import type { ConnectionError } from 'fastify';
import { problemBody } from './problem.js';

/**
 * Answers what Node's HTTP parser refuses, before there is a request: broken request lines and headers, headers over
 * 16 KB, unknown methods, requests that do not come to their end. Nothing on the connection can be understood after
 * that, so it is closed.
 */
export function refuseUnparsed(error: ConnectionError, socket: Answering): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const answer = socket._httpMessage;
  // RFC 9112 §9.3.2: answers come in order. Before those to requests that were understood, this would pass for one.
  if (answer?.req.complete) return void answer.once('close', () => refuseUnparsed(error, socket));
  // Where it is the body of a request that is broken, its answer may have begun already.
  if (socket.writable && !answer?.headersSent) socket.write(rawAnswer(problemOf(error.code)));
  socket.destroy(error);
}

/** With the answer that is due next; by the same field Node's own handler knows whether it may write. */
type Answering = Socket & { _httpMessage?: Pick<ServerResponse, 'headersSent' | 'req' | 'once'> | null };

function problemOf(code: string): CodedError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new CodedError(
      'headers_too_large',
      'The address and the headers together are larger than the 16 KB this server accepts.',
    );
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new CodedError('request_timeout', 'The request did not arrive completely in time.');
  if (code === 'HPE_INVALID_METHOD') return malformed('has a method that HTTP does not know');
  return malformed('is not well-formed HTTP/1.1');
}

const malformed = (message: string): CodedError =>
  new CodedError('validation_error', `The request ${message}.`, {
    errors: [{ path: '/', message: `request ${message}` }],
  });

function rawAnswer(problem: CodedError): Buffer {
  const requestId = randomUUID();
  const body = problemBody(problem, requestId);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${problemMediaType}`,
    `Content-Length: ${body.length}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}
