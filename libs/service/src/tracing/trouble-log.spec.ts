import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { troubleLog } from './trouble-log.js';

let lines: { msg: string; endpoint: string; reason: string }[];
let trouble: (reason: unknown) => void;

beforeEach(() => {
  jest.useFakeTimers();
  lines = [];
  const write = (line: string): void => void lines.push(JSON.parse(line) as (typeof lines)[number]);
  trouble = troubleLog(pino({}, { write }), { endpoint: 'http://collector:4318' });
});
afterEach(() => {
  jest.useRealTimers();
});

it('is told of at once, and then once a minute', () => {
  for (let seconds = 0; seconds < 150; seconds += 5) {
    trouble(new Error('nobody is there'));
    jest.advanceTimersByTime(5_000);
  }
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatchObject({
    endpoint: 'http://collector:4318',
    reason: 'nobody is there',
    msg: 'traces cannot be sent, and some are lost: nobody is there',
  });
});

it('has a reason, whatever it is told with', () => {
  trouble(Object.assign(new Error(''), { code: 'ECONNREFUSED' }));
  jest.advanceTimersByTime(60_000);
  trouble('Dropped 7 spans because maxQueueSize reached');
  expect(lines.map(({ reason }) => reason)).toEqual([
    'ECONNREFUSED',
    'Dropped 7 spans because maxQueueSize reached',
  ]);
});
