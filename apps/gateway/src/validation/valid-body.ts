import { Body, Inject, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import type { FieldError } from '@qflow/contracts';
import { refusal, Validators } from './validators.js';

/** Rules between fields; they run once the fields themselves are right. */
export type CrossCheck<T> = (body: T) => FieldError[];

/**
 * A request body, checked against the schema of its class: the parameter holds the known fields and nothing else.
 * @throws CodedError `validation_error` with every offending path
 */
export function ValidBody<T extends object>(body: Type<T>, crossCheck?: CrossCheck<T>): ParameterDecorator {
  @Injectable()
  class BodyPipe implements PipeTransform<unknown, T> {
    constructor(@Inject(Validators) private readonly validators: Validators) {
      validators.expect(body);
    }

    transform(value: unknown): T {
      const read = this.validators.read(body, value);
      const errors = crossCheck?.(read);
      if (errors && errors.length > 0) throw refusal(errors);
      return read;
    }
  }
  return Body(BodyPipe);
}
