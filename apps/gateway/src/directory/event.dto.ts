import { ApiProperty } from '@nestjs/swagger';
import type { FieldError } from '@qflow/contracts';
import { Guid, HeaderText, LocalDateTime, TimeZone } from '../validation/fields.js';

/** Body of `PUT /api/event/{id}`: all that can change about an event. */
export class ReplaceEvent {
  @HeaderText(300, { description: 'Feeds `{{event}}`.', example: 'Summer Gala' })
  title: string;
  @LocalDateTime({
    description:
      "On the clock of the event's zone. A time that a change of clocks skips or repeats is taken as it is.",
    example: '2026-06-21T19:30',
  })
  startTime: string;
  @LocalDateTime({ description: 'Not before `startTime`.', example: '2026-06-21T23:00' })
  endTime: string;
  @TimeZone({ description: 'IANA name.', example: 'Europe/London' })
  timeZoneId: string;
  @HeaderText(300, {
    description: 'Feeds `{{companyname}}`.',
    example: 'Analytical Events',
    optional: true,
  })
  companyName?: string;
}

/** Body of `POST /api/event`. */
export class CreateEvent extends ReplaceEvent {
  @Guid({ description: 'Your own id. The same one again answers with the existing event.', optional: true })
  id?: string;
}

export function checkEvent({ startTime, endTime }: ReplaceEvent): FieldError[] {
  // 19:30 and 19:30:00 are the same minute, and the shorter one sorts first: compare with seconds.
  return withSeconds(endTime) < withSeconds(startTime)
    ? [{ path: '/endTime', message: 'must not be before startTime' }]
    : [];
}

/** `2026-06-21T19:30` → `2026-06-21T19:30:00`. */
export const withSeconds = (localTime: string): string =>
  localTime.length === 16 ? `${localTime}:00` : localTime;

/** An event as the API shows it. */
export class EventView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ example: 'Summer Gala' })
  title: string;
  @ApiProperty({
    description: "On the clock of the event's zone, with seconds.",
    example: '2026-06-21T19:30:00',
  })
  startTime: string;
  @ApiProperty({ example: '2026-06-21T23:00:00' })
  endTime: string;
  @ApiProperty({ example: 'Europe/London' })
  timeZoneId: string;
  @ApiProperty({ type: String, nullable: true, example: 'Analytical Events' })
  companyName: string | null;
  @ApiProperty({ format: 'date-time', example: '2026-04-29T10:23:00.000Z' })
  created: string;
  @ApiProperty({ format: 'date-time', example: '2026-04-29T10:23:00.000Z' })
  updated: string;
}
