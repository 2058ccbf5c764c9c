import { ApiProperty } from '@nestjs/swagger';
import type { AttemptPhase, TestResult } from '@qflow/contracts';

export const attemptPhases = [
  'check',
  'dns',
  'connect',
  'tls',
  'request',
  'response',
  'status',
] as const satisfies readonly AttemptPhase[];

const headers = (example: Record<string, string>) =>
  ({ type: 'object', additionalProperties: { type: 'string' }, example }) as const;

/** What was posted. */
export class WebhookTestRequest {
  @ApiProperty({ example: 'https://your-app.com/webhooks/qflow' })
  url: string;
  @ApiProperty({
    ...headers({
      'content-type': 'application/json',
      'x-qflow-event': 'comms.test',
      'x-qflow-signature': 't=1777458180,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd',
      'x-qflow-webhook-id': '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41',
    }),
    description: 'As they were sent, signature included. Values of headers of your own are masked.',
  })
  headers: Record<string, string>;
  @ApiProperty({
    description: 'The bytes that the signature is about.',
    example:
      '{"id":"0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41","type":"comms.test","createdAt":"2026-04-29T10:23:00.000Z","data":{"attendeeId":null,"templateId":null,"attendeeInvitationId":null,"status":"test","error":null,"correlationId":null}}',
  })
  body: string;
}

/** What your endpoint answered. */
export class WebhookTestResponse {
  @ApiProperty(headers({ 'content-type': 'text/plain' }))
  headers: Record<string, string>;
  @ApiProperty({ description: 'How it begins.', example: 'ok' })
  body: string;
}

export class WebhookTest implements TestResult {
  @ApiProperty({ format: 'uuid', description: "The event's id, as in `X-Qflow-Webhook-Id`." })
  id: string;
  @ApiProperty({ description: 'Whether your endpoint answered 2xx.' })
  delivered: boolean;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Null where no answer came.', example: 200 })
  statusCode: number | null;
  @ApiProperty({ type: 'number', example: 41 })
  durationMs: number;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What went wrong, in words; null when delivered.',
    example: null,
  })
  error: string | null;
  @ApiProperty({
    type: String,
    enum: [...attemptPhases, null],
    nullable: true,
    description: [
      'How far it came: `check` (the address is not allowed), `dns`, `connect`, `tls`, `request` (while it was sent),',
      '`response` (while waiting for the answer or reading it), `status` (answered, but not 2xx). Null when delivered.',
    ].join(' '),
    example: null,
  })
  phase: AttemptPhase | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Stable name of the failure, such as `ECONNREFUSED` or `tls_expired`: branch on this. Null when delivered.',
    example: null,
  })
  code: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What you can do about it; null when delivered.',
    example: null,
  })
  hint: string | null;
  @ApiProperty({ description: 'What was posted, for comparing with what your verifier has seen.' })
  request: WebhookTestRequest;
  @ApiProperty({
    type: WebhookTestResponse,
    nullable: true,
    description: 'What your endpoint answered; null where no answer came.',
  })
  response: WebhookTestResponse | null;
}
