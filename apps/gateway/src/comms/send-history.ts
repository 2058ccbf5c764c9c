import { Inject, Injectable } from '@nestjs/common';
import { CodedError, getSend, listSendDeliveries, type SendView } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { selectGuest, type StoredGuest } from '../directory/guest-row.js';

/** Everything there is to know of one send, put together from the services that know it. */
@Injectable()
export class SendHistory {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(RpcClient) private readonly rpc: RpcClient,
  ) {}

  /** @throws CodedError `not_found`, also for another account's send */
  async of(accountId: string, sendId: string): Promise<SendView> {
    const asked = { accountId, sendId };
    const [send, deliveries] = await Promise.all([
      this.rpc.ask(getSend, asked),
      this.rpc.ask(listSendDeliveries, asked),
    ]);
    const view = send ?? (await this.onItsWay(accountId, sendId));
    if (!view) throw new CodedError('not_found', 'The send does not exist.');
    const timeline = [...view.timeline, ...deliveries].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    return { ...view, timeline };
  }

  /** A send the gateway has accepted and the sender has not read yet: it exists, whatever the sender says. */
  private async onItsWay(accountId: string, sendId: string): Promise<SendView | undefined> {
    const [guest] = await sqlOf(this.dataSource)<StoredGuest>(
      `${selectGuest} WHERE g.send_id = $1 AND g.account_id = $2`,
      [sendId, accountId],
    );
    return guest && queued(guest, sendId);
  }
}

const queued = (guest: StoredGuest, sendId: string): SendView => ({
  attendeeInvitationId: sendId,
  attendeeId: guest.id,
  templateId: guest.comms_template_id as string,
  templateVersion: guest.template_version as number,
  eventId: guest.event_id,
  correlationId: guest.correlation_id,
  status: 'queued',
  error: null,
  attempts: 0,
  created: guest.created_at,
  updated: guest.created_at,
  timeline: [{ at: guest.created_at, source: 'send', what: 'queued', detail: null }],
});
