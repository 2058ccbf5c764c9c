import { describe, expect, it } from '@jest/globals';
import { changed, extended, good, type Change } from '../../test/support/good.js';
import { edgeProblems, edgesOf } from './edges.js';

const policy = 'NetworkPolicy/gateway/spec';
const expected = ['anyone → gateway:3000', 'gateway → nats:4222'];

/** A policy of the pods of nats that opens to one peer, in one direction. */
const opening = (rule: string, types = '[Egress]') =>
  extended(`
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: more, namespace: shop }
    spec:
      podSelector: { matchLabels: { app.kubernetes.io/name: nats } }
      policyTypes: ${types}
      ${rule}
  `);

describe('edgesOf', () => {
  it('reads who may reach whom', () => {
    expect(edgesOf(good())).toEqual(expected);
  });

  it.each<[string, Change[], string[]]>([
    ['the caller is not let out', [[`${policy}/egress`, []]], ['anyone → gateway:3000']],
    ['the called one lets nobody in', [['NetworkPolicy/nats/spec/ingress', []]], ['anyone → gateway:3000']],
    ['the port is another one', [[`${policy}/egress/0/ports/0/port`, 4223]], ['anyone → gateway:3000']],
    [
      'the protocol is another one',
      [[`${policy}/egress/0/ports/0/protocol`, 'UDP']],
      ['anyone → gateway:3000'],
    ],
    ['a range holds the port', [[`${policy}/egress/0/ports/0`, { port: 4000, endPort: 4300 }]], expected],
    ['no port is named', [[`${policy}/egress/0/ports`]], expected],
    ['all pods are meant', [[`${policy}/egress/0/to`, [{ podSelector: {} }]]], expected],
    [
      'another namespace is meant',
      [
        [
          `${policy}/egress/0/to`,
          [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'nats' } },
              podSelector: {},
            },
          ],
        ],
      ],
      ['anyone → gateway:3000', 'gateway → nats outside:4222'],
    ],
    [
      'the own namespace is meant by its labels',
      [
        [
          `${policy}/egress/0/to`,
          [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }],
        ],
      ],
      // Nobody else has that name, but the rule is told all the same.
      [
        ...expected,
        'gateway → {"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"shop"}}}:4222',
      ],
    ],
  ])('goes by both sides: %s', (_what, changes, edges) => {
    expect(edgesOf(changed(...changes))).toEqual([...edges].sort());
  });

  it('leaves everything open where no policy selects a pod', () => {
    const open = changed(
      ['NetworkPolicy/default-deny'],
      ['NetworkPolicy/nats'],
      ['NetworkPolicy/gateway'],
      ['Job/tables-1-2-3'],
    );
    expect(edgesOf(open)).toEqual([
      'anyone → gateway:3000',
      'anyone → nats:4222',
      'gateway → anyone:any',
      'gateway → gateway:3000',
      'gateway → nats:4222',
      'nats → anyone:any',
      'nats → gateway:3000',
      'nats → nats:4222',
    ]);
  });

  it('takes a policy without types for one of egress only where it has egress', () => {
    const open = changed(
      ['NetworkPolicy/default-deny/spec/policyTypes', ['Ingress']],
      [`${policy}/policyTypes`],
      [`${policy}/egress`],
    );
    expect(edgesOf(open)).toContain('gateway → anyone:any');
  });

  it.each<[string, string, string[]]>([
    [
      'the internet',
      'egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }]',
      ['cloud metadata', 'internet', 'node-local dns', 'private network'],
    ],
    [
      'the internet alone',
      'egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 169.254.0.0/16] } }] }]',
      ['internet'],
    ],
    [
      'IPv6, with its holes',
      'egress: [{ to: [{ ipBlock: { cidr: "::/0", except: ["fc00::/7"] } }] }]',
      ['internet'],
    ],
    [
      'IPv6, without',
      'egress: [{ to: [{ ipBlock: { cidr: "::/0" } }] }]',
      ['cloud metadata', 'internet', 'private network'],
    ],
    [
      'every namespace',
      'egress: [{ to: [{ namespaceSelector: {} }] }]',
      ['dns', 'monitoring', 'nats outside', 'postgres outside', 'stranger'],
    ],
    ['everything', 'egress: [{}]', ['anyone']],
    [
      'a place without a name',
      'egress: [{ to: [{ ipBlock: { cidr: 8.8.8.8/32 } }] }]',
      ['{"ipBlock":{"cidr":"8.8.8.8/32"}}'],
    ],
  ])('knows the way out to %s', (_what, rule, places) => {
    const found = edgesOf(opening(rule)).filter((edge) => edge.endsWith(':any'));
    expect(found).toEqual(places.map((place) => `nats → ${place}:any`));
  });

  it('adds up what several policies open, and tells ports in their order', () => {
    const found = edgesOf(
      opening(`
      egress:
        - to: [{ namespaceSelector: {}, podSelector: { matchLabels: { k8s-app: kube-dns } } }]
          ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }, { port: 9153 }, { port: 8000, endPort: 8010 }]`),
    );
    expect(found).toContain('nats → dns:53,8000-8010,9153');
  });

  it('knows the way in from elsewhere', () => {
    const monitored = opening(
      'ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } } }] }]',
      '[Ingress]',
    );
    expect(edgesOf(monitored)).toEqual([...expected, 'monitoring → nats:4222'].sort());
  });
});

describe('edgeProblems', () => {
  it('names what is too much and what is missing', () => {
    expect(edgeProblems(['a → b:1', 'a → c:1'], ['a → b:1', 'b → c:1'])).toEqual([
      'the policies allow a → c:1, which the architecture does not have',
      'the architecture has b → c:1, which the policies do not allow',
    ]);
  });
});
