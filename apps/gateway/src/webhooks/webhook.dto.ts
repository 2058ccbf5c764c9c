import { ApiProperty } from '@nestjs/swagger';
import type { WebhookWithSecret as SecretContract } from '@qflow/contracts';
import { HttpUrl } from '../validation/fields.js';

const url = {
  description: [
    'Receives every event of your account. `https` on port 80, 443, 8443 or from 1024 on, a public address and no',
    'credentials in it, unless the operator allows more. Redirects are not followed.',
  ].join(' '),
  example: 'https://your-app.com/webhooks/qflow',
};

/** Body of `POST /api/comms/webhook`. */
export class SetWebhook {
  @HttpUrl(url)
  url: string;
}

export class WebhookView {
  @ApiProperty({ description: 'Receives every event of your account.', example: url.example })
  url: string;
}

export class WebhookWithSecret extends WebhookView implements SecretContract {
  @ApiProperty({
    description: 'Signs every request to you. Shown here and never again: store it now.',
    example: '0d5124eefa6ed9ae1fece694f70c3c04e48ccb73c67f313548629220cfb61252',
  })
  secret: string;
}

export class WebhookDeleted {
  @ApiProperty({ enum: [true] })
  deleted: true;
}
