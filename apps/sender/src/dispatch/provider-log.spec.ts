import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ProviderName } from '@qflow/contracts';
import type { Logger } from 'pino';
import type { CircuitStatus, ClosedBecause } from '../provider/provider-circuit.js';
import { ProviderLog } from './provider-log.js';

const open: CircuitStatus = { is: 'open' };
const closed = (is: 'paused' | 'down', because: ClosedBecause, since = 1_000): CircuitStatus => ({
  is,
  because,
  error: 'SendGrid answered 503',
  since,
  until: since + 1_000,
  trying: false,
});
const down = closed('down', 'down');
const paused = closed('paused', 'rate_limited');

let lines: string[];
let log: ProviderLog;

beforeEach(() => {
  lines = [];
  const write =
    (level: string) =>
    (_values: object, text: string): void =>
      void lines.push(`${level}: ${text}`);
  const logger = { info: write('info'), warn: write('warn'), error: write('error') } as unknown as Logger;
  log = new ProviderLog(['sendgrid', 'smtp'], logger);
});

/** The lines that these states add. */
const look = (sendgrid: CircuitStatus, smtp: CircuitStatus = open, now = 2_000): string[] => {
  const before = lines.length;
  log.look(
    new Map<ProviderName, CircuitStatus>([
      ['sendgrid', sendgrid],
      ['smtp', smtp],
    ]),
    now,
  );
  return lines.slice(before);
};

describe('the log', () => {
  it('has nothing to say while all is well', () => {
    expect([...look(open), ...look(open)]).toEqual([]);
  });

  it('tells of a provider that goes down and comes back, and of the way round it, once each', () => {
    expect(look(down)).toEqual([
      'error: sendgrid is down, and tried again by itself: SendGrid answered 503',
      'warn: failover begins: e-mail goes through smtp instead of sendgrid',
    ]);
    expect([...look(down), ...look(closed('down', 'down', 1_000))]).toEqual([]);
    expect(look(open, open, 91_000)).toEqual([
      'info: sendgrid takes e-mail again, after 90 s',
      'info: failover ends: e-mail goes through sendgrid again',
    ]);
  });

  it('tells of a pause, for which nothing goes another way', () => {
    expect(look(paused)).toEqual([
      'warn: sendgrid asks us to slow down: it gets no e-mail until 1970-01-01T00:00:02.000Z',
    ]);
    expect(look(open)).toEqual(['info: sendgrid takes e-mail again, after 1 s']);
  });

  it('tells who has to act where a provider refuses us', () => {
    expect(look(closed('down', 'misconfigured'))[0]).toBe(
      'error: sendgrid refuses us; check its key, address and plan. It is tried again by itself: SendGrid answered 503',
    );
  });

  it('tells when a provider that was down has become one that refuses us', () => {
    look(down);
    expect(look(closed('down', 'misconfigured'))).toHaveLength(1);
  });

  it('does not call it a way where all are down, and goes on with the story afterwards', () => {
    expect(look(open, down)).toEqual([
      'error: smtp is down, and tried again by itself: SendGrid answered 503',
    ]);
    expect(look(down, down)).toEqual([
      'error: sendgrid is down, and tried again by itself: SendGrid answered 503',
    ]);
    expect(look(down, open)).toEqual([
      'info: smtp takes e-mail again, after 1 s',
      'warn: failover begins: e-mail goes through smtp instead of sendgrid',
    ]);
    expect(look(down, down)).toHaveLength(1);
    expect(look(open, down)).toEqual([
      'info: sendgrid takes e-mail again, after 1 s',
      'info: failover ends: e-mail goes through sendgrid again',
    ]);
  });
});
