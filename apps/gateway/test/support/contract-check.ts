import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { formats } from '../../src/validation/formats.js';

interface MediaType {
  schema?: object;
}

interface Operation {
  responses: Record<string, { content?: Record<string, MediaType> }>;
}

export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Record<string, unknown>> };
}

/** Holds served answers against the OpenAPI document: a status, media type or field it does not know is a failure. */
export class ContractCheck {
  private readonly ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strict: false });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(private readonly document: OpenApi) {
    for (const [name, { test }] of Object.entries(formats)) this.ajv.addFormat(name, test);
    for (const name of ['password', 'binary']) this.ajv.addFormat(name, true);
    this.ajv.addSchema({ components: closed(document.components) }, 'openapi');
  }

  /** @throws Error saying what the document does not allow. Addresses it does not describe are none of its business. */
  check(method: string, path: string, status: number, contentType: string, body: unknown): void {
    const [route, operation] = this.operationOf(method, path) ?? [];
    if (!route || !operation) return;
    const place = `${method} ${route} → ${status}`;
    const response = operation.responses[String(status)];
    if (!response) throw new Error(`${place} is not documented`);
    const mediaType = contentType.split(';')[0] ?? '';
    const content = response.content?.[mediaType];
    if (!content) throw new Error(`${place} is documented, but not as ${mediaType}`);
    if (!mediaType.endsWith('json') || !content.schema) return;
    const validate = this.validator(`${place} ${mediaType}`, content.schema);
    if (!validate(body))
      throw new Error(`${place} is not as documented: ${this.ajv.errorsText(validate.errors)}`);
  }

  private operationOf(method: string, path: string): [route: string, operation: Operation] | undefined {
    for (const [route, operations] of Object.entries(this.document.paths)) {
      const pattern = new RegExp(`^${route.replace('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);
      const operation = operations[method.toLowerCase()];
      if (pattern.test(path.split('?')[0] ?? '') && operation) return [route, operation];
    }
    return undefined;
  }

  private validator(key: string, schema: object): ValidateFunction {
    const text = JSON.stringify(schema).replaceAll('#/components/', 'openapi#/components/');
    const known = this.validators.get(key) ?? this.ajv.compile(JSON.parse(text) as object);
    this.validators.set(key, known);
    return known;
  }
}

/** The same schemas, but without room for fields they do not name. Bases of an `allOf` must stay open: there are none. */
function closed(components: OpenApi['components']): OpenApi['components'] {
  const schemas = Object.entries(components.schemas).map(([name, schema]) => [
    name,
    schema.type === 'object' ? { ...schema, additionalProperties: false } : schema,
  ]);
  return { schemas: Object.fromEntries(schemas) as OpenApi['components']['schemas'] };
}
