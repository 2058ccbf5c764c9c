import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Logger } from 'pino';
import { refusalLog } from './refusal-log.js';

describe('refusalLog', () => {
  const warn = jest.fn();
  const told = (): unknown[] => warn.mock.calls.map(([fields]) => fields);

  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => {
    jest.useRealTimers();
    warn.mockReset();
  });

  it('tells of the first at once, and of those that follow together, a second later', () => {
    const refused = refusalLog({ warn } as unknown as Logger);
    refused();
    expect(told()).toEqual([{ refused: 1 }]);
    for (let count = 0; count < 500; count++) refused();
    expect(told()).toHaveLength(1);
    jest.advanceTimersByTime(1_000);
    refused();
    expect(told()).toEqual([{ refused: 1 }, { refused: 501 }]);
  });
});
