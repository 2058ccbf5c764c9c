const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether `value` is a GUID in canonical lower-case form, which is how ids travel inside the platform. */
export const isId = (value: unknown): value is string => typeof value === 'string' && uuid.test(value);
