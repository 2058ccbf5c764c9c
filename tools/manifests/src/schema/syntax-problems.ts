import { nameOf } from '../overlay/kube-object.js';
import type { Rule } from '../overlay/manifests.js';
import { quantity } from './quantity.js';

type Check = (value: unknown) => string | undefined;

const matching =
  (pattern: RegExp, longest: number, what: string): Check =>
  (value) =>
    typeof value === 'string' && value.length <= longest && pattern.test(value) ? undefined : `is no ${what}`;

const dnsLabel = matching(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 63, 'DNS label (RFC 1123)');
const serviceName = matching(/^[a-z]([-a-z0-9]*[a-z0-9])?$/, 63, 'DNS label (RFC 1035)');
const dnsName = matching(
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  253,
  'DNS name (RFC 1123)',
);
const portName = matching(
  /^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/,
  15,
  'port name (at most 15 of a-z, 0-9 and single hyphens)',
);
const environmentName = matching(/^[A-Za-z_][A-Za-z0-9_]*$/, 253, 'name of an environment variable');
const labelValue = matching(/^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/, 63, 'value of a label');
const labelKey = matching(
  /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
  317,
  'key of a label',
);

const between =
  (least: number, most: number): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `is not from ${least} to ${most}`;

const port = between(1, 65_535);
const portOrName: Check = (value) => (typeof value === 'number' ? port(value) : portName(value));
const amount: Check = (value) => (quantity(value) >= 0 ? undefined : 'is no quantity');

/** All entries of a map, keys and values. */
const labels: Check = (value) =>
  Object.entries(value as object)
    .map(([key, inner]) => labelKey(key) ?? labelValue(inner))
    .find(Boolean);
const amounts: Check = (value) =>
  Object.values(value as object)
    .map(amount)
    .find(Boolean);

/** What OpenAPI leaves at "a string" or "an integer", by the end of the path (numbers of array entries left out). */
const checks: readonly (readonly [path: RegExp, check: Check])[] = [
  [
    /\/metadata\/labels$|\/matchLabels$|\/nodeSelector$|^\/spec\/selector$/,
    (v) => (isMap(v) ? labels(v) : undefined),
  ],
  [/\/metadata\/namespace$/, dnsLabel],
  [/\/(initContainers|containers|volumes|volumeMounts)\/name$/, dnsLabel],
  [
    /\/(serviceAccountName|secretName|claimName|configMap\/name|secretKeyRef\/name|configMapKeyRef\/name)$/,
    dnsName,
  ],
  [/\/(secretRef|configMapRef)\/name$|\/service\/name$|\/host$/, dnsName],
  [/\/env\/name$/, environmentName],
  [/\/ports\/name$|\/port\/name$/, portName],
  [/\/(containerPort|port\/number|ports\/endPort)$/, port],
  [/\/(ports\/port|targetPort|(httpGet|tcpSocket|grpc)\/port)$/, portOrName],
  [/\/nodePort$/, between(30_000, 32_767)],
  [/\/resources\/(requests|limits)$|\/(capacity|hard)$/, (v) => (isMap(v) ? amounts(v) : undefined)],
  [/\/(sizeLimit)$/, amount],
];

const isMap = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((inner) => typeof inner !== 'object');

/** Names, ports, labels and quantities that an API server would refuse although the schema lets them pass. */
export const syntaxProblems: Rule = ({ objects }) =>
  objects.flatMap((object) => {
    const name = (object.kind === 'Service' ? serviceName : dnsName)(object.metadata.name);
    const found = walk(object, '', '');
    return [...(name ? [`/metadata/name ${name}`] : []), ...found].map(
      (problem) => `${nameOf(object)}: ${problem}`,
    );
  });

/** @param place the path without the numbers of array entries */
function walk(value: unknown, path: string, place: string): string[] {
  const flaws = checks.flatMap(([where, check]) => {
    const flaw = where.test(place) ? check(value) : undefined;
    return flaw ? [`${path} (${JSON.stringify(value)}) ${flaw}`] : [];
  });
  if (typeof value !== 'object' || value === null) return flaws;
  const inner = Object.entries(value).flatMap(([key, field]) =>
    walk(field, `${path}/${key}`, Array.isArray(value) ? place : `${place}/${key}`),
  );
  return [...flaws, ...inner];
}
