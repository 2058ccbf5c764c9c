import { describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { CodedError, type FieldError } from '@qflow/contracts';
import { Validators } from './validators.js';

class Body {
  id?: string;
  name: string;
  size?: number;
}
class Missing {}

const schema = {
  type: 'object',
  properties: {
    id: { type: ['string', 'null'], format: 'uuid', example: 'x' },
    name: { type: 'string', minLength: 1, maxLength: 3 },
    size: { type: ['integer', 'null'], minimum: 1, maximum: 9 },
  },
  required: ['name'],
};
const document = { components: { schemas: { Body: schema } } } as unknown as OpenAPIObject;

function validators(): Validators {
  const made = new Validators();
  made.expect(Body);
  made.compile(document);
  return made;
}

function errorsOf(value: unknown): FieldError[] {
  try {
    validators().read(Body, value);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(CodedError);
    return (error as CodedError).extras.errors ?? [];
  }
}

describe('Validators', () => {
  it('answers the known fields alone, ids in lower case, null as missing', () => {
    const id = '0197A3C2-7F10-7C3E-9D59-3F1C5A2B7E41';
    expect(validators().read(Body, { id, name: 'AbC', size: null, other: 1 })).toEqual({
      id: id.toLowerCase(),
      name: 'AbC',
      size: undefined,
    });
  });

  it('names every offending place in words', () => {
    expect(errorsOf({ id: 'x', name: '', size: 0 })).toEqual([
      { path: '/id', message: 'must be a GUID such as 0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41' },
      { path: '/name', message: 'must not be empty' },
      { path: '/size', message: 'must be 1 or more' },
    ]);
    expect(errorsOf({ name: 'four', size: 10 })).toEqual([
      { path: '/name', message: 'must be at most 3 characters long' },
      { path: '/size', message: 'must be 9 or less' },
    ]);
    expect(errorsOf({ size: '5' })).toEqual([
      { path: '/name', message: 'is required' },
      { path: '/size', message: 'must be a whole number' },
    ]);
    expect(errorsOf(undefined)).toEqual([{ path: '/', message: 'must be an object' }]);
  });

  it('refuses to start where the document lacks a body', () => {
    const made = new Validators();
    made.expect(Missing);
    expect(() => made.compile(document)).toThrow(
      'Missing is read from requests, but the OpenAPI document lacks it',
    );
  });
});
