import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup, Resolver } from 'node:dns/promises';
import { setTimeout } from 'node:timers/promises';
import { DestinationRefused } from './destination-refused.js';

/** Answers of a name server that mean "there is no such thing", as opposed to no answer. */
const absent = new Set(['ENOTFOUND', 'ENODATA']);
const unanswered = new Set(['ETIMEOUT', 'ECANCELLED']);

/** All of it, ms: less than callers of a registration wait. */
const limitMs = 3_000;
/** How long addresses of one family wait for those of the other, ms: some name servers never answer for IPv6. */
const graceMs = 300;

type Answer = PromiseSettledResult<string[]>;

/**
 * Finds the addresses of a host name. Asks DNS itself, because the system's own lookup occupies one of very few threads
 * until it has an answer: two endpoints whose name servers are dead would hold up every other name.
 */
export class HostResolver {
  private readonly dns = new Resolver({ timeout: 1_000, tries: 2 });

  /**
   * @param options.servers as `address` or `address:port`; empty asks those of the system
   * @param options.hostsFile whether names that DNS does not know may be the system's own (`/etc/hosts`, `localhost`,
   *   search domains): for operators who allow private networks
   */
  constructor(private readonly options: { servers: readonly string[]; hostsFile: boolean }) {
    if (options.servers.length > 0) this.dns.setServers(options.servers);
  }

  /**
   * Every address of a name, IPv4 first.
   * @throws DestinationRefused `host_not_found`, `dns_timeout` or `dns_failed`
   */
  async resolve(host: string): Promise<LookupAddress[]> {
    if (this.options.hostsFile && isLocal(host)) return this.own(host);
    const [ipv4, ipv6] = await this.ask(host);
    const found = [...addressesIn(ipv4, 4), ...addressesIn(ipv6, 6)];
    if (found.length > 0) return found;
    const problem = [ipv4, ipv6].map(codeOf).find((code) => !absent.has(code));
    if (problem !== undefined) throw unresolved(host, problem);
    return this.own(host);
  }

  /** Ends what is under way. */
  close(): void {
    this.dns.cancel();
  }

  /** What the system itself knows of a name, where it may be asked. */
  private async own(host: string): Promise<LookupAddress[]> {
    const own = this.options.hostsFile ? await systemLookup(host, { all: true }).catch(() => []) : [];
    if (own.length > 0) return own;
    throw new DestinationRefused('host_not_found', `has a host name that does not resolve (${host})`);
  }

  private async ask(host: string): Promise<[Answer, Answer]> {
    const questions = [this.dns.resolve4(host), this.dns.resolve6(host)] as const;
    const answers: [Answer, Answer] = [unansweredYet, unansweredYet];
    const kept = questions.map(async (question, family) => {
      [answers[family as 0 | 1]] = await Promise.allSettled([question]);
    });
    const over = new AbortController();
    const pause = (ms: number) => setTimeout(ms, undefined, { signal: over.signal }).catch(() => undefined);
    // One family with addresses is enough to go on with; the other one may add its own while it is quick.
    const both = Promise.all(kept);
    const enough = Promise.any(questions).then(
      () => pause(graceMs),
      () => both,
    );
    await Promise.race([both, enough, pause(limitMs)]);
    over.abort();
    return answers;
  }
}

/** Name servers are not to be asked for it (RFC 6761 §6.3): it leads here on a machine without a network as well. */
const isLocal = (host: string): boolean => /^localhost\.?$/.test(host);

const unansweredYet: Answer = { status: 'rejected', reason: { code: 'ETIMEOUT' } };

const addressesIn = (answer: Answer, family: 4 | 6): LookupAddress[] =>
  answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : [];

const codeOf = (answer: Answer): string =>
  answer.status === 'rejected' ? ((answer.reason as { code?: string }).code ?? '') : 'ENODATA';

const unresolved = (host: string, code: string): DestinationRefused =>
  unanswered.has(code)
    ? new DestinationRefused('dns_timeout', `has a host name whose name servers do not answer (${host})`)
    : new DestinationRefused(
        'dns_failed',
        `has a host name that cannot be resolved just now (${host}): its name servers answered ${code.replace(/^E/, '')}`,
      );
