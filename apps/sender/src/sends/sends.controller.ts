import { Controller } from '@nestjs/common';
import {
  CodedError,
  findRequestedSends,
  getSend,
  requestSend,
  requestSends,
  searchSends as searchRpc,
  sendTestCopy,
  type Page,
  type RequestSend,
  type SendResult,
  type SendSearch,
  type SendSummary,
  type SendTestCopy,
  type SendTicket,
  type SendView,
} from '@qflow/contracts';
import { Answers, attributesOfSend, recordOfSend, recordSend } from '@qflow/messaging';
import { inTransaction, OutboxRelay, sqlOf } from '@qflow/persistence';
import { AcceptedSends, type SendKind } from '@qflow/service';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { earlierOfRequests } from './known-past.js';
import { requestSendsIn, ticketOf } from './request-sends.js';
import { requestTestCopyIn } from './request-test-copy.js';
import { searchSends } from './search-sends.js';
import { viewSend } from './view-send.js';

/** Answers the gateway's questions about sends. */
@Controller()
export class SendsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    private readonly accepted: AcceptedSends,
  ) {}

  @Answers(requestSend)
  async request(request: RequestSend): Promise<SendTicket> {
    const [result] = (await this.store([request], 'send')) as [SendResult];
    if (result.is === 'rejected') throw new CodedError(result.code, result.detail, result.extras);
    return result.ticket;
  }

  @Answers(requestSends)
  requestMany({ requests }: { requests: RequestSend[] }): Promise<SendResult[]> {
    return this.store(requests, 'send_bulk');
  }

  @Answers(findRequestedSends)
  async findRequested({
    accountId,
    requestIds,
  }: {
    accountId: string;
    requestIds: string[];
  }): Promise<{ requestId: string; ticket: SendTicket }[]> {
    const asked = requestIds.map((requestId) => ({ requestId }));
    const earlier = await earlierOfRequests(sqlOf(this.dataSource), accountId, asked);
    return [...earlier].map(([requestId, send]) => ({ requestId, ticket: ticketOf(send) }));
  }

  @Answers(sendTestCopy)
  async testCopy(copy: SendTestCopy): Promise<SendTicket> {
    const startedAt = Date.now();
    const sendId = uuidv7();
    const ticket = await inTransaction(this.dataSource, (sql) => requestTestCopyIn(sql, sendId, copy));
    if (ticket.attendeeInvitationId === sendId) recordTestCopy(sendId, copy, startedAt);
    return ticket;
  }

  @Answers(getSend)
  get({ accountId, sendId }: { accountId: string; sendId: string }): Promise<SendView | null> {
    return viewSend(sqlOf(this.dataSource), accountId, sendId);
  }

  @Answers(searchRpc)
  search(search: SendSearch): Promise<Page<SendSummary>> {
    return searchSends(sqlOf(this.dataSource), search);
  }

  private async store(requests: readonly RequestSend[], kind: SendKind): Promise<SendResult[]> {
    const startedAt = Date.now();
    const { results, entries } = await inTransaction(this.dataSource, (sql) => requestSendsIn(sql, requests));
    for (const result of results)
      if (result.is === 'created') recordOfSend(result.ticket.attendeeInvitationId, 'accept', { startedAt });
    this.relay.publish(entries);
    this.accepted.count(kind, entries.length);
    return results;
  }
}

/** The gateway does not know the id of a test copy before it is accepted, so its trace begins here. */
const recordTestCopy = (sendId: string, copy: SendTestCopy, startedAt: number): void =>
  recordSend(sendId, {
    startedAt,
    attributes: { ...attributesOfSend({ ...copy, sendId }), 'qflow.test_copy': true },
  });
