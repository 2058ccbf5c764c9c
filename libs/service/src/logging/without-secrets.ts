/** Names of fields that hold secrets, in lower case. */
const secretNames = new Set([
  'password',
  'secret',
  'secrets',
  'client_secret',
  'clientsecret',
  'previous_secret',
  'previoussecret',
  'private_key',
  'privatekey',
  'privatekeys',
  'access_token',
  'refresh_token',
  'authorization',
  'apikey',
  // Of requests and webhooks: they hold tokens, signatures, and what accounts add of their own.
  'headers',
  'x-qflow-signature',
  'webhook-signature',
  'x-sendcomms-signature',
  'x-emailflow-signature',
]);

const censor = '[redacted]';
/** Deeper than anything that is logged. */
const maxDepth = 4;

/**
 * The fields of a log line with what is secret cut out, wherever it is, by its name. The same object where there is
 * nothing to cut, which is nearly always: pino's own `redact` costs ten times the line itself, at every line.
 */
export function withoutSecrets<T extends object>(fields: T, depth = maxDepth): T {
  let copy: Record<string, unknown> | undefined;
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    const told = isSecret(name)
      ? censor
      : isTree(value) && depth > 0
        ? withoutSecrets(value, depth - 1)
        : value;
    if (told === value) continue;
    copy ??= (Array.isArray(fields) ? [...(fields as unknown[])] : { ...fields }) as Record<string, unknown>;
    copy[name] = told;
  }
  return (copy as T | undefined) ?? fields;
}

const isSecret = (name: string): boolean => secretNames.has(name) || secretNames.has(name.toLowerCase());

/** Errors have a serialiser of their own. */
const isTree = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(value instanceof Error) && !ArrayBuffer.isView(value);
