import { Inject, Injectable } from '@nestjs/common';
import {
  CodedError,
  findRequestedSends,
  requestSend,
  requestSends,
  type RequestSend,
  type SendResult as ResultContract,
  type SendTicket,
} from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { recordAccepted } from '../directory/record-accepted.js';
import type { NewIds } from '../idempotency/new-ids.js';
import { itemErrorOf } from '../problem/item-error.js';
import type { Item } from '../validation/valid-items.js';
import type { CreateSend, SendResult } from './send.dto.js';
import { SendRequests, sizeOf, type AskedSend, type SendRequest } from './send-requests.js';

/** A message between services holds 1 MiB. */
const maxChunkBytes = 900_000;

/** What became of one item: a send, or the reason why there is none. */
type Outcome = ResultContract | CodedError;

/** A request that may be sent, one that was answered before, or a refusal. */
type Checked = SendRequest | Answered;
type Answered = Extract<ResultContract, { is: 'existing' | 'created' }>;

const isNew = (one: Checked): one is RequestSend => !(one instanceof CodedError) && !('ticket' in one);

/** Sends to guests that exist already; the sender decides by the pair's newest send (guide, "Sending emails"). */
@Injectable()
export class AskSender {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(SendRequests) private readonly requests: SendRequests,
  ) {}

  /**
   * @throws CodedError `not_found`, `template_event_mismatch`, `validation_error` (the guest has no e-mail address),
   * `previous_send_permanently_failed`
   */
  async forOne(accountId: string, send: CreateSend, ids: NewIds): Promise<SendTicket> {
    const startedAt = Date.now();
    const asked = [askedOf(send, ids)];
    const [one] = (await this.repeated(accountId, asked, await this.requests.of(accountId, asked))) as [
      Checked,
    ];
    if (one instanceof CodedError) throw one;
    if (!isNew(one)) return one.ticket;
    const ticket = await this.rpc.ask(requestSend, one);
    recordAsked(one, ticket, startedAt);
    return ticket;
  }

  /**
   * @returns one result per item, in order: a bad item fails alone
   * @throws CodedError `unavailable`; nothing is sent then
   */
  async forMany(accountId: string, items: readonly Item<CreateSend>[], ids: NewIds): Promise<SendResult[]> {
    const startedAt = Date.now();
    const asked = items.map((item) => ('value' in item ? askedOf(item.value, ids) : item.error));
    const sends = asked.filter((one): one is AskedSend => !(one instanceof CodedError));
    const checked = await this.repeated(accountId, sends, await this.requests.of(accountId, sends));
    const requests = checked.filter(isNew);
    const answered = await this.inChunks(requests, ids.repeatable);
    for (const [index, answer] of answered.entries())
      if ('ticket' in answer) recordAsked(requests[index] as RequestSend, answer.ticket, startedAt);
    const answers = answered.values();
    const outcomes = checked.map((one) => (isNew(one) ? next(answers) : one)).values();
    return asked.map((one, index) => resultOf(index, one instanceof CodedError ? one : next(outcomes)));
  }

  /**
   * What was accepted once is answered as it was, whatever has become of its template since: a refusal is looked up by
   * the caller's id before it is told.
   */
  private async repeated(
    accountId: string,
    asked: readonly AskedSend[],
    requests: readonly SendRequest[],
  ): Promise<Checked[]> {
    const requestIds = asked.flatMap(({ requestId }, index) =>
      requests[index] instanceof CodedError && requestId !== null ? requestId : [],
    );
    if (requestIds.length === 0) return [...requests];
    const found = await this.rpc.ask(findRequestedSends, { accountId, requestIds });
    const tickets = new Map(found.map(({ requestId, ticket }) => [requestId, ticket]));
    return requests.map((request, index) => {
      const ticket = request instanceof CodedError && tickets.get(asked[index]?.requestId ?? '');
      return ticket ? { is: 'existing', ticket } : request;
    });
  }

  /**
   * One after the other, so that the same pair twice is one send wherever the chunks end. Once some are accepted, trouble
   * is told item by item: a call that fails as a whole would be repeated as a whole. The first trouble is the last:
   * a sender that does not answer is not waited for again and again. With an `Idempotency-Key` the call does fail: told
   * item by item, the trouble would be kept as the answer, and repeated as a whole the call finds what was accepted.
   */
  private async inChunks(requests: readonly RequestSend[], repeatable: boolean): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    try {
      for (const chunk of chunksOf(requests))
        outcomes.push(...(await this.rpc.ask(requestSends, { requests: chunk })));
    } catch (error) {
      if (!(error instanceof CodedError) || outcomes.length === 0 || repeatable) throw error;
      outcomes.push(...requests.slice(outcomes.length).map(() => error));
    }
    return outcomes;
  }
}

/**
 * The caller's own id, or one that a repetition with the same `Idempotency-Key` comes with again. Without either every
 * request is a new one.
 */
const askedOf = (send: CreateSend, ids: NewIds): AskedSend => {
  const minted = ids.next();
  return { send, requestId: send.id ?? (ids.repeatable ? minted : null) };
};

/** Begins the trace of a send that came about; where an earlier one is the answer, that one has its own. */
function recordAsked(request: RequestSend, { attendeeInvitationId }: SendTicket, startedAt: number): void {
  if (attendeeInvitationId === request.sendId) recordAccepted(request, startedAt);
}

function chunksOf(requests: readonly RequestSend[]): RequestSend[][] {
  const chunks: RequestSend[][] = [];
  let room = 0;
  for (const request of requests) {
    const size = sizeOf(request);
    if (size > room) {
      chunks.push([]);
      room = maxChunkBytes;
    }
    chunks.at(-1)?.push(request);
    room -= size;
  }
  return chunks;
}

function next<T>(values: IterableIterator<T>): T {
  const { value, done } = values.next() as IteratorResult<T, undefined>;
  if (done) throw new Error('the sender has answered fewer requests than it was asked');
  return value;
}

function resultOf(index: number, outcome: Outcome): SendResult {
  if (outcome instanceof CodedError)
    return { index, id: null, status: 'rejected', error: itemErrorOf(outcome) };
  if (outcome.is === 'rejected')
    return resultOf(index, new CodedError(outcome.code, outcome.detail, outcome.extras));
  const { is, ticket } = outcome;
  return { index, id: ticket.attendeeInvitationId, status: is, send: ticket };
}
