import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { requestContext } from '@qflow/messaging';
import { QueryFailedError } from 'typeorm';
import { createLogger, NestLogger } from './logger.js';

/** A logger and the lines it has written, parsed. */
function capture() {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  return { lines, logger: createLogger('spec', 'debug', sink) };
}

describe('the logger', () => {
  it('writes JSON with the service, and the ids of the request in hand', () => {
    const { lines, logger } = capture();
    requestContext.run({ requestId: 'r-1', correlationId: 'order-1' }, () =>
      logger.info({ attempt: 2 }, 'done'),
    );
    logger.info('outside');
    expect(lines[0]).toMatchObject({
      level: 'info',
      service: 'spec',
      requestId: 'r-1',
      correlationId: 'order-1',
      attempt: 2,
      msg: 'done',
    });
    expect(lines[1]).not.toHaveProperty('requestId');
  });

  it('keeps the fields of one line out of the next of the same request', () => {
    const { lines, logger } = capture();
    requestContext.run({ requestId: 'r-1' }, () => {
      logger.info({ attempt: 2 }, 'first');
      logger.info('second');
    });
    expect(lines[1]).toMatchObject({ requestId: 'r-1', msg: 'second' });
    expect(lines[1]).not.toHaveProperty('attempt');
  });

  it('cuts secrets out, wherever they are', () => {
    const { lines, logger } = capture();
    logger.info(
      {
        password: 'hunter2',
        webhook: { secret: 'hunter2', url: 'u' },
        all: [{ webhooks: [{ Secret: 'hunter2' }] }],
        access_token: 'hunter2',
      },
      'x',
    );
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    expect(lines[0]).toMatchObject({ webhook: { url: 'u' } });
  });

  it('cuts out what is secret of webhooks, in every spelling', () => {
    const { lines, logger } = capture();
    const subscription = {
      id: 's-1',
      secrets: ['hunter2'],
      previous_secret: 'hunter2',
      private_key: 'hunter2',
      privateKeys: ['hunter2'],
      headers: { Authorization: 'hunter2' },
      'X-Qflow-Signature': 't=1,v1=hunter2',
      'webhook-signature': 'v1,hunter2',
    };
    logger.info({ subscription }, 'one level down');
    logger.info(subscription, 'at the top');
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    expect(lines).toMatchObject([{ subscription: { id: 's-1' } }, { id: 's-1' }]);
  });

  it('tells of a failed statement what it was, and not what was in it', () => {
    const { lines, logger } = capture();
    const driverError = Object.assign(new Error('null value in column "url"'), {
      code: '23502',
      detail: 'Failing row contains (hunter2).',
      where: 'COPY line 1: hunter2',
      table: 'subscriptions',
    });
    const err = new QueryFailedError('INSERT INTO subscriptions VALUES ($1)', ['hunter2'], driverError);
    logger.error({ err }, 'failed');
    new NestLogger(logger).error(err);
    logger.error({ err: new AggregateError([err], 'all failed', { cause: err }) }, 'failed');
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    expect(lines.slice(0, 2)).toMatchObject(
      Array(2).fill({
        err: {
          type: 'QueryFailedError',
          message: 'null value in column "url"',
          code: '23502',
          table: 'subscriptions',
          query: 'INSERT INTO subscriptions VALUES ($1)',
          stack: expect.stringContaining('logger.spec') as unknown,
        },
      }),
    );
    expect(lines[2]).toMatchObject({ err: { aggregateErrors: [{ code: '23502' }] } });
  });

  it('does not repeat a text that was to be a URL', () => {
    const { lines, logger } = capture();
    try {
      new URL('hunter2');
    } catch (err) {
      logger.error({ err }, 'failed');
    }
    expect(lines[0]).toMatchObject({ err: { code: 'ERR_INVALID_URL' } });
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('leaves what it is given as it was', () => {
    const { logger } = capture();
    const given = {
      webhook: { secret: 'hunter2' },
      err: Object.assign(new Error('x'), { headers: { a: 'b' } }),
    };
    logger.info(given, 'x');
    expect(given).toMatchObject({ webhook: { secret: 'hunter2' }, err: { headers: { a: 'b' } } });
  });

  it('logs what is thrown and no error', () => {
    const { lines, logger } = capture();
    logger.error({ err: 'broken' }, 'failed');
    logger.error({ err: null }, 'failed');
    expect(lines).toMatchObject([{ err: 'broken' }, { err: null }]);
  });

  it('speaks for Nest, whichever way Nest calls it', () => {
    const { lines, logger } = capture();
    const nest = new NestLogger(logger);
    nest.log('started', 'NestFactory');
    nest.error(new Error('broken'), 'Handler');
    nest.error('broken', 'Error: broken\n    at x', 'Handler');
    nest.warn({ count: 3 }, 'odd', 'Handler');
    expect(lines).toMatchObject([
      { level: 'info', msg: 'started', context: 'NestFactory' },
      { level: 'error', err: { message: 'broken' }, context: 'Handler' },
      { level: 'error', msg: 'broken', stack: 'Error: broken\n    at x', context: 'Handler' },
      { level: 'warn', count: 3, msg: 'odd', context: 'Handler' },
    ]);
  });
});
