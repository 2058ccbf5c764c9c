import { describe, expect, it } from '@jest/globals';
import { changed, good, type Change } from '../../test/support/good.js';
import { Manifests } from '../overlay/manifests.js';
import { configReferences } from './config-references.js';
import { undocumentedIn } from './documented-secrets.js';
import { objectReferences } from './object-references.js';

const pod = 'Deployment/gateway/spec/template/spec';
const container = `${pod}/containers/0`;

describe('configReferences', () => {
  it.each<[string, Change, string]>([
    [
      'a ConfigMap that is gone',
      ['ConfigMap/gateway-settings'],
      'refers to ConfigMap gateway-settings, which does not exist',
    ],
    [
      'one in another namespace',
      ['ConfigMap/gateway-settings/metadata/namespace', 'other'],
      'refers to ConfigMap gateway-settings, which does not exist',
    ],
    [
      'a key that it does not have',
      [
        `${container}/env/2`,
        { name: 'A', valueFrom: { configMapKeyRef: { name: 'gateway-settings', key: 'PORTT' } } },
      ],
      'ConfigMap gateway-settings has no key PORTT',
    ],
    [
      'a Secret that nobody makes',
      [`${container}/env/0/valueFrom/secretKeyRef/name`, 'qflow-gatewy'],
      'refers to Secret qflow-gatewy, which nobody documents or makes',
    ],
    [
      'a key that nobody makes',
      [`${container}/env/0/valueFrom/secretKeyRef/key`, 'DATABASE_UR'],
      'refers to the key DATABASE_UR of Secret qflow-gateway',
    ],
    [
      'an optional key that is asked for',
      [`${container}/env/1/valueFrom/secretKeyRef/optional`],
      'cannot start without SUBSCRIPTION_KEYS of Secret qflow-gateway',
    ],
    [
      'a required key that is not',
      [`${container}/env/0/valueFrom/secretKeyRef/optional`, true],
      'starts without DATABASE_URL of Secret qflow-gateway',
    ],
    [
      'a Secret in a volume',
      [`${pod}/volumes/0/secret/secretName`, 'nats-ca'],
      'Deployment/gateway: refers to Secret nats-ca, which nobody documents or makes',
    ],
    [
      'a ConfigMap in a volume',
      [`${pod}/volumes/0`, { name: 'ca', configMap: { name: 'ca' } }],
      'Deployment/gateway: refers to ConfigMap ca, which does not exist',
    ],
    [
      'a key in a projected volume',
      [
        `${pod}/volumes/0`,
        {
          name: 'ca',
          projected: {
            sources: [{ configMap: { name: 'gateway-settings', items: [{ key: 'ca.crt', path: 'ca' }] } }],
          },
        },
      ],
      'ConfigMap gateway-settings has no key ca.crt',
    ],
    [
      'a volume',
      [`${container}/volumeMounts/0/name`, 'data'],
      'mounts the volume data, which the pod does not have',
    ],
  ])('finds %s', (_what, change, finding) => {
    expect(configReferences()(changed(change))).toEqual([expect.stringContaining(finding)]);
  });
});

describe('objectReferences', () => {
  it.each<[string, Change, string]>([
    [
      'an account',
      ['ServiceAccount/gateway'],
      'Deployment/gateway: runs as ServiceAccount gateway, which does not exist',
    ],
    [
      'a headless Service',
      ['Service/nats-headless'],
      'StatefulSet/nats: names its pods in Service nats-headless',
    ],
    [
      'a claim',
      [`${pod}/volumes/0`, { name: 'ca', persistentVolumeClaim: { claimName: 'data' } }],
      'uses the claim data, which does not exist',
    ],
    [
      'pods of a Service',
      ['Service/gateway/spec/selector/app.kubernetes.io~1name', 'gatewy'],
      'Service/gateway: selects no pod',
    ],
    [
      'a port of a Service by name',
      ['Service/gateway/spec/ports/0/targetPort', 'htpp'],
      'Service/gateway: sends port 80 to port htpp, which Deployment/gateway does not have',
    ],
    [
      'a port of a Service without a target',
      ['Service/gateway/spec/ports/0/targetPort'],
      'sends port 80 to port 80, which Deployment/gateway does not have',
    ],
    [
      'a backend',
      ['Ingress/gateway/spec/rules/0/http/paths/0/backend/service/name', 'gate'],
      'Ingress/gateway: leads to Service gate, which does not exist',
    ],
    [
      'a port of a backend',
      ['Ingress/gateway/spec/rules/0/http/paths/1/backend/service/port/number', 8080],
      'Ingress/gateway: leads to port 8080 of Service gateway, which it does not have',
    ],
    [
      'a certificate',
      ['Ingress/gateway/spec/tls', [{ hosts: ['api.example.com'], secretName: 'tls' }]],
      'takes its certificate from Secret tls, which nobody documents',
    ],
    [
      'a host of a certificate',
      ['Ingress/gateway/spec/tls', [{ hosts: ['www.example.com'], secretName: 'gateway-tls' }]],
      'has a certificate for www.example.com and no rule',
    ],
    [
      'pods of a budget',
      ['PodDisruptionBudget/gateway/spec/selector/matchLabels/app.kubernetes.io~1name', 'gatewy'],
      'PodDisruptionBudget/gateway: selects no pod',
    ],
    [
      'pods of a policy',
      ['NetworkPolicy/nats/spec/podSelector/matchLabels/app.kubernetes.io~1name', 'mats'],
      'NetworkPolicy/nats: selects no pod',
    ],
    [
      'peers of a policy',
      ['NetworkPolicy/gateway/spec/egress/0/to/0/podSelector/matchLabels/app.kubernetes.io~1name', 'mats'],
      'NetworkPolicy/gateway: speaks of pods with {"matchLabels":{"app.kubernetes.io/name":"mats"}}',
    ],
    [
      'a port of peers',
      ['NetworkPolicy/gateway/spec/egress/0/ports/0/port', 4223],
      'NetworkPolicy/gateway: speaks of port 4223, which none of StatefulSet/nats has',
    ],
    [
      'a port of its own',
      ['NetworkPolicy/nats/spec/ingress/0/ports/0/port', 'cilent'],
      'NetworkPolicy/nats: speaks of port cilent, which none of StatefulSet/nats has',
    ],
  ])('finds %s that is not there', (_what, change, finding) => {
    expect(objectReferences(changed(change))).toEqual([expect.stringContaining(finding)]);
  });

  it('finds rights for nobody', () => {
    const { objects } = good();
    const binding = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'rights', namespace: 'shop' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [{ kind: 'ServiceAccount', name: 'nobody' }],
    };
    expect(objectReferences(new Manifests([...objects, binding]))).toEqual([
      'RoleBinding/rights: grants Role reader, which does not exist',
      'RoleBinding/rights: grants to ServiceAccount nobody, which does not exist',
    ]);
  });
});

describe('undocumentedIn', () => {
  it('names what a page leaves out', () => {
    const secrets = { 'qflow-a': { KEY: 'required' }, 'qflow-b': { OTHER: 'required' } } as const;
    expect(undocumentedIn('kubectl create secret generic qflow-a', secrets)).toEqual([
      'the key KEY of the Secret qflow-a is not described',
      'the Secret qflow-b is not described',
    ]);
  });
});
