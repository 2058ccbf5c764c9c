import { describe, expect, it } from '@jest/globals';
import { judge, type Evidence } from './judge.js';

const sent = new Map([['comms.sent', 1]]);
const whole: Evidence = {
  accepted: new Set(['a']),
  taken: new Map([['a', [['processed', 'delivered']]]]),
  stored: new Map([['a', { state: 'delivered', outcomes: ['accepted'] }]]),
  heard: new Map([['a', new Map([...sent, ['comms.delivered', 1]])]]),
};
const fine = { whole: 1, lost: [], documentedRepeats: 0, doubled: [], mistold: [] };

describe('judge', () => {
  it('finds nothing wrong where all three accounts agree', () => {
    expect(judge(whole)).toEqual(fine);
  });

  it.each<[string, Partial<Evidence>]>([
    ['has no row', { stored: new Map() }],
    ['was not mailed', { taken: new Map() }],
    ['is under way', { stored: new Map([['a', { state: 'unknown', outcomes: ['unknown'] }]]) }],
  ])('calls a send lost that %s', (_, evidence) => {
    const { lost, whole: count } = judge({ ...whole, ...evidence });
    expect(lost).toHaveLength(1);
    expect(count).toBe(0);
  });

  it('allows a second e-mail after an unknown outcome, and tells of it', () => {
    const twice: Partial<Evidence> = {
      taken: new Map([
        [
          'a',
          [
            ['processed', 'delivered'],
            ['processed', 'delivered'],
          ],
        ],
      ]),
      heard: new Map([['a', new Map([...sent, ['comms.delivered', 2]])]]),
    };
    const stored = new Map([['a', { state: 'delivered', outcomes: ['unknown', 'accepted'] }]]);
    expect(judge({ ...whole, ...twice, stored })).toEqual({ ...fine, documentedRepeats: 1 });
    expect(judge({ ...whole, ...twice }).doubled).toEqual(['a (2 e-mails, 0 unknown attempts)']);
  });

  it.each<[string, [string, number][], string]>([
    ['is missing', [], 'a comms.delivered: expected 1, heard 0'],
    ['came under two ids', [['comms.delivered', 2]], 'a comms.delivered: expected 1, heard 2'],
    [
      'nobody expects',
      [
        ['comms.delivered', 1],
        ['comms.bounced', 1],
      ],
      'a comms.bounced: expected 0, heard 1',
    ],
  ])('tells of a webhook that %s', (_, told, words) => {
    expect(judge({ ...whole, heard: new Map([['a', new Map([...sent, ...told])]]) }).mistold).toEqual([
      words,
    ]);
  });

  it('tells blocks from bounces, and leaves contacts out', () => {
    const evidence: Evidence = {
      ...whole,
      taken: new Map([['a', [['processed', 'blocked']]]]),
      stored: new Map([['a', { state: 'failed', outcomes: ['accepted'] }]]),
      heard: new Map([['a', new Map([...sent, ['comms.failed', 1], ['contact.unsubscribed', 1]])]]),
    };
    expect(judge(evidence)).toEqual(fine);
  });
});
