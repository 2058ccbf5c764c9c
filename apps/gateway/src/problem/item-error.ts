import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { errorCatalogue, type CodedError, type ErrorCode } from '@qflow/contracts';
import { ProblemField, ProblemPreviousSend } from './problems.js';

/** Why one item of a bulk call was refused: what a problem document would say of it alone. */
export class ItemError {
  @ApiProperty({
    description: 'Stable and machine readable: branch on this.',
    enum: Object.keys(errorCatalogue),
    enumName: 'ErrorCode',
    example: 'validation_error',
  })
  code: ErrorCode;
  @ApiProperty({
    description: 'What was wrong with this very item.',
    example: '/email must be an e-mail address such as ada@example.com.',
  })
  detail: string;
  @ApiPropertyOptional({
    description: 'With `validation_error`: every offending place; `path` starts at the item.',
    type: [ProblemField],
  })
  errors?: ProblemField[];
  @ApiPropertyOptional({
    description: 'With `previous_send_permanently_failed`: the send that stands in the way.',
  })
  previous?: ProblemPreviousSend;
}

/** An error as one item of a bulk answer shows it. */
export const itemErrorOf = ({ code, detail, extras: { errors, previous } }: CodedError): ItemError => ({
  code,
  detail,
  ...(errors && { errors }),
  ...(previous && { previous }),
});
