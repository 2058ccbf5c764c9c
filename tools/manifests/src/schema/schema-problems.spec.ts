import { describe, expect, it } from '@jest/globals';
import { changed, extended, type Change } from '../../test/support/good.js';
import { quantity } from './quantity.js';
import { schemaProblems } from './schema-problems.js';
import { syntaxProblems } from './syntax-problems.js';

const pod = 'Deployment/gateway/spec/template/spec';
const container = `${pod}/containers/0`;
const at = '/spec/template/spec/containers/0';

describe('schemaProblems', () => {
  it.each<[string, Change, string]>([
    [
      'a misspelt field',
      ['Deployment/gateway/spec/replicass', 2],
      'Deployment/gateway: /spec/replicass is a field that the schema of Deployment does not have',
    ],
    [
      'one deep inside',
      [`${container}/livenessProbe/httpGet/prot`, 1],
      `${at}/livenessProbe/httpGet/prot is a field`,
    ],
    ['one at the top', ['ConfigMap/gateway-settings/date', {}], '/date is a field'],
    ['one of the metadata', ['Service/gateway/metadata/label', {}], '/metadata/label is a field'],
    ['one at the wrong depth', [`${container}/runAsNonRoot`, true], `${at}/runAsNonRoot is a field`],
    [
      'a wrong type',
      [`${container}/ports/0/containerPort`, '3000'],
      `${at}/ports/0/containerPort must be integer`,
    ],
    ['a fraction', ['Service/gateway/spec/ports/0/port', 80.5], '/spec/ports/0/port must be integer'],
    [
      'a number as a label',
      ['Service/gateway/metadata/labels/tier', 1],
      '/metadata/labels/tier must be string',
    ],
    ['a boolean as a setting', ['ConfigMap/gateway-settings/data/ON', true], '/data/ON must be string'],
    ['the lack of a field', [`${container}/name`], `${at} must have required property name`],
    [
      'the lack of a selector',
      ['Deployment/gateway/spec/selector'],
      `/spec must have required property selector`,
    ],
    [
      'an unknown word',
      [`${container}/imagePullPolicy`, 'Sometimes'],
      'allowed values: Always, IfNotPresent, Never',
    ],
    ['an unknown protocol', [`${container}/ports/0/protocol`, 'tcp'], 'allowed values: SCTP, TCP, UDP'],
    [
      'an unknown policy type',
      ['NetworkPolicy/gateway/spec/policyTypes', ['Outgoing']],
      'allowed values: Egress, Ingress',
    ],
    [
      'an unknown restart policy',
      [`${pod}/restartPolicy`, 'Seldom'],
      'allowed values: Always, Never, OnFailure',
    ],
    ['an empty field', [`${container}/env/0/valueFrom`, null], `${at}/env/0/valueFrom has no value`],
    [
      'an unknown kind',
      ['Deployment/gateway/kind', 'Deploymint'],
      'no schema knows the kind Deploymint of apps/v1',
    ],
    [
      'an old version',
      ['Deployment/gateway/apiVersion', 'apps/v1beta1'],
      'no schema knows the kind Deployment of apps/v1beta1',
    ],
    [
      'an unknown group',
      ['Deployment/gateway/apiVersion', 'acme.io/v1'],
      'no schema knows the kind Deployment of acme.io/v1',
    ],
  ])('finds %s', (_what, change, finding) => {
    expect(schemaProblems(changed(change))).toEqual([expect.stringContaining(finding)]);
  });

  it.each([
    [
      'keda.sh/v1alpha1',
      'ScaledObject',
      '{scaleTargetRef: {name: a}, triggers: [], pollingIntervall: 5}',
      '/spec/pollingIntervall',
    ],
    [
      'monitoring.coreos.com/v1',
      'PodMonitor',
      '{selector: {}, podMetricsEndpoints: [{prot: http}]}',
      '/spec/podMetricsEndpoints/0/prot',
    ],
    ['external-secrets.io/v1beta1', 'ExternalSecret', '{secretStoreReff: {}}', '/spec/secretStoreReff'],
  ])('knows %s %s as well', (apiVersion, kind, spec, path) => {
    const objects = extended(
      `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: a}, spec: ${spec}}`,
    );
    expect(schemaProblems(objects)).toEqual([
      `${kind}/a: ${path} is a field that the schema of ${kind} does not have`,
    ]);
  });
});

describe('syntaxProblems', () => {
  it.each<[string, Change, string]>([
    [
      'no port',
      [`${container}/ports/0/containerPort`, 0],
      `${at}/ports/0/containerPort (0) is not from 1 to 65535`,
    ],
    ['a port too high', ['Service/gateway/spec/ports/0/port', 65_536], 'is not from 1 to 65535'],
    ['a node port too low', ['Service/gateway/spec/ports/0/nodePort', 8080], 'is not from 30000 to 32767'],
    ['a long name of a port', [`${container}/ports/0/name`, 'a-very-long-name'], 'is no port name'],
    ['a target that is no port name', ['Service/gateway/spec/ports/0/targetPort', 'HTTP'], 'is no port name'],
    [
      'a name with capitals',
      ['ConfigMap/gateway-settings/metadata/name', 'Settings'],
      '/metadata/name is no DNS name',
    ],
    [
      'a Service that starts with a digit',
      ['Service/gateway/metadata/name', '1st'],
      '/metadata/name is no DNS label (RFC 1035)',
    ],
    ['a volume with an underscore', [`${pod}/volumes/0/name`, 'nats_ca'], 'is no DNS label'],
    ['a label with a space', ['Service/gateway/metadata/labels/tier', 'front end'], 'is no value of a label'],
    ['a key with two slashes', ['Service/gateway/metadata/labels/a~1b~1c', 'd'], 'is no key of a label'],
    [
      'a selector with a space',
      ['Service/gateway/spec/selector/tier', 'front end'],
      'is no value of a label',
    ],
    ['a quantity', [`${container}/resources/limits/memory`, '512MB'], 'is no quantity'],
    ['a negative quantity', [`${container}/resources/requests/cpu`, '-1'], 'is no quantity'],
    [
      'a variable with a hyphen',
      [`${container}/env/0/name`, 'DATABASE-URL'],
      'is no name of an environment variable',
    ],
    ['a host', ['Ingress/gateway/spec/rules/0/host', 'API.example.com'], 'is no DNS name'],
  ])('finds %s', (_what, change, finding) => {
    expect(syntaxProblems(changed(change))).toEqual([expect.stringContaining(finding)]);
  });
});

describe('quantity', () => {
  it.each([
    ['1', 1],
    ['250m', 0.25],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['2k', 2000],
    ['1e3', 1000],
    ['12E2', 1200],
    [2, 2],
  ])('reads %s', (text, value) => {
    expect(quantity(text)).toBe(value);
  });

  it.each(['', '1Zi', '512MB', '1 Gi', 'Gi', undefined])('does not read %s', (text) => {
    expect(quantity(text)).toBeNaN();
  });
});
