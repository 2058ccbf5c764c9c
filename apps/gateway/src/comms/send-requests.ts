import { Inject, Injectable } from '@nestjs/common';
import { CodedError, invalidField, type RequestSend, type TemplateHead } from '@qflow/contracts';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { EventView } from '../directory/event.dto.js';
import { Events } from '../directory/events.js';
import { selectGuest, type StoredGuest } from '../directory/guest-row.js';
import { mergeDataOf } from '../directory/merge-data.js';
import { noSuchGuest } from '../directory/refusals.js';
import { Links } from '../links/links.js';
import type { CreateSend } from './send.dto.js';
import { TemplateHeads } from './template-heads.js';

/** A send that a caller asks for, with the id by which a repetition is recognised. */
export interface AskedSend {
  send: CreateSend;
  requestId: string | null;
}

/** What the sender is to be asked, or why it is not. */
export type SendRequest = RequestSend | CodedError;

/** A request has to fit into one message between services, which holds 1 MiB. */
const maxRequestBytes = 900_000;

/** Checks sends to guests that exist already, and puts together all that the sender needs for them. */
@Injectable()
export class SendRequests {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Events) private readonly events: Events,
    @Inject(TemplateHeads) private readonly templates: TemplateHeads,
    @Inject(Links) private readonly links: Links,
  ) {}

  /**
   * One look-up for all guests and one for each template and event, however many sends there are.
   * @returns one per send, in order; refusals are `not_found`, `template_event_mismatch` and `validation_error` (no
   * e-mail address)
   * @throws CodedError `unavailable`
   */
  async of(accountId: string, asked: readonly AskedSend[]): Promise<SendRequest[]> {
    // Before anything takes time: it decides which of two sends came first.
    const requestedAt = new Date().toISOString();
    const guests = await this.guests(accountId, asked);
    const templates = await verdicts(
      asked.map(({ send }) => send.templateId),
      (id) => this.templates.require(accountId, id),
    );
    const events = await verdicts(
      [...guests.values()].map((guest) => guest.event_id),
      (id) => this.events.require(accountId, id),
    );
    return asked.map(({ send, requestId }) => {
      const guest = guests.get(send.attendeeId) ?? noSuchGuest();
      const template = templates.get(send.templateId) as TemplateHead | CodedError;
      const refusal = refusalOf(guest, template);
      if (refusal) return refusal;
      const event = events.get((guest as StoredGuest).event_id) as EventView | CodedError;
      if (event instanceof CodedError) return event;
      return this.requestOf(guest as StoredGuest, template as TemplateHead, event, {
        accountId,
        requestId,
        requestedAt,
        correlationId: send.correlationId ?? null,
      });
    });
  }

  private async guests(accountId: string, asked: readonly AskedSend[]): Promise<Map<string, StoredGuest>> {
    const rows = await sqlOf(this.dataSource)<StoredGuest>(
      `${selectGuest} WHERE g.account_id = $1 AND g.id = ANY($2::uuid[])`,
      [accountId, [...new Set(asked.map(({ send }) => send.attendeeId))]],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  private requestOf(
    guest: StoredGuest,
    template: TemplateHead,
    event: EventView,
    asked: Pick<RequestSend, 'accountId' | 'requestId' | 'requestedAt' | 'correlationId'>,
  ): SendRequest {
    const sendId = uuidv7();
    const request: RequestSend = {
      ...asked,
      sendId,
      eventId: guest.event_id,
      attendeeId: guest.id,
      templateId: template.id,
      templateVersion: template.version,
      merge: mergeDataOf(guest, event, sendId, this.links),
      guestSend: guestSendOf(guest),
    };
    return sizeOf(request) <= maxRequestBytes
      ? request
      : invalidField('/attendeeId', 'is of an attendee with more details than one e-mail can carry');
  }
}

/** How large a request is on its way to the sender, in bytes. */
export const sizeOf = (request: RequestSend): number => Buffer.byteLength(JSON.stringify(request));

function refusalOf(
  guest: StoredGuest | CodedError,
  template: TemplateHead | CodedError,
): CodedError | undefined {
  if (guest instanceof CodedError) return guest;
  if (template instanceof CodedError) return template;
  if (template.eventId !== guest.event_id)
    return new CodedError(
      'template_event_mismatch',
      'The template belongs to another event than the attendee.',
    );
  return guest.email
    ? undefined
    : invalidField('/attendeeId', 'must be of an attendee with an e-mail address');
}

const guestSendOf = ({ send_id, comms_template_id }: StoredGuest): RequestSend['guestSend'] =>
  send_id && comms_template_id ? { sendId: send_id, templateId: comms_template_id } : null;

/** Looks each id up once. A service that does not answer is no verdict: the whole call may be repeated. */
async function verdicts<T>(
  ids: readonly string[],
  look: (id: string) => Promise<T>,
): Promise<Map<string, T | CodedError>> {
  const found = [...new Set(ids)].map(async (id): Promise<[string, T | CodedError]> => {
    try {
      return [id, await look(id)];
    } catch (error) {
      if (error instanceof CodedError && error.status < 500) return [id, error];
      throw error;
    }
  });
  return new Map(await Promise.all(found));
}
