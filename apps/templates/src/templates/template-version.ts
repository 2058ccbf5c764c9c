/** The largest number that the column can hold. */
export const maxVersion = 2 ** 31 - 1;

export const isVersion = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= maxVersion;
