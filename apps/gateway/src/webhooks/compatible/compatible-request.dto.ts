import { ApiProperty } from '@nestjs/swagger';
import {
  deliveryStatuses,
  filterNames,
  formatNames,
  type DeliveryStatus,
  type FormatName,
} from '@qflow/contracts';
import { PageQuery } from '../../paging/page.js';
import { Flag, HttpUrl, OneOf, Text, TextList } from '../../validation/fields.js';
import { filterLimits, maxSecret } from '../limits.js';

const url = {
  description: 'HTTPS; checked like that of any webhook.',
  example: 'https://your-server.com/webhooks/email',
};
const events = {
  description: 'Event names of SendComms and EmailFlow (`email.*`, `contact.*`) or of Qflow (`comms.*`).',
  example: ['email.sent', 'email.delivered', 'email.bounced', 'email.complained'],
  itemExamples: filterNames,
};

/** Body of `POST /api/v1/webhooks`. */
export class CompatibleCreate {
  @HttpUrl(url)
  url: string;
  @TextList(filterLimits, events)
  events: string[];
  @Text(maxSecret, {
    description: 'Your own signing secret. Without it one is made for you, which is the better choice.',
    example: null,
    optional: true,
  })
  secret?: string;
  @OneOf(formatNames, {
    description:
      'How requests look and how they are signed. Without it `sendcomms` for `email.*` and `contact.*` events, else `qflow`; receivers written for EmailFlow need `emailflow`.',
    example: 'sendcomms',
    optional: true,
  })
  format?: FormatName;
}

/** Body of `PATCH /api/v1/webhooks/{uid}`. */
export class CompatibleUpdate {
  @HttpUrl({ ...url, optional: true })
  url?: string;
  @TextList(filterLimits, { ...events, optional: true })
  events?: string[];
  @Flag({
    description: '`true` takes a disabled webhook up again and clears its failures.',
    example: true,
    optional: true,
  })
  active?: boolean;
}

/** Query of `DELETE /api/v1/webhooks`. */
export class CompatibleDeleteQuery {
  @ApiProperty({ type: String, format: 'uuid', description: 'The webhook.' })
  id: string;
}

/** Query of `GET /api/v1/webhooks/{uid}/deliveries`. */
export class CompatibleDeliveriesQuery extends PageQuery {
  @ApiProperty({ required: false, enum: [...deliveryStatuses], description: 'Only those that stand there.' })
  status?: DeliveryStatus;
}
