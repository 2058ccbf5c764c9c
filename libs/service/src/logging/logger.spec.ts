import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { requestContext } from '@qflow/messaging';
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

  it('cuts secrets out, on the top and one level down', () => {
    const { lines, logger } = capture();
    logger.info(
      { password: 'hunter2', webhook: { secret: 'hunter2', url: 'u' }, access_token: 'hunter2' },
      'x',
    );
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    expect(lines[0]).toMatchObject({ webhook: { url: 'u' } });
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
