import { Inject, Injectable } from '@nestjs/common';
import { CodedError, invalidField, requestSend, type SendTicket } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { Events } from '../directory/events.js';
import { findGuest, type GuestRow } from '../directory/guest-row.js';
import { mergeDataOf } from '../directory/merge-data.js';
import { Links } from '../links/links.js';
import type { CreateSend } from './send.dto.js';
import { TemplateHeads } from './template-heads.js';

/** A send to a guest that exists already; the sender decides by the pair's newest send (guide, "Sending emails"). */
@Injectable()
export class RequestResend {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(Events) private readonly events: Events,
    @Inject(TemplateHeads) private readonly templates: TemplateHeads,
    @Inject(Links) private readonly links: Links,
  ) {}

  /**
   * @throws CodedError `not_found`, `template_event_mismatch`, `validation_error` (the guest has no e-mail address),
   * `previous_send_permanently_failed`
   */
  async request(accountId: string, send: CreateSend): Promise<SendTicket> {
    // Before anything takes time: it decides which of two sends came first.
    const requestedAt = new Date().toISOString();
    const guest = await findGuest(sqlOf(this.dataSource), accountId, send.attendeeId);
    if (!guest) throw new CodedError('not_found', 'The attendee does not exist.');
    const template = await this.templates.require(accountId, send.templateId);
    if (template.eventId !== guest.event_id)
      throw new CodedError(
        'template_event_mismatch',
        'The template belongs to another event than the attendee.',
      );
    if (!guest.email) throw invalidField('/attendeeId', 'must be of an attendee with an e-mail address');
    const event = await this.events.require(accountId, guest.event_id);
    return this.rpc.ask(requestSend, {
      accountId,
      requestId: send.id ?? null,
      requestedAt,
      eventId: guest.event_id,
      attendeeId: guest.id,
      templateId: template.id,
      templateVersion: template.version,
      correlationId: send.correlationId ?? null,
      merge: mergeDataOf(guest, event, this.links),
      guestSend: guestSendOf(guest),
    });
  }
}

const guestSendOf = ({
  send_id,
  comms_template_id,
}: GuestRow): { sendId: string; templateId: string } | null =>
  send_id && comms_template_id ? { sendId: send_id, templateId: comms_template_id } : null;
