import { describe, expect, it } from '@jest/globals';
import { errors, type Status } from '@nats-io/transport-node';
import { pino } from 'pino';
import { logNats } from './log-nats.js';

/** What the log says of these states of a connection. */
async function linesOf(...states: Status[]): Promise<{ level: number; msg: string; server?: string }[]> {
  const lines: { level: number; msg: string }[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line) as (typeof lines)[number]);
  async function* status(): AsyncIterable<Status> {
    yield* states;
  }
  await logNats({ status }, pino({ level: 'info', base: null, timestamp: false }, { write }), 'sender');
  return lines;
}

const violation = (text: string): Status => ({
  type: 'error',
  error: errors.PermissionViolationError.parse(text) as Error,
});

describe('logNats', () => {
  it('names the subject that NATS has refused, once for as long as it is the same', async () => {
    const refused = violation(`Permissions Violation for Publish to "comms.send.notice.v1"`);
    const unheard = violation(`Permissions Violation for Subscription to "comms.send.>"`);
    expect(await linesOf(refused, unheard, refused)).toEqual([
      { level: 50, msg: 'NATS does not let sender publish to comms.send.notice.v1' },
      { level: 50, msg: 'NATS does not let sender subscribe to comms.send.>' },
    ]);
  });

  it('tells why a connection that was lost does not come back', async () => {
    const refused: Status = {
      type: 'error',
      error: new errors.AuthorizationError('Authorization Violation'),
    };
    expect(
      await linesOf({ type: 'disconnect', server: 'nats:4222' }, refused, refused, {
        type: 'reconnect',
        server: 'nats:4222',
      }),
    ).toEqual([
      { level: 40, server: 'nats:4222', msg: 'the connection to NATS is lost' },
      {
        level: 50,
        msg: 'trouble with NATS: it refuses the user sender; the name or the password is wrong (NATS_USER, NATS_PASSWORD)',
      },
      { level: 30, server: 'nats:4222', msg: 'the connection to NATS is back' },
    ]);
  });
});
