import { describe, expect, it } from '@jest/globals';
import { identify, type DomainStanding, type SenderPolicy } from './sender-policy.js';

const policies: Record<string, SenderPolicy> = {
  fallback: { is: 'fallback', address: 'mail@platform.example', name: undefined },
  refuse: { is: 'refuse' },
  allow: { is: 'allow' },
};

const standings: Record<string, DomainStanding> = {
  'verified and active': { verified: true, enabled: true, others: false },
  'verified and active, and another’s, too': { verified: true, enabled: true, others: true },
  'verified, not active': { verified: true, enabled: false, others: false },
  'verified, not active, and another’s, too': { verified: true, enabled: false, others: true },
  nobody: { verified: false, enabled: false, others: false },
  'another’s': { verified: false, enabled: false, others: true },
};

describe('identify', () => {
  it.each([
    ['verified and active', 'own', 'own', 'own'],
    ['verified and active, and another’s, too', 'own', 'own', 'own'],
    ['verified, not active', 'fallback', 'refused', 'own'],
    ['verified, not active, and another’s, too', 'fallback', 'refused', 'own'],
    ['nobody', 'fallback', 'refused', 'own'],
    ['another’s', 'fallback', 'refused', 'refused'],
  ])('a domain that is %s: fallback %s, refuse %s, allow %s', (standing, ...expected) => {
    const outcomes = ['fallback', 'refuse', 'allow'].map(
      (policy) =>
        identify(policies[policy] as SenderPolicy, standings[standing] as DomainStanding, 'a@b.example').as,
    );
    expect(outcomes).toEqual(expected);
  });
});
