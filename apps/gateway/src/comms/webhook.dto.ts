import { ApiProperty } from '@nestjs/swagger';
import type { TestResult, WebhookWithSecret as SecretContract } from '@qflow/contracts';
import { HttpUrl } from '../validation/fields.js';

const url = {
  description: 'Receives every event of your account.',
  example: 'https://your-app.com/webhooks/qflow',
};

/** Body of `POST /api/comms/webhook`. */
export class SetWebhook {
  @HttpUrl(url)
  url: string;
}

export class WebhookView {
  @ApiProperty(url)
  url: string;
}

export class WebhookWithSecret extends WebhookView implements SecretContract {
  @ApiProperty({
    description: 'Signs every request to you. Shown here and never again: store it now.',
    example: '0d5124eefa6ed9ae1fece694f70c3c04e48ccb73c67f313548629220cfb61252',
  })
  secret: string;
}

export class WebhookTest implements TestResult {
  @ApiProperty({ format: 'uuid', description: "The event's id, as in `X-Qflow-Webhook-Id`." })
  id: string;
  @ApiProperty({ description: 'Whether your endpoint answered 2xx to the first attempt.' })
  delivered: boolean;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Null where no answer came.', example: 200 })
  statusCode: number | null;
  @ApiProperty({ type: 'number', example: 41 })
  durationMs: number;
  @ApiProperty({ type: String, nullable: true, example: null })
  error: string | null;
}

export class WebhookDeleted {
  @ApiProperty({ enum: [true] })
  deleted: true;
}
