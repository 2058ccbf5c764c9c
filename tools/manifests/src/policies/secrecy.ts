import { nameOf } from '../overlay/kube-object.js';
import type { Rule } from '../overlay/manifests.js';

/** Names of what is nobody's business, and values that look like it. */
const tellingName = /(password|passwd|secret|token|key|credential)s?$/i;
const tellingValues: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/:\/\/[^/\s:@]*:[^/\s@$]+@/, 'a password in a URL'],
  [/\bSG\.[\w-]{16,}\.[\w-]{16,}/, 'a SendGrid key'],
  [/\beyJ[\w-]{10,}\.[\w-]{10,}\./, 'a JSON Web Token'],
  // A key of 32 bytes or more, whatever it opens.
  [/(^|[\s:=,"])[A-Za-z0-9+/]{43,}=*($|[\s,"])/, 'something that may be a key'],
];

/** Secrets are made in the cluster. What the repository renders holds none, under whatever kind. */
export const secrecy: Rule = (manifests) => [
  ...manifests
    .all('Secret')
    .filter(({ data, stringData }) => Object.keys({ ...data, ...stringData }).length > 0)
    .map((secret) => `${nameOf(secret)}: holds values; a repository is no place for them`),
  ...manifests.all('ConfigMap').flatMap((configMap) =>
    Object.entries(configMap.data ?? {}).flatMap(([key, value]) => {
      const what = value && tellingName.test(key) ? 'a secret by its name' : lookOf(value);
      return what ? [`${nameOf(configMap)}: ${key} holds ${what}; it belongs into a Secret`] : [];
    }),
  ),
];

const lookOf = (value: string): string | undefined =>
  tellingValues.find(([pattern]) => pattern.test(value))?.[1];
