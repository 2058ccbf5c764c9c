import type { GuestFields } from './guest.dto.js';
import type { GuestRow } from './guest-row.js';

/** The same instant, as every answer writes it. */
export const utc = (instant: string): string => new Date(instant).toISOString();

/** Which column each field of a request is stored in. */
const columns = [
  ['firstName', 'first_name'],
  ['otherNames', 'other_names'],
  ['lastName', 'last_name'],
  ['email', 'email'],
  ['plusOnes', 'plus_ones'],
  ['additionalInfo', 'additional_info'],
  ['barcode', 'barcode'],
  ['tags', 'tags'],
  ['customFields', 'custom_fields'],
  ['validFrom', 'valid_from', utc],
  ['validTo', 'valid_to', utc],
  ['correlationId', 'correlation_id'],
] as const satisfies readonly (readonly [
  field: keyof GuestFields,
  column: keyof GuestRow,
  stored?: (value: string) => string,
])[];

/** Columns that a request can set again. */
export type GivenColumns = Partial<Pick<GuestRow, (typeof columns)[number][1]>>;

export const givenColumnNames = columns.map(([, column]) => column);

/** What a request says of a guest, by column: the fields that are given and no others. */
export function givenColumns(guest: GuestFields): GivenColumns {
  const given: Record<string, unknown> = {};
  for (const [field, column, stored] of columns) {
    const value = guest[field];
    if (value !== undefined) given[column] = stored ? stored(value as string) : value;
  }
  return given;
}
