import { applyDecorators, Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { invalidField } from '@qflow/contracts';

/** The largest number that PostgreSQL's int holds. */
const maximum = 2 ** 31 - 1;

/** Reads a number from its digits; anything else is a 400 that names the parameter. */
class NumberPipe implements PipeTransform<unknown, number> {
  constructor(private readonly name: string) {}

  transform(value: unknown): number {
    const number = typeof value === 'string' && /^[1-9]\d{0,9}$/.test(value) ? Number(value) : 0;
    if (number < 1 || number > maximum)
      throw invalidField(`/${this.name}`, `must be a whole number from 1 to ${maximum}`);
    return number;
  }
}

/** A number in the address, counted from 1. */
export const NumberParam = (name: string): ParameterDecorator => Param(name, new NumberPipe(name));

/** Documents a {@link NumberParam}. */
export const DescribeNumberParam = (name: string, description: string): MethodDecorator =>
  applyDecorators(ApiParam({ name, description, schema: { type: 'integer', minimum: 1, maximum } }));
