/** Whether a `Content-Type` is that of JSON. */
export const isJsonType = (type: string | undefined): boolean =>
  /^application\/json\s*(;|$)/i.test(type ?? '');
