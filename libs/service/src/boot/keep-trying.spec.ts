import { describe, expect, it } from '@jest/globals';
import { keepTrying, reasonOf } from './keep-trying.js';

/** Fails with these errors, one after the other, and then works. */
function failing(...errors: unknown[]): () => Promise<string> {
  return async () => {
    if (errors.length > 0) throw errors.shift();
    return 'there';
  };
}

describe('keepTrying', () => {
  it('tries until it works, and says what is in the way once for as long as it is the same', async () => {
    const said: string[] = [];
    const refused = new Error('connection refused');
    const attempt = failing(refused, refused, refused, new Error('wrong password'), refused);
    expect(await keepTrying(attempt, { what: 'NATS', say: (line) => said.push(line), everyMs: 1 })).toBe(
      'there',
    );
    expect(said).toEqual([
      'waiting for NATS: connection refused',
      'waiting for NATS: wrong password',
      'waiting for NATS: connection refused',
    ]);
  });

  it('says the same again after a while', async () => {
    const said: string[] = [];
    const attempt = failing(...new Array<Error>(3).fill(new Error('away')));
    await keepTrying(attempt, { what: 'it', say: (line) => said.push(line), everyMs: 1, sayEveryMs: 0 });
    expect(said).toEqual(new Array(3).fill('waiting for it: away'));
  });

  it('gives up when its time is over, with the reason', async () => {
    const trying = { what: 'PostgreSQL', say: () => {}, everyMs: 1, withinMs: 0 };
    const attempt = failing(...new Array<Error>(1000).fill(new Error('connection refused')));
    await expect(keepTrying(attempt, trying)).rejects.toThrow(
      'gave up waiting for PostgreSQL: connection refused',
    );
  });

  it('does not try again what waiting will not mend', async () => {
    const trying = { what: 'JetStream', say: () => {}, isFinal: () => true };
    await expect(keepTrying(failing(new Error('no such thing')), trying)).rejects.toThrow(/^no such thing$/);
  });
});

describe('reasonOf', () => {
  it('finds words also where the error itself has none', () => {
    const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
    expect(reasonOf(refused)).toBe('ECONNREFUSED');
    expect(reasonOf(new AggregateError([refused, new Error('connect ECONNREFUSED ::1:5432')]))).toBe(
      'ECONNREFUSED, connect ECONNREFUSED ::1:5432',
    );
    expect(reasonOf('a text')).toBe('a text');
  });
});
