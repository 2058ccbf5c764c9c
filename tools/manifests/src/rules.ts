import type { Rule } from './overlay/manifests.js';
import { autoscaling } from './policies/autoscaling.js';
import { availability } from './policies/availability.js';
import { identity } from './policies/identity.js';
import { images } from './policies/images.js';
import { labels } from './policies/labels.js';
import { podSecurity } from './policies/pod-security.js';
import { probes } from './policies/probes.js';
import { resources } from './policies/resources.js';
import { rights } from './policies/rights.js';
import { secrecy } from './policies/secrecy.js';
import { shutdown } from './policies/shutdown.js';
import { versions } from './policies/versions.js';
import { configReferences } from './references/config-references.js';
import { objectReferences } from './references/object-references.js';
import { natsVariables } from './references/nats-variables.js';
import { schemaProblems } from './schema/schema-problems.js';
import { syntaxProblems } from './schema/syntax-problems.js';

/** What holds for everything that is rendered, by what it is about. Edges, settings and routes come on top. */
export const rules: Readonly<Record<string, Rule>> = {
  'the schemas of Kubernetes': schemaProblems,
  'names, ports, labels and quantities': syntaxProblems,
  'Pod Security "restricted"': podSecurity,
  'requests and limits': resources,
  probes,
  'tags of images': images,
  'one version': versions,
  'rights and namespaces': rights,
  'ServiceAccounts and tokens': identity,
  'labels and selectors': labels,
  'several replicas': availability,
  autoscalers: autoscaling,
  'time to end': shutdown,
  'no secret in the repository': secrecy,
  'references to ConfigMaps and Secrets': configReferences(),
  'references to other objects': objectReferences,
  'variables of the NATS configuration': natsVariables,
};
