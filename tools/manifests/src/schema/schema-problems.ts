import { nameOf, type KubeObject } from '../overlay/kube-object.js';
import type { Rule } from '../overlay/manifests.js';
import { modelOf, withoutSchema, type Violation } from './models.js';
import { observe } from './observed.js';

/** Holds every object strictly against the schema of its kind: fields, types, required fields, enumerations. */
export const schemaProblems: Rule = ({ objects }) =>
  objects.flatMap((object) =>
    [...new Set(problemsOf(object))].map((problem) => `${nameOf(object)}: ${problem}`),
  );

function problemsOf(object: KubeObject): string[] {
  const { apiVersion, kind } = object;
  const { model, version } = modelOf(apiVersion, kind);
  if (!model)
    return withoutSchema.includes(`${apiVersion} ${kind}`)
      ? emptyFields(object)
      : [`no schema knows the kind ${kind} of ${apiVersion}`];
  const { view, unread } = observe({ ...object, apiVersion: version });
  const violations = violationsOf(() => model.prototype.validate.call(view));
  return [
    ...unread().map((path) => `${path} is a field that the schema of ${kind} does not have`),
    ...withoutEchoes(violations).map(worded),
    ...emptyFields(object),
  ];
}

function violationsOf(validate: () => void): Violation[] {
  try {
    validate();
    return [];
  } catch (error) {
    const { errors } = error as { errors?: Violation[] };
    if (!errors) throw error;
    return errors;
  }
}

/** What has the wrong type has the wrong format, too: one finding is enough. */
const withoutEchoes = (violations: Violation[]): Violation[] =>
  violations.filter(
    ({ keyword, instancePath }) =>
      keyword !== 'format' ||
      !violations.some((other) => other.keyword === 'type' && other.instancePath === instancePath),
  );

function worded({ instancePath, keyword, message, params }: Violation): string {
  const allowed = keyword === 'enum' ? `: ${(params.allowedValues as unknown[]).join(', ')}` : '';
  return `${instancePath || 'the object'} ${message}${allowed}`;
}

/** A key without a value is null, which the server takes for "not set": whoever wrote it meant something. */
function emptyFields(value: unknown, path = ''): string[] {
  if (value === null) return [`${path} has no value`];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => emptyFields(inner, `${path}/${key}`));
}
