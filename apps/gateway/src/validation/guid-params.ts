import { applyDecorators, Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { invalidField } from '@qflow/contracts';
import { formats, isGuid } from './formats.js';

/** Lower-cases a GUID that came in the address; anything else is a 400 that names the parameter. */
class GuidPipe implements PipeTransform<unknown, string> {
  constructor(private readonly name: string) {}

  transform(value: unknown): string {
    if (typeof value !== 'string' || !isGuid(value))
      throw invalidField(`/${this.name}`, formats.uuid?.message ?? 'must be a GUID');
    return value.toLowerCase();
  }
}

export const GuidParam = (name: string): ParameterDecorator => Param(name, new GuidPipe(name));

const schema = { type: 'string', format: 'uuid' } as const;

/** Documents a {@link GuidParam}. */
export const DescribeGuidParam = (name: string, description: string): MethodDecorator =>
  applyDecorators(ApiParam({ name, description, schema }));
