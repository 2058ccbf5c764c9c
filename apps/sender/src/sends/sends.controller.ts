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
import { Answers } from '@qflow/messaging';
import { inTransaction, OutboxRelay, sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
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
  ) {}

  @Answers(requestSend)
  async request(request: RequestSend): Promise<SendTicket> {
    const [result] = (await this.store([request])) as [SendResult];
    if (result.is === 'rejected') throw new CodedError(result.code, result.detail, result.extras);
    return result.ticket;
  }

  @Answers(requestSends)
  requestMany({ requests }: { requests: RequestSend[] }): Promise<SendResult[]> {
    return this.store(requests);
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
  testCopy(copy: SendTestCopy): Promise<SendTicket> {
    return inTransaction(this.dataSource, (sql) => requestTestCopyIn(sql, copy));
  }

  @Answers(getSend)
  get({ accountId, sendId }: { accountId: string; sendId: string }): Promise<SendView | null> {
    return viewSend(sqlOf(this.dataSource), accountId, sendId);
  }

  @Answers(searchRpc)
  search(search: SendSearch): Promise<Page<SendSummary>> {
    return searchSends(sqlOf(this.dataSource), search);
  }

  private async store(requests: readonly RequestSend[]): Promise<SendResult[]> {
    const { results, entries } = await inTransaction(this.dataSource, (sql) => requestSendsIn(sql, requests));
    this.relay.publish(entries);
    return results;
  }
}
