import { toUSVString } from 'node:util';
import fc from 'fast-check';
import { broken, brokenBody } from '../cases/broken-values.js';
import { validValue, type IdsFor } from '../cases/valid-values.js';
import type { OpenApi, Parameter, Route } from '../openapi.js';

/** One request, ready for the wire. */
export interface FuzzRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
  /** Whether everything in it is as documented. */
  valid: boolean;
}

/** A request to the route: as documented, or broken in one place. */
export function requestTo(document: OpenApi, route: Route, ids: IdsFor): fc.Arbitrary<FuzzRequest> {
  const valid = validRequest(document, route, ids);
  return fc.oneof(
    { weight: 10, arbitrary: valid },
    { weight: 6, arbitrary: valid.chain((request) => brokenIn(route, request)) },
  );
}

const isKey = (name: string): boolean => name === 'Idempotency-Key';

/** Mostly new ones, as the document asks for; one that comes again is a conflict, and worth a try now and then. */
const newKey = fc.oneof({ weight: 9, arbitrary: fc.uuid() }, { weight: 1, arbitrary: fc.constant('again') });

interface Parts {
  parameters: Record<string, unknown>;
  body: unknown;
}

function validRequest(document: OpenApi, route: Route, ids: IdsFor): fc.Arbitrary<FuzzRequest> {
  const { requestBody } = route.operation;
  // A cursor cannot be made up: it is taken from an answer, or left out.
  const parameters = (route.operation.parameters ?? []).filter(
    ({ name }) => name !== 'after' || ids(name).length > 0,
  );
  const [mediaType, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const parts = fc.record({
    parameters: fc.record(
      Object.fromEntries(
        parameters.map(({ name, schema }) => [
          name,
          isKey(name) ? newKey : validValue(document, schema, ids, name),
        ]),
      ),
      { requiredKeys: parameters.filter(({ required }) => required).map(({ name }) => name) },
    ),
    body: content ? validValue(document, content.schema, ids) : fc.constant(undefined),
  });
  return parts.map((made) => assemble(route, parameters, made, mediaType));
}

function assemble(
  route: Route,
  parameters: readonly Parameter[],
  { parameters: values, body }: Parts,
  mediaType?: string,
): FuzzRequest {
  let path = route.path;
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  for (const { name, in: where } of parameters) {
    const value = values[name];
    if (value === undefined || value === null) continue;
    const text = asText(value);
    if (where === 'path') path = path.replace(`{${name}}`, encodeURIComponent(text));
    else if (where === 'query') query.set(name, toUSVString(text));
    else headers[name] = headerText(text);
  }
  const search = query.toString();
  const request = { method: route.method, path: search ? `${path}?${search}` : path, headers, valid: true };
  if (mediaType === undefined || body === undefined) return request;
  headers['content-type'] = mediaType;
  return { ...request, body: mediaType.includes('form') ? formOf(body) : JSON.stringify(body) };
}

function brokenIn(route: Route, request: FuzzRequest): fc.Arbitrary<FuzzRequest> {
  const bad = { ...request, valid: false };
  const breakages: fc.Arbitrary<FuzzRequest>[] = [
    hostileText.map((text) => ({ ...bad, path: brokenPath(route.path, text) })),
    hostileText.map((text) => ({
      ...bad,
      path: `${request.path}${request.path.includes('?') ? '&' : '?'}limit=${text}&limit=2&after=${text}`,
    })),
    fc
      .constantFrom('PUT', 'PATCH', 'DELETE', 'POST', 'GET', 'PROPFIND')
      .map((method) => withoutImpossibleBody({ ...bad, method })),
    fc
      .constantFrom('Bearer nonsense', 'Basic YTpi', 'Bearer ', '')
      .map((authorization) => ({ ...bad, headers: { ...bad.headers, authorization } })),
  ];
  if (typeof request.body === 'string' && request.headers['content-type'] === 'application/json') {
    const { body } = request;
    breakages.push(
      ...Array.from({ length: 4 }, () =>
        broken(JSON.parse(body)).map((value) => ({ ...bad, body: JSON.stringify(value) ?? '' })),
      ),
      brokenBody.map((raw) => ({ ...bad, body: raw })),
      fc
        .constantFrom(
          'text/plain',
          'application/xml',
          'application/json; charset=latin1',
          'multipart/form-data',
          '',
        )
        .map((type) => ({
          ...bad,
          headers: { ...bad.headers, 'content-type': type },
        })),
    );
  }
  return fc.oneof(...breakages);
}

/** HTTP clients refuse to send a GET with a body. */
const withoutImpossibleBody = ({ body, ...request }: FuzzRequest): FuzzRequest =>
  request.method === 'GET' ? request : { ...request, ...(body !== undefined && { body }) };

const hostileText = fc.oneof(
  fc.constantFrom(
    '%00',
    '%ff%fe',
    '%E0%A4%A',
    'null',
    '-1',
    '1e9',
    '0x10',
    '%2e%2e%2f',
    "'--",
    '%7Bid%7D',
    'a'.repeat(3_000),
  ),
  fc.string().map((text) => encodeURIComponent(toUSVString(text))),
);

/** Fills every parameter of the address with the same text; an address without any gets it as one part more. */
const brokenPath = (path: string, text: string): string => {
  const filled = path.replace(/\{\w+\}/g, () => text || 'x');
  return filled === path ? `${path}/${text}` : filled;
};

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What HTTP can carry in a header. */
const headerText = (text: string): string => text.replace(/[^\x20-\x7e]/g, '').trim() || 'x';

const formOf = (body: unknown): string =>
  new URLSearchParams(
    Object.entries(body as Record<string, unknown>)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]): [string, string] => [name, toUSVString(asText(value))]),
  ).toString();
