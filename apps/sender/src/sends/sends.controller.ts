import { Controller } from '@nestjs/common';
import { getSend, requestSend, type RequestSend, type SendTicket, type SendView } from '@qflow/contracts';
import { Answers } from '@qflow/messaging';
import { inTransaction, OutboxRelay, sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { requestSendIn } from './request-send.js';
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
    const { ticket, entries } = await inTransaction(this.dataSource, (sql) => requestSendIn(sql, request));
    this.relay.publish(entries);
    return ticket;
  }

  @Answers(getSend)
  get({ accountId, sendId }: { accountId: string; sendId: string }): Promise<SendView | null> {
    return viewSend(sqlOf(this.dataSource), accountId, sendId);
  }
}
