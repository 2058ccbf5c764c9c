import { applyDecorators, Body, Inject, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { ApiBody, ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import { CodedError } from '@qflow/contracts';
import { isGuid } from './formats.js';
import type { CrossCheck } from './valid-body.js';
import { refusal, Validators } from './validators.js';

/** Items in one bulk call at the most (guide, "Rate limits"). */
export const maxItems = 200;

/** One item of a bulk call: what may be handled, or why not and which `id` it gave itself. */
export type Item<T> = { index: number; value: T } | { index: number; error: CodedError; id: string | null };

/**
 * A body that is a bare array: its items are checked one by one, so that a bad one does not fail the others.
 * @throws CodedError `validation_error` where the body is no array or has no items or more than {@link maxItems}
 */
export function ValidItems<T extends object>(item: Type<T>, crossCheck?: CrossCheck<T>): ParameterDecorator {
  @Injectable()
  class ItemsPipe implements PipeTransform<unknown, Item<T>[]> {
    constructor(@Inject(Validators) private readonly validators: Validators) {
      validators.expect(item);
    }

    transform(body: unknown): Item<T>[] {
      const message = flawOf(body);
      if (message) throw refusal([{ path: '/', message }]);
      return (body as unknown[]).map((value, index) => this.read(value, index));
    }

    private read(value: unknown, index: number): Item<T> {
      try {
        const read = this.validators.read(item, value);
        const errors = crossCheck?.(read) ?? [];
        if (errors.length > 0) throw refusal(errors);
        return { index, value: read };
      } catch (error) {
        if (error instanceof CodedError) return { index, error, id: idOf(value) };
        throw error;
      }
    }
  }
  return Body(ItemsPipe);
}

/** Of an item that is refused, so that its sender finds it again; null where it has none that could be one. */
function idOf(item: unknown): string | null {
  const id = (item as { id?: unknown } | null)?.id;
  return typeof id === 'string' && isGuid(id) ? id.toLowerCase() : null;
}

function flawOf(body: unknown): string | undefined {
  if (!Array.isArray(body)) return 'must be an array';
  if (body.length === 0) return 'must have at least one item';
  return body.length > maxItems ? `must have at most ${maxItems} items` : undefined;
}

/** Documents the body of a {@link ValidItems}. */
export const DescribeItems = (item: Type): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(item),
    ApiBody({
      schema: { type: 'array', minItems: 1, maxItems, items: { $ref: getSchemaPath(item) } },
    }),
  );
