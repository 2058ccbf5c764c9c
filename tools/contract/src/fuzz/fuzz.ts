import fc from 'fast-check';
import { ContractCheck } from '../contract-check.js';
import { routesOf, type OpenApi, type Route } from '../openapi.js';
import { flawOfHttp, type Reply } from './http-promises.js';
import { KnownIds } from './known-ids.js';
import { requestTo, type FuzzRequest } from './make-request.js';
import { curlOf, type Finding, type FuzzReport } from './report.js';

export interface FuzzOptions {
  /** Base URL, without a slash at the end. */
  base: string;
  document: OpenApi;
  /** Tokens by the name of the security scheme they serve. */
  tokens: Readonly<Record<string, string>>;
  /** Values that fields of these names are to have, such as `client_id`. */
  values?: Readonly<Record<string, string>>;
  /** What has come out of the server by other ways, such as an e-mail with links to it. */
  seen?: object;
  seed: number;
  /** Requests in all, or until when. */
  until: { requests: number } | { time: number };
  /** Requests in flight at once. */
  lanes?: number;
  /** Only operations with these ids. */
  only?: readonly string[];
}

/**
 * Sends requests made from the OpenAPI document (as documented, and broken in every way) and holds every answer
 * against it: no 5xx, no undocumented status or media type, no body that its schema does not allow, and what HTTP
 * and RFC 9457 promise besides. Requests build on the answers to earlier ones.
 */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const run = new FuzzRun(options);
  await Promise.all(Array.from({ length: options.lanes ?? 4 }, () => run.lane()));
  return run.report();
}

class FuzzRun {
  private readonly check: ContractCheck;
  private readonly routes: Route[];
  private readonly ids: KnownIds;
  private readonly statuses: FuzzReport['statuses'] = {};
  private readonly findings = new Map<string, Finding>();
  private requests = 0;

  constructor(private readonly options: FuzzOptions) {
    const { document, only } = options;
    this.check = new ContractCheck(document);
    this.ids = new KnownIds(options.values);
    this.ids.learn('', options.seen);
    this.routes = routesOf(document).filter(({ operation }) => only?.includes(operation.operationId) ?? true);
    if (this.routes.length === 0) throw new Error('the document has no such operation');
  }

  async lane(): Promise<void> {
    while (!this.isOver()) {
      const count = this.requests++;
      // Creating things comes first, so that there is something to ask about.
      const [route, request] = this.make(count);
      const reply = await this.send(route, request);
      if (reply) this.judge(route, request, reply);
    }
  }

  report(): FuzzReport {
    return {
      seed: this.options.seed,
      requests: this.requests,
      statuses: this.statuses,
      findings: [...this.findings.values()],
    };
  }

  private isOver(): boolean {
    const { until } = this.options;
    return 'requests' in until ? this.requests >= until.requests : Date.now() >= until.time;
  }

  private make(count: number): [Route, FuzzRequest] {
    const seed = this.options.seed + count;
    const creates = this.routes.filter(({ method }) => method === 'POST');
    const pool = count % 3 === 0 && creates.length > 0 ? creates : this.routes;
    const [route] = fc.sample(fc.constantFrom(...pool), { seed, numRuns: 1 }) as [Route];
    const arbitrary = requestTo(this.options.document, route, this.ids.for(route.path));
    const [request] = fc.sample(arbitrary, { seed, numRuns: 1 }) as [FuzzRequest];
    // Now and then what does not belong together, too.
    return [route, count % 4 === 0 ? request : { ...request, path: this.ids.together(request.path) }];
  }

  private async send(route: Route, request: FuzzRequest): Promise<Reply | undefined> {
    const token = this.tokenFor(route);
    try {
      const response = await fetch(`${this.options.base}${request.path}`, {
        method: request.method,
        redirect: 'manual',
        headers: { ...(token && { authorization: `Bearer ${token}` }), ...request.headers },
        ...(request.body !== undefined && { body: request.body as never }),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (error) {
      // fetch itself refuses some of what was made; a server that hangs up is another matter.
      const { cause } = error as { cause?: { code?: string } };
      if (cause?.code?.startsWith('UND_ERR_INVALID') ?? !cause) return undefined;
      this.found(request, `the connection broke (${cause?.code ?? 'no reason given'})`, 'no answer');
      return undefined;
    }
  }

  /** As HTTP clients send it: `/a/./b` is `/a/b`. */
  private sentPath({ path }: FuzzRequest): string {
    const { pathname, search } = new URL(path, this.options.base);
    return pathname + search;
  }

  private tokenFor({ operation }: Route): string | undefined {
    const schemes = (operation.security ?? []).flatMap((one) => Object.keys(one));
    return schemes.map((scheme) => this.options.tokens[scheme]).find(Boolean);
  }

  private judge(route: Route, request: FuzzRequest, reply: Reply): void {
    // What was broken may be the method or the address, and another operation the one that answered.
    const asked = this.check.routeOf(request.method, this.sentPath(request)) ?? route;
    const { operationId } = asked.operation;
    const counts = (this.statuses[operationId] ??= {});
    counts[reply.status] = (counts[reply.status] ?? 0) + 1;
    const contentType = reply.headers.get('content-type') ?? '';
    const flaw =
      flawOfHttp(reply) ??
      this.check.flawOf({
        ...request,
        path: this.sentPath(request),
        status: reply.status,
        contentType,
        body: parsed(contentType, reply.text),
      });
    if (flaw) this.found(request, flaw, `${reply.status} ${reply.text.slice(0, 400)}`);
    if (reply.status < 300 && request.method === 'DELETE') this.ids.forget(request.path);
    else if (reply.status < 300 && contentType.includes('json'))
      this.learn(asked, request.path, reply, parsed(contentType, reply.text));
  }

  private learn({ path, method }: Route, address: string, { headers }: Reply, body: unknown): void {
    this.ids.learnPlaces(address, body);
    this.ids.learnCursor(path, /[?&]after=([^&>]+)/.exec(headers.get('link') ?? '')?.[1]);
    this.ids.learnCursor(path, (body as { after?: string } | null)?.after);
    // Operators are shown the very account that is asking; what was created here is ours to change.
    if (method !== 'GET' || !path.startsWith('/api/admin/')) this.ids.learn(path, body);
  }

  private found(request: FuzzRequest, what: string, answer: string): void {
    const key = `${request.method} ${this.check.routeOf(request.method, request.path)?.path ?? ''} ${what}`;
    if (this.findings.has(key)) return;
    this.findings.set(key, { what, command: curlOf(this.options.base, request), answer });
  }
}

function parsed(contentType: string, text: string): unknown {
  try {
    return contentType.includes('json') ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
