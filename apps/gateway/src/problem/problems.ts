import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiExtraModels, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  CodedError,
  errorCatalogue,
  type ErrorCode,
  type ErrorExtras,
  problemMediaType,
  problemOf,
} from '@qflow/contracts';

/** One offending place, as the document shows it. */
export class ProblemField {
  @ApiProperty({
    description: 'JSON Pointer into the body, or the parameter. `/` is the body as a whole.',
    example: '/email',
  })
  path: string;
  @ApiProperty({ example: 'must be an e-mail address' })
  message: string;
}

export class ProblemPreviousSend {
  @ApiProperty({ format: 'uuid' })
  attendeeInvitationId: string;
  @ApiProperty({ example: 'bounced' })
  status: string;
  @ApiProperty({ format: 'date-time' })
  at: string;
}

export class ProblemUrl {
  @ApiProperty({ description: 'As it stands in the template.', example: 'http://192.0.2.7/login' })
  url: string;
  @ApiProperty({ example: 'leads to a bare IP address' })
  reason: string;
}

/** Problem details (RFC 9457). */
export class Problem {
  @ApiProperty({ description: 'URI that names the kind of problem.', example: 'urn:qflow:problem:not_found' })
  type: string;
  @ApiProperty({ example: errorCatalogue.not_found.title })
  title: string;
  @ApiProperty({ example: 404 })
  status: number;
  @ApiProperty({ description: 'What was wrong with this very request.' })
  detail: string;
  @ApiProperty({ description: 'The request id, also in `X-Request-Id`. Name it when you ask for support.' })
  instance: string;
  @ApiProperty({
    description: 'Stable and machine readable: branch on this.',
    enum: Object.keys(errorCatalogue),
    enumName: 'ErrorCode',
  })
  code: ErrorCode;
  @ApiPropertyOptional({
    description: 'With `validation_error`: every offending place.',
    type: [ProblemField],
  })
  errors?: ProblemField[];
  @ApiPropertyOptional({
    description: 'With `previous_send_permanently_failed`: the send that stands in the way.',
  })
  previous?: ProblemPreviousSend;
  @ApiPropertyOptional({ description: 'With `spam_check_failed`: every unsafe URL.', type: [ProblemUrl] })
  urls?: ProblemUrl[];
  @ApiPropertyOptional({
    enum: [false],
    description: 'Only below `/api/v1/webhooks`, where every answer has it.',
  })
  success?: false;
}

const exampleId = '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41';

const samples: Partial<Record<ErrorCode, { detail: string; extras?: ErrorExtras }>> = {
  validation_error: {
    detail: '/email must be an e-mail address',
    extras: { errors: [{ path: '/email', message: 'must be an e-mail address' }] },
  },
  unauthorized: { detail: 'The access token has expired.' },
  comms_api_not_enabled: { detail: 'The Comms API is not enabled for this account. Ask for access.' },
  trust_required: { detail: 'Complete the sender verification of this account before it sends.' },
  insufficient_scope: { detail: 'This API key has the scopes read; this route needs comms.' },
  not_found: { detail: 'The event does not exist.' },
  domain_not_supported: {
    detail: 'This installation sends through a mail server, which authenticates no sender domains.',
  },
  webhook_limit: {
    detail: 'This account has 20 webhooks, as many as it may have. Delete one that is not needed any more.',
  },
  webhook_disabled: {
    detail: 'This webhook is disabled. Enable it first, with "active": true.',
  },
  replay_running: {
    detail: `A replay of this webhook is under way (${exampleId}). Wait for its end, or cancel it.`,
  },
  spam_check_failed: {
    detail: 'One URL is unsafe: http://192.0.2.7/login leads to a bare IP address.',
    extras: { urls: [{ url: 'http://192.0.2.7/login', reason: 'leads to a bare IP address' }] },
  },
  previous_send_permanently_failed: {
    detail: 'An earlier send to this attendee bounced.',
    extras: {
      previous: { attendeeInvitationId: exampleId, status: 'bounced', at: '2026-04-29T10:23:00.000Z' },
    },
  },
};

const marker = 'x-problem-';

/**
 * Says which errors a route, or every route of a controller, can answer. The OpenAPI document shows each with its
 * code and an example; codes from several decorators add up.
 */
export const Problems = (...codes: ErrorCode[]): ClassDecorator & MethodDecorator =>
  applyDecorators(ApiExtraModels(Problem), ...codes.map((code) => ApiExtension(`${marker}${code}`, true)));

/** An operation of the document; {@link Problems} has left its marks on it. */
export interface MarkedOperation {
  responses: Record<string, object>;
  [extension: `x-${string}`]: unknown;
}

/** Turns the marks of {@link Problems} into answers. Those that a route describes by itself stay. */
export function describeProblems(operation: MarkedOperation): void {
  const marks = Object.keys(operation).filter((key) => key.startsWith(marker)) as `x-${string}`[];
  const codes = marks.map((mark) => mark.slice(marker.length) as ErrorCode);
  for (const status of new Set(codes.map(statusOf)))
    operation.responses[status] ??= responseOf(codes.filter((code) => statusOf(code) === status));
  for (const mark of marks) delete operation[mark];
}

const statusOf = (code: ErrorCode): number => errorCatalogue[code].status;

const responseOf = (codes: readonly ErrorCode[]): object => ({
  description: codes.map((code) => `\`${code}\`: ${errorCatalogue[code].title}`).join('. '),
  content: {
    [problemMediaType]: {
      schema: { $ref: '#/components/schemas/Problem' },
      examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }])),
    },
  },
});

function exampleOf(code: ErrorCode): object {
  const { detail, extras } = samples[code] ?? { detail: `${errorCatalogue[code].title}.` };
  return problemOf(new CodedError(code, detail, extras), exampleId);
}
