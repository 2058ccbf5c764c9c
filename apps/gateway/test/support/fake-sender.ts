import { randomUUID } from 'node:crypto';
import {
  activateDomain,
  CodedError,
  createDomain,
  deactivateDomain,
  deleteDomain,
  deleteSuppression,
  getAccountProviders,
  getRecipientStanding,
  setAccountProviders,
  findRequestedSends,
  getDomain,
  invalidField,
  listSuppressions,
  requestSends,
  searchSends,
  verifyDomain,
  type AccountProviders,
  type PageRequest,
  type ProviderName,
  type RecipientStanding,
  type RequestSend,
  type Rpc,
  type SenderDomain,
  type SendResult,
  type SendSearch,
  type SendSummary,
  type SendTicket,
  type Suppression,
} from '@qflow/contracts';

/** Answers a question in place of the service that would. @returns takes the answer away again */
export type Answering = <Request, Reply>(
  rpc: Rpc<Request, Reply>,
  how: (request: Request) => Reply,
) => () => void;

/** The part of the sender that lists, lifts and keeps domains; as plain as it can be. */
export class FakeSender {
  /** What each bulk call was asked to send, message by message. */
  readonly chunks: RequestSend[][] = [];
  /** What becomes of requests to these attendees, instead of a new send. */
  readonly results = new Map<string, SendResult>();
  /** What callers' own ids were answered with before. */
  readonly requested = new Map<string, SendTicket>();
  /** Messages of a bulk call that are answered before the sender goes away. */
  chunksUntilAway = Infinity;
  readonly searches: SendSearch[] = [];
  readonly sends = new Map<string, SendSummary[]>();
  readonly suppressions = new Map<string, Suppression[]>();
  readonly domains = new Map<string, SenderDomain>();
  /** Whether somebody else is at work on every domain. */
  busy = false;
  /** Whether the provider of this installation authenticates no domains. */
  domainless = false;
  /** What pages behind unsubscribe links are told, by send. */
  readonly standings = new Map<string, RecipientStanding & { accountId: string }>();
  /** Nobody is there to ask about recipients from now on. */
  readonly leaveRecipients: () => void;
  /** Nobody is there to ask about providers from now on. */
  readonly leaveProviders: () => void;
  /** Lists of accounts that have one of their own. */
  readonly providers = new Map<string, ProviderName[]>();
  /** What the installation is configured for, the first one for everybody. */
  readonly availableProviders: ProviderName[] = ['sendgrid', 'sandbox'];

  constructor(answer: Answering) {
    answer(requestSends, ({ requests }) => {
      if (this.chunksUntilAway-- <= 0)
        throw new CodedError('unavailable', 'The sender is away.', { retryAfter: 2 });
      this.chunks.push(requests);
      return requests.map((request) => this.results.get(request.attendeeId) ?? created());
    });
    answer(findRequestedSends, ({ requestIds }) =>
      requestIds.flatMap((requestId) => {
        const ticket = this.requested.get(requestId);
        return ticket ? [{ requestId, ticket }] : [];
      }),
    );
    answer(searchSends, (search) => {
      this.searches.push(search);
      return pageOf(this.sends.get(search.accountId) ?? [], search);
    });
    answer(listSuppressions, ({ accountId, email, ...page }) => {
      const all = this.suppressions.get(accountId) ?? [];
      return pageOf(
        all.filter((one) => email === null || one.email === email.toLowerCase()),
        page,
      );
    });
    answer(deleteSuppression, ({ accountId, email }) => {
      const all = this.suppressions.get(accountId) ?? [];
      const left = all.filter((one) => one.email !== email.toLowerCase());
      if (left.length === all.length) throw new CodedError('not_found', 'The address is not on the list.');
      this.suppressions.set(accountId, left);
      return { deleted: true };
    });
    this.answerDomains(answer);
    this.leaveProviders = this.answerProviders(answer);
    this.leaveRecipients = answer(getRecipientStanding, ({ accountId, sendId }) => {
      const { accountId: owner, ...standing } = this.standings.get(sendId) ?? { accountId: null };
      return owner === accountId ? (standing as RecipientStanding) : null;
    });
  }

  private answerProviders(answer: Answering): () => void {
    const view = (accountId: string): AccountProviders => {
      const own = this.providers.get(accountId);
      const available = this.availableProviders;
      return { providers: own ?? available.slice(0, 1), own: own !== undefined, available };
    };
    const stopShowing = answer(getAccountProviders, ({ accountId }) => view(accountId));
    const stopSetting = answer(setAccountProviders, ({ accountId, providers }) => {
      const missing = providers?.find((one) => !this.availableProviders.includes(one));
      if (missing) throw invalidField('/providers', `must not hold ${missing}: it is not configured`);
      if (providers) this.providers.set(accountId, providers);
      else this.providers.delete(accountId);
      return view(accountId);
    });
    return () => {
      stopShowing();
      stopSetting();
    };
  }

  private answerDomains(answer: Answering): void {
    answer(createDomain, ({ accountId, domain }) => {
      this.assertDomains();
      if (!domain.includes('.')) throw invalidField('/domain', 'must be a domain name');
      const there = this.domains.get(accountId);
      if (there && there.domain !== domain)
        throw new CodedError('domain_already_configured', 'There is one already.');
      return there ?? this.set(accountId, newDomain(domain));
    });
    answer(getDomain, ({ accountId }) => {
      this.assertDomains();
      return this.domains.get(accountId) ?? null;
    });
    answer(verifyDomain, ({ accountId }) =>
      this.set(accountId, { ...this.domain(accountId), verified: true }),
    );
    answer(activateDomain, ({ accountId }) => {
      const domain = this.domain(accountId);
      if (!domain.verified) throw new CodedError('domain_not_verified', 'It is not verified.');
      return this.set(accountId, { ...domain, enabled: true });
    });
    answer(deactivateDomain, ({ accountId }) =>
      this.set(accountId, { ...this.domain(accountId), enabled: false }),
    );
    answer(deleteDomain, ({ accountId }) => {
      this.domain(accountId);
      this.domains.delete(accountId);
      return { deleted: true };
    });
  }

  private assertDomains(): void {
    if (this.domainless)
      throw new CodedError('domain_not_supported', 'The provider authenticates no domains.');
  }

  private domain(accountId: string): SenderDomain {
    this.assertDomains();
    if (this.busy) throw new CodedError('domain_busy', 'Try again shortly.', { retryAfter: 2 });
    const domain = this.domains.get(accountId);
    if (!domain) throw new CodedError('not_found', 'No sender domain is configured.');
    return domain;
  }

  private set(accountId: string, domain: SenderDomain): SenderDomain {
    this.domains.set(accountId, domain);
    return domain;
  }
}

const created = (): SendResult => ({
  is: 'created',
  ticket: { attendeeInvitationId: randomUUID(), status: 'queued' },
});

const newDomain = (domain: string): SenderDomain => ({
  id: randomUUID(),
  domain,
  verified: false,
  enabled: false,
  dnsRecords: [{ type: 'CNAME', host: `em.${domain}`, data: 'u7.wl.sendgrid.net', valid: false }],
});

/** Places are indexes. */
export function pageOf<T>(
  all: readonly T[],
  { after, limit }: PageRequest,
): { items: T[]; next: string | null } {
  const start = Number(after ?? 0);
  if (!Number.isInteger(start)) throw invalidField('/after', 'must be the cursor of a page before');
  const end = start + limit;
  return { items: all.slice(start, end), next: end < all.length ? String(end) : null };
}
