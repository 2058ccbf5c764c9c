import { describe, expect, it } from '@jest/globals';
import type { DeadLetterV1 } from '@qflow/contracts';
import { deadLetters } from './dead-letters.js';

const diedAt = '2026-04-29T10:23:00.000Z';
const lettersOf = (...malformed: { entry: unknown; reason: string }[]): DeadLetterV1[] =>
  deadLetters(malformed, diedAt).map(({ body }) => JSON.parse(body) as DeadLetterV1);

describe('deadLetters', () => {
  it('tells what was wrong with an entry, and keeps it', () => {
    expect(lettersOf({ entry: 'oops', reason: 'is not a JSON object' })).toEqual([
      {
        kind: 'dead.letter',
        version: 1,
        origin: 'PROVIDER',
        subject: 'comms.provider.events.v1',
        reason: 'an entry of a SendGrid post is not a JSON object',
        diedAt,
        body: '["oops"]',
        bytes: 8,
      },
    ]);
  });

  it('puts entries with the same flaw into one letter', () => {
    const letters = lettersOf(
      { entry: 1, reason: 'is not a JSON object' },
      { entry: { a: 1 }, reason: 'is too large' },
      { entry: 2, reason: 'is not a JSON object' },
    );
    expect(letters.map(({ reason, body }) => [reason, body])).toEqual([
      ['each of 2 entries of a SendGrid post is not a JSON object', '[1,2]'],
      ['an entry of a SendGrid post is too large', '[{"a":1}]'],
    ]);
  });

  it('bounds the letters of a post full of rubbish', () => {
    const rubbish = Array.from({ length: 1_000 }, (_, entry) => ({ entry, reason: 'is not a JSON object' }));
    expect(deadLetters(rubbish, diedAt)).toHaveLength(5);
  });

  it('fits whatever it holds into a message', () => {
    const worst = { entry: '\u0001'.repeat(2_000_000), reason: 'is too large' };
    const deep = { entry: JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as unknown, reason: 'is deep' };
    const [large, nested] = deadLetters([worst, deep], diedAt);
    expect(Buffer.byteLength(large?.body ?? '')).toBeLessThan(1024 * 1024);
    const kept = `[${'['.repeat(100)}"(nested too deeply to be kept)"${']'.repeat(100)}]`;
    expect(JSON.parse(nested?.body ?? '')).toMatchObject({ body: kept });
  });

  it('keeps what stands around that which is nested too deeply', () => {
    const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as unknown;
    const [letter] = lettersOf({ entry: { sg_event_id: 'x', deep }, reason: 'is deep' });
    expect(letter?.body).toMatch(/^\[\{"sg_event_id":"x","deep":\[\[/);
  });
});
