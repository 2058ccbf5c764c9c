import { lookup as systemLookup, Resolver } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';

/** Answers of a name server that mean "there is no such thing", as opposed to no answer. */
const absent = new Set(['ENOTFOUND', 'ENODATA']);

const resolver = new Resolver({ timeout: 2_000, tries: 2 });

/**
 * Every address of a host name; none where it has none or its name servers do not answer. Asks DNS itself, because the
 * system's own lookup occupies one of very few threads until it has an answer: two endpoints whose name servers are
 * dead would hold up every other name. Names that DNS does not know are left to the system (`/etc/hosts`, `localhost`).
 */
export async function resolveHost(hostname: string): Promise<LookupAddress[]> {
  const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const [ipv4, ipv6] = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  const addresses = [
    ...(ipv4 ?? []).map((address) => ({ address, family: 4 })),
    ...(ipv6 ?? []).map((address) => ({ address, family: 6 })),
  ];
  if (addresses.length > 0 || !answers.every(saysAbsent)) return addresses;
  return systemLookup(hostname, { all: true }).catch(() => []);
}

const saysAbsent = (answer: PromiseSettledResult<string[]>): boolean =>
  answer.status === 'rejected' && absent.has((answer.reason as { code?: string }).code ?? '');
