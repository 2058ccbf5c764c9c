import type { Type } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { CodedError, type FieldError } from '@qflow/contracts';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { fieldErrorsOf } from './describe-error.js';
import { formats } from './formats.js';
import { unstorableText } from './unstorable-text.js';

/** Checks a parsed body and answers what the handler may see of it. Throws `validation_error`. */
type BodyReader = (body: unknown) => object;

interface ObjectSchema {
  required?: string[];
  properties?: Record<string, { format?: string; type?: unknown }>;
}

/** More would only make a hostile request's answer long. */
const maxErrors = 50;

/**
 * One validator per request body, compiled at boot from the very schema that the OpenAPI document shows, so that
 * document and behaviour cannot drift. Not class-validator: it would walk a second description of the
 * same shapes at every request, where this one is compiled into a function.
 */
export class Validators {
  private readonly expected = new Set<Type>();
  private readonly readers = new Map<Type, BodyReader>();
  private readonly schemas = new Map<Type, ObjectSchema>();

  /** Announces a class that {@link read} will be asked about. */
  expect(body: Type): void {
    this.expected.add(body);
  }

  /** Call once, when the document is complete. Throws where a class is missing in it: a bug, found at boot. */
  compile(document: OpenAPIObject): void {
    const ajv = new Ajv2020({
      allErrors: true,
      allowUnionTypes: true,
      coerceTypes: false,
      removeAdditional: false,
    });
    // OpenAPI's own words, which JSON Schema does not know.
    ajv.addVocabulary(['components', 'example']);
    for (const [name, { test }] of Object.entries(formats)) ajv.addFormat(name, test);
    ajv.addSchema({ components: document.components }, 'openapi');
    for (const body of this.expected) {
      const validate = ajv.getSchema(`openapi#/components/schemas/${body.name}`);
      if (!validate) throw new Error(`${body.name} is read from requests, but the OpenAPI document lacks it`);
      const schema = document.components?.schemas?.[body.name] as ObjectSchema;
      this.schemas.set(body, schema);
      this.readers.set(body, readerOf(validate as ValidateFunction, schema));
    }
  }

  /** The same for a query, whose values are all texts, and lists where a parameter is repeated. */
  readQuery<T extends object>(query: Type<T>, values: Record<string, unknown>): T {
    const read = this.schemas.get(query)?.properties ?? {};
    const repeated = Object.keys(read).filter((name) => Array.isArray(values[name]));
    if (repeated.length > 0)
      throw refusal(repeated.map((name) => ({ path: `/${name}`, message: 'must be given once' })));
    return this.read(
      query,
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          name,
          read[name]?.type === 'integer' ? numberOf(value) : value,
        ]),
      ),
    );
  }

  /** @throws CodedError `validation_error` with every offending path */
  read<T extends object>(body: Type<T>, value: unknown): T {
    const reader = this.readers.get(body);
    if (!reader) throw new Error(`no validator was compiled for ${body.name}`);
    return reader(value) as T;
  }
}

/** What is no number stays the text it is, and the validator says so. */
const numberOf = (value: unknown): unknown =>
  typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;

function readerOf(validate: ValidateFunction, schema: ObjectSchema): BodyReader {
  const fields = Object.entries(schema.properties ?? {}).map(
    ([name, { format }]) => [name, format === 'uuid'] as const,
  );
  return (given) => {
    // A body in which everything may be missing may be missing itself.
    const body = given === undefined && !schema.required?.length ? {} : given;
    if (!validate(body)) throw refusal([...fieldErrorsOf(validate.errors ?? []), ...unstorableText(body)]);
    const unstorable = unstorableText(body);
    if (unstorable.length > 0) throw refusal(unstorable);
    return knownFields(body as Record<string, unknown>, fields);
  };
}

/** The known fields alone, ids in lower case. `null` and a missing field mean the same and look the same. */
function knownFields(
  body: Record<string, unknown>,
  fields: readonly (readonly [name: string, isId: boolean])[],
): Record<string, unknown> {
  const known: Record<string, unknown> = {};
  for (const [name, isId] of fields) {
    const value = body[name] ?? undefined;
    known[name] = isId && typeof value === 'string' ? value.toLowerCase() : value;
  }
  return known;
}

/** A 400 that names every offending place (guide, "Errors"). */
export function refusal(errors: readonly FieldError[]): CodedError {
  const shown = errors.slice(0, maxErrors);
  const detail = shown
    .map(({ path, message }) => `${path === '/' ? 'The body' : path} ${message}`)
    .join('; ');
  return new CodedError('validation_error', `${detail}.`, { errors: shown });
}
