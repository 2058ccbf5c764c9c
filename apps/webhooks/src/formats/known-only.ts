/** The fields that have a value: what is not known is not told, instead of being told as null. */
export const knownOnly = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
