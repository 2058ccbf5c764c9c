/** The parts of a schema that an example is made of. */
interface Schema {
  $ref?: string;
  example?: unknown;
  default?: unknown;
  enum?: unknown[];
  type?: string | string[];
  format?: string;
  minimum?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
}

const byFormat: Record<string, string> = {
  uuid: '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41',
  'date-time': '2026-04-29T10:23:00.000Z',
  email: 'ada@example.com',
  uri: 'https://example.com/',
  password: 'correct horse battery staple',
};

/**
 * A whole example of a schema, out of the examples of its properties. Readers of the document, and generators of
 * mocks, want to see one body, not thirty fields.
 * @param schemas the components that `$ref`s lead to
 */
export function exampleOf(schema: Schema, schemas: Readonly<Record<string, Schema>>): unknown {
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  if (schema.$ref !== undefined)
    return exampleOf(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, schemas);
  const [alternative] = schema.oneOf ?? schema.anyOf ?? schema.allOf ?? [];
  if (alternative) return exampleOf(alternative, schemas);
  if (schema.enum) return schema.enum[0];
  return ofType(schema, schemas);
}

function ofType(schema: Schema, schemas: Readonly<Record<string, Schema>>): unknown {
  const types = [schema.type ?? 'object'].flat();
  switch (types.find((one) => one !== 'null')) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name]) => name !== 'id' || !isOwnId(schema))
          .map(([name, inner]) => [name, exampleOf(inner, schemas)]),
      );
    case 'array':
      return [exampleOf(schema.items ?? {}, schemas)];
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    case 'string':
      return byFormat[schema.format ?? ''] ?? '';
    default:
      return null;
  }
}

/** The id that a caller may choose: tried out from /docs, the second request would only find the first. */
const isOwnId = ({ properties, required }: Schema): boolean =>
  properties?.id?.type instanceof Array && !required?.includes('id');
