import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, ApiResponse } from '@nestjs/swagger';
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
  not_found: { detail: 'The event does not exist.' },
  previous_send_permanently_failed: {
    detail: 'An earlier send to this attendee bounced.',
    extras: {
      previous: { attendeeInvitationId: exampleId, status: 'bounced', at: '2026-04-29T10:23:00.000Z' },
    },
  },
};

/** Adds the error answers of a route to the OpenAPI document, each with its code and an example. */
export function Problems(...codes: ErrorCode[]): ClassDecorator & MethodDecorator {
  const statuses = [...new Set(codes.map(statusOf))];
  const responses = statuses.map((status) =>
    responseOf(
      status,
      codes.filter((code) => statusOf(code) === status),
    ),
  );
  return applyDecorators(ApiExtraModels(Problem), ...responses);
}

const statusOf = (code: ErrorCode): number => errorCatalogue[code].status;

const responseOf = (status: number, codes: readonly ErrorCode[]): ClassDecorator & MethodDecorator =>
  ApiResponse({
    status,
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
