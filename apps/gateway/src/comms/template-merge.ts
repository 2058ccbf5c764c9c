import { Inject, Injectable } from '@nestjs/common';
import { CodedError, sampleGuest, type MergeData } from '@qflow/contracts';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { withSeconds, type EventView } from '../directory/event.dto.js';
import { Events } from '../directory/events.js';
import { findGuest } from '../directory/guest-row.js';
import { factsOf } from '../directory/merge-data.js';
import { Links } from '../links/links.js';
import type { PreviewTemplate, SampleData, SampleEvent } from './template-preview.dto.js';

/** Where the RSVP links of previews and test copies lead: to a page that says what they are. */
export const previewLinkPath = 'rsvp/preview';

/** And where their links to unsubscribe lead. */
export const previewUnsubscribePath = 'unsubscribe/preview';

/** What a preview or a test copy shows. */
@Injectable()
export class TemplateMerge {
  private readonly publicUrl: string;

  constructor(
    @Inject(GATEWAY_CONFIG) config: Pick<GatewayConfig, 'PUBLIC_URL'>,
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Events) private readonly events: Events,
    @Inject(Links) private readonly links: Links,
  ) {
    this.publicUrl = config.PUBLIC_URL;
  }

  /**
   * A guest as they are, a made-up one, or one who has everything. The QR code is real; the other links are
   * not, or an author who tries them would answer or unsubscribe for the guest.
   * @throws CodedError `not_found` (attendee), `template_event_mismatch`
   */
  async of(accountId: string, eventId: string, { attendeeId, data }: PreviewTemplate): Promise<MergeData> {
    const event = await this.events.require(accountId, eventId);
    const merge = attendeeId
      ? await this.ofAttendee(accountId, attendeeId, event)
      : { guest: data ? guestOf(data) : sampleGuest, event: eventOf(event, data?.event ?? {}) };
    return { ...merge, links: this.linksOf(merge.guest.barcode) };
  }

  private async ofAttendee(
    accountId: string,
    attendeeId: string,
    event: EventView,
  ): Promise<Pick<MergeData, 'guest' | 'event'>> {
    const guest = await findGuest(sqlOf(this.dataSource), accountId, attendeeId);
    if (!guest) throw new CodedError('not_found', 'The attendee does not exist.');
    if (guest.event_id !== event.id)
      throw new CodedError(
        'template_event_mismatch',
        'The template belongs to another event than the attendee.',
      );
    return factsOf(guest, event);
  }

  private linksOf(barcode: string): MergeData['links'] {
    const rsvp = (answer: string): string => `${this.publicUrl}/${previewLinkPath}?answer=${answer}`;
    return {
      barcodeQrUrl: this.links.barcodeQr(barcode),
      rsvpYesUrl: rsvp('yes'),
      rsvpNoUrl: rsvp('no'),
      unsubscribeUrl: `${this.publicUrl}/${previewUnsubscribePath}`,
    };
  }
}

/** What is missing is empty, as it would be of a guest created without it; a barcode every guest has. */
const guestOf = (data: SampleData): MergeData['guest'] => ({
  firstName: data.firstName ?? '',
  otherNames: data.otherNames ?? '',
  lastName: data.lastName ?? '',
  email: data.email ?? '',
  barcode: data.barcode ?? sampleGuest.barcode,
  plusOnes: data.plusOnes ?? 0,
  additionalInfo: data.additionalInfo ?? '',
  tags: data.tags ?? '',
  customFields: data.customFields ?? {},
});

const eventOf = (event: EventView, sample: SampleEvent): MergeData['event'] => ({
  title: sample.title ?? event.title,
  startTime: withSeconds(sample.startTime ?? event.startTime),
  endTime: withSeconds(sample.endTime ?? event.endTime),
  timeZoneId: sample.timeZoneId ?? event.timeZoneId,
  companyName: sample.companyName ?? event.companyName ?? '',
});
