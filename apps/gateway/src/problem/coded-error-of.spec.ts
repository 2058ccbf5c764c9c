import { HttpException, NotFoundException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CodedError } from '@qflow/contracts';
import { QueueFull } from '@qflow/persistence';
import { QueryFailedError } from 'typeorm';
import { codedErrorOf } from './coded-error-of.js';

const coded = (error: unknown): string => codedErrorOf(error, '1024 KB').code;
const failed = (code?: string): Error =>
  new QueryFailedError('SELECT secret', [], Object.assign(new Error('at 10.0.0.1'), code && { code }));

describe('codedErrorOf', () => {
  it('leaves coded errors alone', () => {
    const error = new CodedError('not_found', 'The event does not exist.');
    expect(codedErrorOf(error, '1024 KB')).toBe(error);
  });

  it.each<[Error, string]>([
    [new NotFoundException(), 'not_found'],
    [new HttpException('too large', 413), 'payload_too_large'],
    [new HttpException('type', 415), 'unsupported_media_type'],
    [new HttpException('bad', 400), 'validation_error'],
    [new HttpException('teapot', 418), 'validation_error'],
    [new HttpException('down', 500), 'server_error'],
  ])('%s → %s', (error, code) => expect(coded(error)).toBe(code));

  it.each<[string, unknown]>([
    ['a full queue', new QueueFull(10)],
    ['a refused connection', Object.assign(new Error(), { code: 'ECONNREFUSED' })],
    ['a server going down', failed('57P01')],
    ['a query without an answer', failed()],
  ])('%s is unavailable, and says when to come back', (_what, error) => {
    expect(coded(error)).toBe('unavailable');
    expect(codedErrorOf(error, '1024 KB').extras.retryAfter).toBe(2);
  });

  it.each<[string, unknown]>([
    ['a bug', new TypeError('x is undefined')],
    ['a statement that is wrong', failed('42601')],
    ['something that is no error', 'oops'],
    ['nothing', undefined],
  ])('%s is a server error that tells nothing of itself', (_what, error) => {
    const answer = codedErrorOf(error, '1024 KB');
    expect(answer.code).toBe('server_error');
    expect(answer.detail).toBe('Something went wrong on our side. The request is safe to retry.');
    expect(answer.extras).toEqual({});
  });
});
