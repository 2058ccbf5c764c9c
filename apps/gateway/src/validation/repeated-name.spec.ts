import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { repeatedName } from './repeated-name.js';

const of = (text: string): string | undefined => repeatedName(text, JSON.parse(text));

describe('repeatedName', () => {
  it.each([
    ['{"a":1,"a":2}', '/a'],
    ['{"a":{"b":[0,{"c":1,"c":1}]}}', '/a/b/1/c'],
    ['[{"x":1},{"x":1,"y":2,"x":3}]', '/1/x'],
    ['{"a":1,"\\u0061":2}', '/a'],
    ['{"":1,"":2}', '/'],
    ['{"a/b~":1,"a/b~":2}', '/a~1b~0'],
    ['{"a":"}","b":"\\\\","b":1}', '/b'],
    ['{"__proto__":1,"__proto__":2}', '/__proto__'],
    ['{"1":1,"1":2}', '/1'],
    ['\uFEFF{"a":1,"a":2}'.slice(1), '/a'],
  ])('finds that of %s', (text, path) => {
    expect(of(text)).toBe(path);
  });

  it.each([
    '{}',
    '[]',
    '"a:a"',
    '5',
    'null',
    '{"a":"b:c","b":"\\":\\""}',
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":1}]',
    '{"a":"\\\\","b":"\\\\\\""}',
    '{"a":1,"A":2,"\\u00e1":3}',
  ])('finds none in %s', (text) => {
    expect(of(text)).toBeUndefined();
  });

  it('takes no time for hostile texts', () => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    expect(of(deep)).toBeUndefined();
    expect(of(`{"a":"${'\\\\'.repeat(200_000)}","a":1}`)).toBe('/a');
    expect(of(`{"a":"${'\\"'.repeat(200_000)}","a":1}`)).toBe('/a');
  });
});

/** A JSON value as it is written down: the members of an object in order, with whatever names. */
type Written = string | { items: Written[] } | { members: [name: string, value: Written][] };

/** Names from a small set, so that they meet, and any others, also in escapes. */
const name = fc.oneof(fc.constantFrom('a', 'b', '', 'a/b', '__proto__', ':', '"', '\\', '1'), fc.string());

const { value: written } = fc.letrec<{ value: Written }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .oneof(fc.string(), fc.integer(), fc.constantFrom(true, false, null))
      .map((leaf) => JSON.stringify(leaf)),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => ({ items })),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 5 }).map((members) => ({ members })),
  ),
}));

const escaped = (text: string): string =>
  `"${text.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

function textOf(value: Written, space: string, escape: boolean): string {
  if (typeof value === 'string') return value;
  if ('items' in value)
    return `[${space}${value.items.map((one) => textOf(one, space, escape)).join(`${space},`)}]`;
  const members = value.members.map(([key, inner], index) => {
    // Every other name is written in escapes, which mean the same.
    const literal = escape && index % 2 === 1 ? escaped(key) : JSON.stringify(key);
    return `${space}${literal}${space}:${space}${textOf(inner, space, escape)}`;
  });
  return `{${members.join(',')}${space}}`;
}

const pointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** The first repetition in the order of the text: what the scan must find. */
function firstRepetition(value: Written, path = ''): string | undefined {
  if (typeof value === 'string') return undefined;
  if ('items' in value) {
    for (const [index, item] of value.items.entries()) {
      const found = firstRepetition(item, `${path}/${index}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const names = new Set<string>();
  for (const [key, inner] of value.members) {
    if (names.has(key)) return `${path}/${pointer(key)}`;
    names.add(key);
    const found = firstRepetition(inner, `${path}/${pointer(key)}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

describe('repeatedName of any JSON', () => {
  it('agrees with the text as it was put together', () => {
    const lay = fc.constantFrom('', ' ', '\n\t', '\r\n');
    fc.assert(
      fc.property(written, lay, fc.boolean(), (value, space, escape) => {
        expect(of(textOf(value, space, escape))).toBe(firstRepetition(value));
      }),
      { numRuns: 2_000 },
    );
  });
});
