import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { TextRule } from './text-rules.js';

/**
 * The kinds of fields a request can hold. Each is one decorator that says everything about the field once: the
 * OpenAPI document shows it and the validators are compiled from it.
 */
interface FieldOptions {
  description: string;
  example?: unknown;
  /** May be missing; then `null` means the same. */
  optional?: boolean;
}

const field = ({ optional, ...options }: FieldOptions, schema: object): PropertyDecorator =>
  ApiProperty({
    ...options,
    ...schema,
    required: !optional,
    ...(optional && { nullable: true }),
  });

/** A GUID in any letter case. */
export const Guid = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'string', format: 'uuid' });

/** Free text; required ones may not be empty. @param maxLength in Unicode code points */
export const Text = (maxLength: number, options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'string', maxLength, ...(!options.optional && { minLength: 1 }) });

/** Header injection starts with a line break (RFC 5322 §2.2), so none reaches a field that becomes a header. */
export const noLineBreaks = '^[^\\r\\n]*$';

/** Text that ends up in an e-mail header. */
export const HeaderText = (maxLength: number, options: FieldOptions): PropertyDecorator =>
  field(options, {
    type: 'string',
    maxLength,
    pattern: noLineBreaks,
    ...(!options.optional && { minLength: 1 }),
  });

/** Text of a certain form. */
export const Ruled = ({ pattern }: TextRule, options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'string', pattern });

/** RFC 5321 §4.5.3.1.3 leaves 254 characters for an address. */
export const Email = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'string', format: 'email', maxLength: 254 });

/** The same, and the domain may have letters beyond ASCII: `tickets@münchen.example`. */
export const AnyDomainEmail = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'string', format: 'idn-email', maxLength: 254 });

/** A point in time, RFC 3339. */
export const Instant = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'string', format: 'date-time', maxLength: 40 });

/** A time on the clock of the event's zone. */
export const LocalDateTime = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'string', format: 'local-date-time', maxLength: 19 });

export const TimeZone = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'string', format: 'iana-time-zone', maxLength: 64 });

export const HttpUrl = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'string', format: 'uri', maxLength: 2048 });

export const WholeNumber = (minimum: number, maximum: number, options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'integer', minimum, maximum });

/** An object of texts with simple names. */
export const TextMap = (
  limits: { entries: number; valueLength: number },
  options: FieldOptions,
): PropertyDecorator =>
  field(options, {
    type: 'object',
    maxProperties: limits.entries,
    propertyNames: { pattern: simpleName },
    additionalProperties: { type: 'string', maxLength: limits.valueLength },
  });

/** RFC 9110 §5.1: a token. */
export const headerName = "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$";
/** RFC 9110 §5.5: with a line break in a value, another header could be smuggled in. */
export const headerValue = '^[!-~]([\\t -~]*[!-~])?$';

/** Headers of a request, by name. */
export const HeaderMap = (
  limits: { entries: number; valueLength: number },
  options: FieldOptions,
): PropertyDecorator =>
  field(options, {
    type: 'object',
    maxProperties: limits.entries,
    propertyNames: { pattern: headerName },
    additionalProperties: { type: 'string', maxLength: limits.valueLength, pattern: headerValue },
  });

export const simpleName = '^[A-Za-z0-9_]{1,64}$';

/** What a scanner at the door can print and read: printable ASCII. */
export const barcodePattern = '^[!-~]{1,50}$';

export const Barcode = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: 'string', pattern: barcodePattern, maxLength: 50 });

export const Flag = (options: FieldOptions): PropertyDecorator => field(options, { type: 'boolean' });

/** One of a few words. */
export const OneOf = (values: readonly string[], options: FieldOptions): PropertyDecorator =>
  // Where null means missing, the list of values has to know it too (JSON Schema 2020-12 §6.1.2).
  field(options, { type: 'string', enum: options.optional ? [...values, null] : values });

/** At least one of a few words, each once. */
export const SomeOf = (values: readonly string[], options: FieldOptions): PropertyDecorator =>
  field(options, {
    type: 'array',
    items: { type: 'string', enum: values },
    minItems: 1,
    maxItems: values.length,
    uniqueItems: true,
  });

/** At least one short text, each once. @param itemExamples some that are known, where not all can be listed */
export const TextList = (
  limits: { entries: number; length: number },
  options: FieldOptions & { itemExamples: readonly string[] },
): PropertyDecorator => {
  const { itemExamples, ...rest } = options;
  return field(rest, {
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: limits.length, examples: itemExamples },
    minItems: 1,
    maxItems: limits.entries,
    uniqueItems: true,
  });
};

/** Whole numbers, in their order. */
export const NumberList = (
  limits: { entries: number; minimum: number; maximum: number },
  options: FieldOptions,
): PropertyDecorator =>
  field(options, {
    type: 'array',
    items: { type: 'integer', minimum: limits.minimum, maximum: limits.maximum },
    maxItems: limits.entries,
  });

/** An object with fields of its own. Of those, unlike of the outermost ones, unknown ones reach the handler. */
export const Nested = (type: () => Type, options: FieldOptions): PropertyDecorator =>
  // Nest tells a lazy type from a class by the name of the function.
  field(options, { type: () => type() });
