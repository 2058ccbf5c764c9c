import fc from 'fast-check';
import { resolve, type OpenApi, type Schema } from '../openapi.js';

/** Names values that mean something to the server, such as ids of things that exist, by the field that takes them. */
export type IdsFor = (field: string) => readonly string[];

/** Text of every kind a person may type, and some that nobody would. */
const text = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'grapheme-ascii' }) },
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'مرحبا بالعالم',
      '👩‍👩‍👧‍👦 family',
      'e\u0301\u0323 combining',
      '\u202Eright to left',
      '{{firstname}}',
      '<script>alert(1)</script>',
      "Robert'); DROP TABLE guests;--",
      '../../etc/passwd',
      '%00%0d%0a',
    ),
  },
);

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,14}$/);

const dayMs = 24 * 60 * 60 * 1000;
const midnight = (): number => Math.floor(Date.now() / dayMs) * dayMs;

/** Reserved names (RFC 2606): whatever is sent there reaches nobody. */
const byFormat: Record<string, fc.Arbitrary<string>> = {
  email: name.map((local) => `${local}@example.com`),
  'idn-email': name.map((local) => `${local}@example.com`),
  // Hardly anything ever listens there; names of the other kind lead nowhere, and some routes look.
  uri: fc.oneof(
    { weight: 4, arbitrary: name.map((path) => `http://127.0.0.1:65535/${path}`) },
    { weight: 1, arbitrary: fc.tuple(name, name).map(([host, path]) => `https://${host}.example/${path}`) },
  ),
  'date-time': fc.oneof(
    fc
      .date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    // What is looked back on is hardly ever older; by the day, so that a seed means the same for as long.
    fc.nat({ max: 20 }).map((days) => new Date(midnight() - days * dayMs).toISOString()),
  ),
  'local-date-time': fc
    .date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 16)),
  'iana-time-zone': fc.constantFrom('Europe/London', 'UTC', 'Asia/Kathmandu', 'America/Caracas'),
  hostname: name.map((label) => `${label}.example`),
};

/** Values that the schema allows. */
export function validValue(
  document: OpenApi,
  schema: Schema,
  ids: IdsFor,
  field = '',
): fc.Arbitrary<unknown> {
  const known = resolve(document, schema);
  if (known.enum) return fc.constantFrom(...known.enum);
  const [alternative] = known.anyOf ?? known.oneOf ?? known.allOf ?? [];
  if (alternative) return validValue(document, alternative, ids, field);
  const types = [known.type ?? 'string'].flat();
  const type = types.find((one) => one !== 'null') ?? 'null';
  const value = byType(document, known, type, ids, field);
  return types.includes('null')
    ? fc.oneof({ weight: 5, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) })
    : value;
}

function byType(
  document: OpenApi,
  schema: Schema,
  type: string,
  ids: IdsFor,
  field: string,
): fc.Arbitrary<unknown> {
  switch (type) {
    case 'object':
      return objectValue(document, schema, ids);
    case 'array':
      return arrayValue(schema, validValue(document, schema.items ?? {}, ids, field));
    case 'integer':
      return wholeNumber(schema.minimum ?? -1000, schema.maximum ?? 1000);
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return textValue(schema, ids(field));
  }
}

function arrayValue(
  { minItems = 0, maxItems = 5, uniqueItems }: Schema,
  item: fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const size = { minLength: minItems, maxLength: Math.min(maxItems, 5) };
  return uniqueItems ? fc.uniqueArray(item, size) : fc.array(item, size);
}

/** Things are counted from the smallest number: it is likelier to be that of something. */
const wholeNumber = (min: number, max: number): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min, max: Math.min(max, min + 3) }), fc.integer({ min, max }));

function textValue(schema: Schema, known: readonly string[]): fc.Arbitrary<string> {
  const any = anyText(schema);
  return known.length > 0
    ? fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: any })
    : any;
}

function anyText({ examples = [], ...schema }: Schema): fc.Arbitrary<string> {
  const texts = examples.filter((one) => typeof one === 'string');
  const free = freeText(schema);
  // Several of them are words that the server knows beside others.
  return texts.length > 0
    ? fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...texts) }, { weight: 1, arbitrary: free })
    : free;
}

function freeText({
  format,
  pattern,
  example,
  minLength = 0,
  maxLength = 200,
}: Schema): fc.Arbitrary<string> {
  // An example that is a UUID stands for one that is new each time.
  if (format === 'uuid' || isUuid(example)) return fc.uuid();
  const formatted = format === undefined ? undefined : byFormat[format];
  if (formatted) return formatted;
  const free = pattern === undefined ? text : matching(pattern, example);
  const fitting = free.map((value) => [...value].slice(0, maxLength).join('').padEnd(minLength, 'x'));
  return typeof example === 'string'
    ? fc.oneof({ weight: 2, arbitrary: fitting }, { weight: 1, arbitrary: fc.constant(example) })
    : fitting;
}

const isUuid = (example: unknown): boolean =>
  typeof example === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(example);

/** Some patterns are beyond the library (look-ahead, for one); then the documented example has to do. */
function matching(pattern: string, example: unknown): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'));
  } catch (error) {
    if (typeof example === 'string') return fc.constant(example);
    throw error;
  }
}

function objectValue(document: OpenApi, schema: Schema, ids: IdsFor): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const record = fc.record(
    Object.fromEntries(
      Object.entries(properties).map(([key, inner]) => [key, validValue(document, inner, ids, key)]),
    ),
    { requiredKeys: required.filter((key) => key in properties) },
  );
  if (typeof additionalProperties !== 'object') return record;
  const extra = fc.dictionary(
    fc.stringMatching(/^[A-Za-z0-9_]{1,10}$/),
    validValue(document, additionalProperties, ids),
    { maxKeys: 5 },
  );
  return fc.tuple(record, extra).map(([fixed, more]) => ({ ...more, ...fixed }));
}
