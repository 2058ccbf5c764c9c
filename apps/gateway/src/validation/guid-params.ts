import { applyDecorators, Param, Query, type PipeTransform } from '@nestjs/common';
import { ApiParam, ApiQuery } from '@nestjs/swagger';
import { invalidField } from '@qflow/contracts';
import { formats, isGuid } from './formats.js';

/** Lower-cases a GUID that came in the address; anything else is a 400 that names the parameter. */
class GuidPipe implements PipeTransform<unknown, string> {
  constructor(private readonly name: string) {}

  transform(value: unknown): string {
    if (value === undefined) throw invalidField(`/${this.name}`, 'is required');
    if (typeof value !== 'string' || !isGuid(value))
      throw invalidField(`/${this.name}`, formats.uuid?.message ?? 'must be a GUID');
    return value.toLowerCase();
  }
}

export const GuidParam = (name: string): ParameterDecorator => Param(name, new GuidPipe(name));

export const GuidQuery = (name: string): ParameterDecorator => Query(name, new GuidPipe(name));

const schema = { type: 'string', format: 'uuid' } as const;

/** Documents a {@link GuidParam}. */
export const DescribeGuidParam = (name: string, description: string): MethodDecorator =>
  applyDecorators(ApiParam({ name, description, schema }));

/** Documents a {@link GuidQuery}. */
export const DescribeGuidQuery = (name: string, description: string): MethodDecorator =>
  applyDecorators(ApiQuery({ name, description, schema, required: true }));
