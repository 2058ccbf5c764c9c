import fc from 'fast-check';

/** Values that hardly any field is meant for. */
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    true,
    0,
    -1,
    1e308,
    2 ** 53,
    '',
    ' ',
    '\0',
    '\uD800',
    'a\r\nBcc: victim@example.com',
    '1',
    'x'.repeat(5_000),
    [],
    {},
    [[]],
    { $ref: '#' },
    '2026-02-30T25:61:00Z',
    '0000-00-00T00:00:00',
    '00000000-0000-0000-0000-000000000000',
    '{0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41}',
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Breaks a value somewhere: a field replaced, dropped or added, or the whole of it something else. */
export const broken = (value: unknown): fc.Arbitrary<unknown> => {
  if (Array.isArray(value)) return brokenArray(value);
  if (typeof value === 'object' && value !== null) return brokenObject(value as Record<string, unknown>);
  return hostile;
};

function brokenObject(value: Record<string, unknown>): fc.Arbitrary<unknown> {
  const keys = Object.keys(value);
  if (keys.length === 0) return hostile;
  const key = fc.constantFrom(...keys);
  return fc.oneof(
    { weight: 5, arbitrary: fc.tuple(key, hostile).map(([name, other]) => ({ ...value, [name]: other })) },
    {
      weight: 2,
      arbitrary: key.map((name) => Object.fromEntries(Object.entries(value).filter(([one]) => one !== name))),
    },
    {
      weight: 2,
      arbitrary: key.chain((name) => broken(value[name]).map((other) => ({ ...value, [name]: other }))),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.string(), hostile).map(([name, other]) => ({ ...value, [name]: other })),
    },
    { weight: 1, arbitrary: hostile },
  );
}

function brokenArray(value: unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    hostile.map((other) => [...value, other]),
    fc.constant(Array.from({ length: 201 }, () => value[0] ?? {})),
    ...(value.length > 0 ? [broken(value[0]).map((other) => [other, ...value.slice(1)])] : []),
    hostile,
  );
}

/** Request bodies that are broken below the level of JSON values. */
export const brokenBody: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '{',
    '{"id":1,"id":2}',
    '{"a":1e999}',
    '\uFEFF{}',
    '{"__proto__":{"x":1}}',
    '{"constructor":{"prototype":{"x":1}}}',
    `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    `{"html":"${'x'.repeat(1_200_000)}"}`,
    'id=1&name=2',
    '<?xml version="1.0"?><x/>',
  ),
);
