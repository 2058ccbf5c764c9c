import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '../paging/page.js';
import { noticeKinds, type NoticeKind } from './endpoint-notice.js';

/** Query of `GET /api/notices`. */
export class NoticesQuery extends PageQuery {
  @ApiProperty({
    required: false,
    enum: ['true', 'false'],
    description: '`true`: only those that nobody has read. `false`: only those that somebody has.',
  })
  unread?: 'true' | 'false';
}

export class Notice {
  @ApiProperty({ format: 'uuid', description: 'Also the id of the `endpoint.…` event that it tells of.' })
  id: string;
  @ApiProperty({ enum: noticeKinds, example: 'endpoint.disabled' })
  kind: NoticeKind;
  @ApiProperty({ example: 'Webhook disabled: hooks.example.com/qflow' })
  title: string;
  @ApiProperty({
    example:
      'Your webhook to hooks.example.com/qflow is disabled. 20 deliveries in a row failed for good. The last one ended with: answered 500. Nothing is sent to it until you enable it again; events that come meanwhile are kept in its log and can be replayed.',
  })
  text: string;
  @ApiProperty({ format: 'uuid', description: 'The webhook, as in `/api/comms/webhooks/{id}`.' })
  webhookId: string;
  @ApiProperty({ format: 'date-time', description: 'When it happened.', example: '2026-04-29T10:23:00.000Z' })
  created: string;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When somebody of the account first said that it was read; null until then.',
    example: null,
  })
  read: string | null;
}
