import { readFileSync } from 'node:fs';
import path from 'node:path';
import { nameOf } from '../../src/overlay/kube-object.js';
import { Manifests } from '../../src/overlay/manifests.js';
import { parseObjects } from '../../src/overlay/parse-objects.js';

const file = path.join(import.meta.dirname, 'good.yaml');
const text = readFileSync(file, 'utf8');

/** Objects on which no rule finds anything. */
export const good = (): Manifests => new Manifests(parseObjects(text, 'good.yaml'));

/** One change: a JSON Pointer (RFC 6901) that starts with `Kind/name`, and the new value; undefined removes it. */
export type Change = readonly [pointer: string, value?: unknown];

/** The same objects with some changes. A pointer that is just `Kind/name` removes the object. */
export function changed(...changes: Change[]): Manifests {
  const objects = [...good().objects];
  for (const [pointer, value] of changes) {
    const [kind, name, ...fields] = pointer.split('/');
    const index = objects.findIndex((object) => nameOf(object) === `${kind}/${name}`);
    if (index < 0) throw new Error(`good.yaml has no ${kind}/${name}`);
    if (fields.length === 0) objects.splice(index, 1);
    else
      set(
        objects[index] as unknown as Fields,
        fields.map((field) => field.replaceAll('~1', '/')),
        value,
      );
  }
  return new Manifests(objects);
}

/** The same objects and some more. */
export const extended = (yaml: string): Manifests =>
  new Manifests([...good().objects, ...parseObjects(yaml, 'spec')]);

type Fields = Record<string, unknown>;

function set(target: Fields, [field = '', ...rest]: string[], value: unknown): void {
  if (rest.length > 0) set((target[field] ??= {}) as Fields, rest, value);
  else if (value !== undefined) target[field] = value;
  else if (Array.isArray(target)) target.splice(Number(field), 1);
  else delete target[field];
}
