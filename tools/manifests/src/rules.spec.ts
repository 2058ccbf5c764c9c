import { describe, expect, it } from '@jest/globals';
import { changed, extended, good, type Change } from '../test/support/good.js';
import { rules } from './rules.js';

const gateway = 'Deployment/gateway/spec/template/spec';
const container = `${gateway}/containers/0`;
const inContainer = 'Deployment/gateway, container gateway';

const findings = (rule: string, ...changes: Change[]): string[] => rules[rule]?.(changed(...changes)) ?? [];

describe('rules', () => {
  it.each(Object.keys(rules))('find nothing where all is well: %s', (rule) => {
    expect(rules[rule]?.(good())).toEqual([]);
  });

  it.each<[string, Change, string]>([
    [
      'root',
      [`${gateway}/securityContext/runAsNonRoot`],
      `${inContainer}: may run as root: set runAsNonRoot`,
    ],
    ['a user by name', [`${gateway}/securityContext/runAsUser`], 'has no runAsUser'],
    ['the user root', [`${gateway}/securityContext/runAsUser`, 0], 'has no runAsUser'],
    ['a container that is root', [`${container}/securityContext/runAsUser`, 0], 'has no runAsUser'],
    ['no seccomp', [`${gateway}/securityContext/seccompProfile`], 'no seccompProfile of type RuntimeDefault'],
    [
      'a writable root',
      [`${container}/securityContext/readOnlyRootFilesystem`],
      'can write to its root file system',
    ],
    ['sudo', [`${container}/securityContext/allowPrivilegeEscalation`, true], 'may gain privileges'],
    ['privileges', [`${container}/securityContext/privileged`, true], 'is privileged'],
    ['capabilities kept', [`${container}/securityContext/capabilities/drop`, ['KILL']], 'drop ALL'],
    [
      'capabilities added',
      [`${container}/securityContext/capabilities/add`, ['SYS_PTRACE']],
      'adds the capabilities SYS_PTRACE',
    ],
    ['a port of the node', [`${container}/ports/0/hostPort`, 80], 'takes a port of the node'],
    [
      'the network of the node',
      [`${gateway}/hostNetwork`, true],
      'hostNetwork shares a namespace of the node',
    ],
    [
      'a folder of the node',
      [`${gateway}/volumes/0`, { name: 'run', hostPath: { path: '/run' } }],
      'Deployment/gateway: volume run is of kind hostPath',
    ],
    [
      'an init container',
      [`${gateway}/initContainers`, [{ name: 'chown', image: 'a:1' }]],
      'Deployment/gateway, container chown: can write to its root file system',
    ],
  ])('of Pod Security refuse %s', (_what, change, finding) => {
    expect(findings('Pod Security "restricted"', change).join('\n')).toContain(finding);
  });

  it.each<[string, Change, string]>([
    ['no request', [`${container}/resources/requests/cpu`], `${inContainer}: requests no cpu`],
    ['no limit', [`${container}/resources/limits/memory`], 'has no limit of memory'],
    [
      'more than the limit',
      [`${container}/resources/requests/memory`, '513Mi'],
      'requests 513Mi of memory, more than its limit of 0.5Gi',
    ],
    ['in other units', [`${container}/resources/requests/cpu`, '1001m'], 'requests 1001m of cpu'],
  ])('of resources refuse %s', (_what, change, finding) => {
    expect(findings('requests and limits', change)).toEqual([expect.stringContaining(finding)]);
  });

  it.each<[string, Change, string]>([
    ['the lack of one', [`${container}/startupProbe`], `${inContainer}: has no startupProbe`],
    ['one that asks nothing', [`${container}/livenessProbe`, { periodSeconds: 5 }], 'has no livenessProbe'],
    [
      'a port that is not there',
      [`${container}/livenessProbe/httpGet/port`, 'https'],
      'livenessProbe asks port https, which the container does not have',
    ],
    [
      'the same question twice',
      [`${container}/livenessProbe/httpGet/path`, '/health/ready'],
      'asks the same for liveness and readiness',
    ],
  ])('of probes refuse %s', (_what, change, finding) => {
    expect(findings('probes', change)).toEqual([expect.stringContaining(finding)]);
  });

  it.each<[string, string, string]>([
    ['no tag', 'qflow/gateway', 'its image "qflow/gateway" has no tag'],
    ['no tag behind a port', 'registry:5000/gateway', 'has no tag'],
    ['latest', 'qflow/gateway:latest', 'is whatever came last'],
  ])('of images refuse %s', (_what, image, finding) => {
    expect(findings('tags of images', [`${container}/image`, image])).toEqual([
      `${inContainer}: ${finding.startsWith('its') ? finding : `its image "${image}" ${finding}`}`,
    ]);
  });

  it.each<[string, Change, string]>([
    ['the default account', [`${gateway}/serviceAccountName`], 'has no ServiceAccount of its own'],
    [
      'another account',
      [`${gateway}/serviceAccountName`, 'nats'],
      'shares its ServiceAccount with StatefulSet/nats',
    ],
    ['a token', [`${gateway}/automountServiceAccountToken`], 'gets a token of the Kubernetes API'],
    ['service links', [`${gateway}/enableServiceLinks`], 'gets an environment variable for every Service'],
  ])('of identity refuse %s', (_what, change, finding) => {
    expect(findings('ServiceAccounts and tokens', change).join('\n')).toContain(
      `Deployment/gateway: ${finding}`,
    );
  });

  it.each<[string, Change, string]>([
    [
      'an object without them',
      ['Service/gateway/metadata/labels'],
      'Service/gateway: has no label app.kubernetes.io/part-of: qflow-comms',
    ],
    [
      'pods without them',
      ['Deployment/gateway/spec/template/metadata/labels/app.kubernetes.io~1part-of'],
      'Deployment/gateway: its pods have no label app.kubernetes.io/part-of',
    ],
    [
      'a selector of other pods',
      ['Deployment/gateway/spec/selector/matchLabels/app.kubernetes.io~1name', 'gatewy'],
      'Deployment/gateway: its selector does not select the pods of its own template',
    ],
    [
      'a selector of too many',
      ['Deployment/gateway/spec/selector/matchLabels', { 'app.kubernetes.io/part-of': 'qflow-comms' }],
      'Deployment/gateway: its selector also selects the pods of StatefulSet/nats',
    ],
  ])('of labels refuse %s', (_what, change, finding) => {
    expect(findings('labels and selectors', change)).toContain(finding);
  });

  it.each<[string, Change, string]>([
    ['no budget', ['PodDisruptionBudget/gateway'], 'has no PodDisruptionBudget that selects its pods'],
    [
      'a budget of others',
      ['PodDisruptionBudget/gateway/spec/selector/matchLabels/app.kubernetes.io~1name', 'nats'],
      'Deployment/gateway: has no PodDisruptionBudget',
    ],
    [
      'a budget without room',
      [
        'PodDisruptionBudget/gateway/spec',
        { minAvailable: 2, selector: { matchLabels: { 'app.kubernetes.io/name': 'gateway' } } },
      ],
      'PodDisruptionBudget/gateway never lets a pod go',
    ],
    ['all on one node', [`${gateway}/topologySpreadConstraints`], 'has no topologySpreadConstraint'],
    [
      'an update that takes away first',
      ['Deployment/gateway/spec/strategy/rollingUpdate/maxUnavailable', 1],
      'an update takes replicas away before others are there',
    ],
    ['all at once', ['Deployment/gateway/spec/strategy', { type: 'Recreate' }], 'set maxUnavailable to 0'],
    [
      'an update that cannot go on',
      ['Deployment/gateway/spec/strategy/rollingUpdate/maxSurge', 0],
      'no update can go on',
    ],
  ])('of availability refuse %s', (_what, change, finding) => {
    expect(findings('several replicas', change)).toEqual([expect.stringContaining(finding)]);
  });

  it.each<[string, Change, string]>([
    [
      'a target that is not there',
      ['HorizontalPodAutoscaler/gateway/spec/scaleTargetRef/name', 'gatewy'],
      'scales Deployment/gatewy, which does not exist',
    ],
    [
      'a single replica',
      ['HorizontalPodAutoscaler/gateway/spec/minReplicas', 1],
      'lets Deployment/gateway go down to 1 replicas',
    ],
    ['no room', ['HorizontalPodAutoscaler/gateway/spec/maxReplicas', 2], 'has no room: from 2 to 2 replicas'],
    [
      'a fixed number besides',
      ['Deployment/gateway/spec/replicas', 2],
      'Deployment/gateway says how many replicas it has',
    ],
  ])('of autoscalers refuse %s', (_what, change, finding) => {
    expect(findings('autoscalers', change)).toEqual([
      expect.stringContaining(`HorizontalPodAutoscaler/gateway: ${finding}`),
    ]);
  });

  it('refuse two autoscalers of one Deployment', () => {
    const both = extended(`
      apiVersion: keda.sh/v1alpha1
      kind: ScaledObject
      metadata: { name: gateway, namespace: shop }
      spec:
        scaleTargetRef: { name: gateway }
        minReplicaCount: 2
        maxReplicaCount: 9
        triggers: []
    `);
    expect(rules.autoscalers?.(both)).toEqual([
      'HorizontalPodAutoscaler/gateway: scales Deployment/gateway, and so does ScaledObject/gateway',
      'ScaledObject/gateway: scales Deployment/gateway, and so does HorizontalPodAutoscaler/gateway',
    ]);
  });

  it.each<[string, Change]>([
    ['less than the usual time', [`${gateway}/terminationGracePeriodSeconds`]],
    ['a second too little', [`${gateway}/terminationGracePeriodSeconds`, 34]],
    ['a longer drain', ['ConfigMap/gateway-settings/data/SHUTDOWN_DRAIN_SECONDS', '6']],
    ['a longer hook', [`${container}/lifecycle/preStop/sleep/seconds`, 6]],
    [
      'a hook that is a program',
      [`${container}/lifecycle/preStop`, { exec: { command: ['/bin/sleep', '6'] } }],
    ],
  ])('refuse a pod that is killed while it ends: %s', (_what, change) => {
    expect(findings('time to end', change)).toEqual([expect.stringMatching(/needs up to 3\d s to end/)]);
  });

  it.each<[string, string, string]>([
    ['a name that tells', 'API_KEY', 'whatever'],
    ['a password in a URL', 'DATABASE', 'postgres://qflow:hunter2@db:5432/qflow'],
    ['a private key', 'tls', '-----BEGIN EC PRIVATE KEY-----'],
    ['a key ring', 'RING', `k1:${Buffer.alloc(32, 7).toString('base64')}`],
  ])('refuse a secret in a ConfigMap: %s', (_what, key, value) => {
    expect(
      findings('no secret in the repository', [`ConfigMap/gateway-settings/data/${key}`, value]),
    ).toEqual([
      expect.stringMatching(`ConfigMap/gateway-settings: ${key} holds .*; it belongs into a Secret`),
    ]);
  });

  it('refuse a Secret with values', () => {
    const secret = extended('{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {a: b}}');
    expect(rules['no secret in the repository']?.(secret)).toEqual([
      'Secret/s: holds values; a repository is no place for them',
    ]);
  });

  it.each<[string, Change, string]>([
    [
      'two versions',
      [`${container}/image`, 'qflow/gateway:1.2.4'],
      'container sandbox: runs qflow/sandbox:1.2.3, while the gateway is of version 1.2.4',
    ],
    [
      'a Job with an old name',
      ['Job/tables-1-2-3/metadata/name', 'tables'],
      'Job/tables: its name does not end in the version 1.2.3',
    ],
    ['a Job that stays', ['Job/tables-1-2-3/spec/ttlSecondsAfterFinished'], 'stays for ever when it is done'],
  ])('of versions refuse %s', (_what, change, finding) => {
    expect(findings('one version', change).join('\n')).toContain(finding);
  });

  it.each<[string, string, string]>([
    ['in all namespaces', 'kind: ClusterRole', 'ClusterRole/a: gives rights in all namespaces'],
    [
      'to everything',
      'kind: Role, rules: [{ apiGroups: [""], resources: ["*"], verbs: [get] }]',
      'Role/a: gives rights to everything',
    ],
    [
      'without Pod Security',
      'kind: Namespace',
      'Namespace/a: lacks the label pod-security.kubernetes.io/enforce',
    ],
  ])('refuse rights %s', (_what, yaml, finding) => {
    const objects = extended(`{ apiVersion: v1, metadata: { name: a }, ${yaml} }`);
    expect(rules['rights and namespaces']?.(objects)).toEqual([expect.stringContaining(finding)]);
  });

  it('refuse a NATS configuration that asks for a variable which is not there', () => {
    const environment = 'StatefulSet/nats/spec/template/spec/containers/0/env';
    expect(findings('variables of the NATS configuration', [environment])).toEqual([
      'StatefulSet/nats, container nats: its configuration asks for $GATEWAY_PASSWORD, which is not set',
    ]);
  });
});
