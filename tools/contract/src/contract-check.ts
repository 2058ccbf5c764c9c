import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { routesOf, type OpenApi, type Route, type Schema } from './openapi.js';

/** What a server answered. */
export interface Served {
  method: string;
  /** With its query. */
  path: string;
  status: number;
  contentType: string;
  /** Parsed, where it is JSON. */
  body: unknown;
}

/** Holds served answers against the OpenAPI document: a status, media type or field it does not know is a failure. */
export class ContractCheck {
  private readonly ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strict: false });
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly routes: (Route & { pattern: RegExp })[];

  constructor(document: OpenApi) {
    // The namespace of a CommonJS module, as its types have it.
    addFormats.default(this.ajv);
    for (const name of ['local-date-time', 'iana-time-zone', 'password', 'binary'])
      this.ajv.addFormat(name, true);
    this.ajv.addSchema({ components: { schemas: closed(document.components.schemas) } }, 'openapi');
    this.routes = routesOf(document)
      .map((route) => ({ ...route, pattern: patternOf(route.path) }))
      // `/template/delete` before `/template/{id}`, which would match it as well.
      .sort((a, b) => a.path.split('{').length - b.path.split('{').length);
  }

  /** @returns what the document does not allow; null where all is well or the address is none it describes */
  flawOf({ method, path, status, contentType, body }: Served): string | null {
    const route = this.routeOf(method, path);
    if (!route) return null;
    const place = `${method} ${route.path} → ${status}`;
    const response = route.operation.responses[String(status)];
    if (!response) return `${place} is not documented`;
    const mediaType = contentType.split(';')[0] ?? '';
    if (!response.content) return mediaType === '' ? null : `${place} is documented without a body`;
    const content = response.content[mediaType];
    if (!content) return `${place} is documented, but not as "${mediaType}"`;
    if (!mediaType.endsWith('json') || !content.schema) return null;
    const validate = this.validator(`${place} ${mediaType}`, content.schema);
    return validate(body) ? null : `${place} is not as documented: ${this.ajv.errorsText(validate.errors)}`;
  }

  /** The operation that answers at an address. */
  routeOf(method: string, path: string): Route | undefined {
    const [address = ''] = path.split('?');
    return this.routes.find((route) => route.method === method && route.pattern.test(address));
  }

  private validator(key: string, schema: Schema): ValidateFunction {
    const text = JSON.stringify(schema).replaceAll('#/components/', 'openapi#/components/');
    const known = this.validators.get(key) ?? this.ajv.compile(JSON.parse(text) as object);
    this.validators.set(key, known);
    return known;
  }
}

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.+*?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`);

/** The same schemas, but without room for fields they do not name. Bases of an `allOf` must stay open: there are none. */
function closed(schemas: Record<string, Schema>): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      schema.type === 'object' && schema.additionalProperties === undefined
        ? { ...schema, additionalProperties: false }
        : schema,
    ]),
  );
}
