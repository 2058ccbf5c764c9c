import { describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { Ending } from './ending.js';

const longMs = 60_000;

/** What happened, in order; `exit` resolves with the code that the process would have ended with. */
function ending(drainMs: number, close: () => Promise<void> = async () => {}) {
  const happened: string[] = [];
  let resolve = (_code: number): void => {};
  const exit = new Promise<number>((done) => (resolve = done));
  const end = new Ending(pino({ level: 'silent' }), drainMs, resolve);
  const service = {
    retire: () => void happened.push('retired'),
    close: async () => {
      happened.push('closing');
      await close();
    },
  };
  return { end, service, happened, exit };
}

describe('a signal', () => {
  it('ends a service at once that has not started yet', async () => {
    const { end, exit } = ending(longMs);
    end.told('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('retires a service, lets it answer requests for its time and closes it then', async () => {
    jest.useFakeTimers();
    const { end, service, happened, exit } = ending(longMs);
    end.running(service);
    end.told('SIGTERM');
    await jest.advanceTimersByTimeAsync(longMs - 1);
    expect(happened).toEqual(['retired']);
    await jest.advanceTimersByTimeAsync(1);
    expect(happened).toEqual(['retired', 'closing']);
    expect(await exit).toBe(0);
    jest.useRealTimers();
  });

  it('that comes a second time skips that time', async () => {
    const { end, service, happened, exit } = ending(longMs);
    end.running(service);
    end.told('SIGTERM');
    end.told('SIGINT');
    expect(await exit).toBe(0);
    expect(happened).toEqual(['retired', 'closing']);
  });

  it('ends what does not end by itself, 25 seconds after its time', async () => {
    jest.useFakeTimers();
    const { end, service, exit } = ending(longMs, () => new Promise(() => {}));
    const ended = jest.fn();
    void exit.then(ended);
    end.running(service);
    end.told('SIGTERM');
    await jest.advanceTimersByTimeAsync(longMs + 24_999);
    expect(ended).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(await exit).toBe(1);
    jest.useRealTimers();
  });

  it('says that closing has failed', async () => {
    const { end, service, exit } = ending(0, () => Promise.reject(new Error('no')));
    end.running(service);
    end.told('SIGTERM');
    expect(await exit).toBe(1);
  });
});
