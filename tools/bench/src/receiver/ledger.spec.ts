import { describe, expect, it } from '@jest/globals';
import { Ledger } from './ledger.js';

describe('Ledger', () => {
  it('tells first arrivals, repetitions and changed bodies apart, per endpoint', () => {
    const ledger = new Ledger();

    expect(ledger.enter('a', '1', 'x', 10)).toBe('first');
    expect(ledger.enter('b', '1', 'y', 11)).toBe('first');
    expect(ledger.enter('a', '1', 'x', 12)).toBe('again');
    expect(ledger.enter('a', '1', 'z', 13)).toBe('changed');

    expect(ledger.arrivals).toBe(4);
    expect(ledger.distinct('a')).toBe(1);
    expect(ledger.repeats()).toEqual([{ endpoint: 'a', id: '1', at: [10, 12, 13] }]);
  });

  it('counts what is missing, per endpoint, and names the first few', () => {
    const ledger = new Ledger();
    ledger.enter('a', '1', '', 1);
    ledger.enter('a', '2', '', 2);
    ledger.enter('b', '2', '', 3);

    const account = ledger.account([{ endpoints: ['a', 'b', 'c'], ids: ['1', '2'] }]);

    expect(account).toEqual({
      expected: 6,
      arrived: 3,
      lost: 3,
      missing: ['b 1', 'c 1', 'c 2'],
      unexpected: 0,
    });
  });

  it('does not let a repetition make up for a loss, nor one phase for another', () => {
    const ledger = new Ledger();
    ledger.enter('a', '1', '', 1);
    ledger.enter('a', '1', '', 2);
    ledger.enter('a', '3', '', 3);

    const account = ledger.account([
      { endpoints: ['a'], ids: ['1', '2'] },
      { endpoints: ['a'], ids: ['3'] },
    ]);

    expect(account).toMatchObject({ expected: 3, arrived: 2, lost: 1, missing: ['a 2'], unexpected: 0 });
  });

  it('counts what came to an endpoint that should not have had it', () => {
    const ledger = new Ledger();
    ledger.enter('a', '1', '', 1);
    ledger.enter('a', 'of somebody else', '', 2);
    ledger.enter('nobody asks about', '1', '', 3);

    expect(ledger.account([{ endpoints: ['a'], ids: ['1'] }])).toMatchObject({ lost: 0, unexpected: 1 });
  });

  it('names ten examples at most', () => {
    const ids = Array.from({ length: 30 }, (_, index) => String(index));
    const { lost, missing } = new Ledger().account([{ endpoints: ['a'], ids }]);
    expect({ lost, named: missing.length }).toEqual({ lost: 30, named: 10 });
  });
});
