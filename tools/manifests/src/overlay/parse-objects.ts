import { parseAllDocuments } from 'yaml';
import type { KubeObject } from './kube-object.js';
import { nameOf } from './kube-object.js';

/**
 * The objects in a stream of YAML documents.
 * @param origin where the text is from, for messages
 * @throws Error where it is not YAML, has a key twice, holds what is no object, or an object twice
 */
export function parseObjects(text: string, origin: string): KubeObject[] {
  const objects = parseAllDocuments(text, { uniqueKeys: true }).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new Error(`${origin}: ${error.message}`);
    const value: unknown = document.toJS();
    return value === null ? [] : [asObject(value, origin)];
  });
  const seen = new Set<string>();
  for (const object of objects) {
    const id = `${nameOf(object)} in namespace ${object.metadata.namespace ?? '(none)'}`;
    if (seen.has(id)) throw new Error(`${origin}: ${id} is there twice`);
    seen.add(id);
  }
  return objects;
}

function asObject(value: unknown, origin: string): KubeObject {
  const { apiVersion, kind, metadata } = (value ?? {}) as Partial<KubeObject>;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof metadata?.name !== 'string')
    throw new Error(
      `${origin}: a document is no Kubernetes object (apiVersion, kind or metadata.name is missing): ` +
        JSON.stringify(value).slice(0, 200),
    );
  return value as KubeObject;
}
