import { Inject, Injectable, Query, type PipeTransform, type Type } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import { Validators } from './validators.js';

/**
 * The query of a request, checked against the properties of its class like a body: the parameter holds the known
 * parameters and nothing else. Numbers are read from their digits.
 * @throws CodedError `validation_error` with every offending parameter
 */
export function ValidQuery<T extends object>(query: Type<T>): ParameterDecorator {
  @Injectable()
  class QueryPipe implements PipeTransform<unknown, T> {
    constructor(@Inject(Validators) private readonly validators: Validators) {
      validators.expect(query);
    }

    transform(value: unknown): T {
      return this.validators.readQuery(query, value as Record<string, unknown>);
    }
  }
  return (controller, ...place) => {
    // The document spreads a query's class out into parameters; its validator is compiled from the class as a whole.
    ApiExtraModels(query)(controller.constructor);
    Query(QueryPipe)(controller, ...place);
  };
}
