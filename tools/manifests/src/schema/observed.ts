/** Which fields of a value somebody has read. */
export interface Observed {
  /** The same value, watched. */
  view: unknown;
  /** Paths, such as `/spec/replicas`, of fields that are in the value and were never read. */
  unread: () => string[];
}

/**
 * Watches who reads what. A compiled validator reads every field that its schema has and no other, so what it leaves
 * unread is a field that the schema does not know. An object none of whose fields was asked for has a schema without
 * fields: anything may be in it.
 */
export function observe(value: unknown): Observed {
  const read = new Map<object, Set<string>>();
  return { view: watch(value, read), unread: () => unreadIn(value, '', read) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function watch(value: unknown, read: Map<object, Set<string>>): unknown {
  if (!isObject(value)) return value;
  return new Proxy(value, {
    get(target, key) {
      if (typeof key !== 'string') return Reflect.get(target, key) as unknown;
      const known = read.get(target) ?? new Set();
      read.set(target, known.add(key));
      return watch(target[key], read);
    },
  });
}

function unreadIn(value: unknown, path: string, read: Map<object, Set<string>>): string[] {
  const known = isObject(value) && read.get(value);
  if (!known) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    known.has(key) ? unreadIn(inner, `${path}/${key}`, read) : [`${path}/${key}`],
  );
}
