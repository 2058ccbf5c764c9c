import { beforeAll, describe, expect, it } from '@jest/globals';
import { ContractCheck, type Served } from './contract-check.js';
import type { OpenApi } from './openapi.js';

const document: OpenApi = {
  paths: {
    '/things/{id}': {
      get: {
        operationId: 'getThing',
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
          404: { content: { 'application/problem+json': {} } },
        },
      },
    },
    '/things/newest': { get: { operationId: 'getNewest', responses: { 204: {} } } },
  },
  components: {
    schemas: {
      Thing: {
        type: 'object',
        properties: { id: { type: 'string', format: 'uuid' }, size: { type: 'integer' } },
        required: ['id'],
      },
    },
  },
};

const id = '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41';
const answer = (values: Partial<Served>): Served => ({
  method: 'GET',
  path: `/things/${id}?verbose=1`,
  status: 200,
  contentType: 'application/json; charset=utf-8',
  body: { id },
  ...values,
});

describe('ContractCheck', () => {
  let check: ContractCheck;
  beforeAll(() => {
    check = new ContractCheck(document);
  });

  it.each<[string, Partial<Served>]>([
    ['what is documented', {}],
    ['another documented status', { status: 404, contentType: 'application/problem+json', body: {} }],
    ['an address it does not describe', { path: '/elsewhere', status: 500 }],
    ['no body where none is documented', { path: '/things/newest', status: 204, contentType: '' }],
  ])('has nothing against %s', (_what, values) => {
    expect(check.flawOf(answer(values))).toBeNull();
  });

  it.each<[string, Partial<Served>, string]>([
    ['a status', { status: 500 }, 'GET /things/{id} → 500 is not documented'],
    ['a media type', { contentType: 'text/html' }, 'not as "text/html"'],
    ['a field', { body: { id, colour: 'red' } }, 'must NOT have additional properties'],
    ['a type', { body: { id, size: '1' } }, 'size must be integer'],
    ['a format', { body: { id: '1' } }, 'id must match format "uuid"'],
    ['the lack of a field', { body: {} }, "must have required property 'id'"],
    ['a body', { path: '/things/newest', status: 204 }, 'documented without a body'],
  ])('finds %s that is not in the document', (_what, values, flaw) => {
    expect(check.flawOf(answer(values))).toContain(flaw);
  });
});
