import { describe, expect, it } from '@jest/globals';
import { hotFunctions } from './hot-functions.js';

const node = (id: number, functionName: string, url = '', lineNumber = 0) => ({
  id,
  callFrame: { functionName, url, lineNumber },
});

describe('hotFunctions', () => {
  const profile = {
    nodes: [
      node(1, '(idle)'),
      node(2, '(garbage collector)'),
      node(3, 'parse', 'file:///srv/node_modules/pg-protocol/dist/parser.js', 41),
      node(4, 'parse', 'file:///srv/node_modules/pg-protocol/dist/parser.js', 41),
      node(5, '', 'file:///srv/qflow/apps/sender/dist/claim.js', 6),
      node(6, 'writev', 'node:net', 9),
    ],
    samples: [1, 2, 3, 4, 5, 6, 1, 3],
    timeDeltas: [5_000, 2_000, 1_000, 3_000, 500, 500, 9_000, 1_000],
  };

  it('adds up the time of each function, of all places that it was called from, and leaves idle time out', () => {
    expect(hotFunctions(profile, 3)).toEqual([
      { name: 'parse', place: 'pg-protocol:42', ms: 5, share: 0.625 },
      { name: '(garbage collector)', place: '', ms: 2, share: 0.25 },
      { name: '(anonymous)', place: 'apps/sender/dist/claim.js:7', ms: 0.5, share: 0.0625 },
    ]);
  });

  it('has nothing to tell of a process that did nothing', () => {
    expect(hotFunctions({ ...profile, samples: [1, 1], timeDeltas: [5, 5] }, 3)).toEqual([]);
  });
});
