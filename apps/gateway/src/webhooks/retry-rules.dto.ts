import { ApiProperty } from '@nestjs/swagger';
import type { RetryRules as RulesContract } from '@qflow/contracts';
import { NumberList, WholeNumber } from '../validation/fields.js';
import { maxTimeoutSeconds } from './limits.js';

const maxRetries = 20;
const daySeconds = 24 * 3_600;

/** A subscription's own rules; what is not given follows its format. */
export class RetryRules {
  @NumberList(
    { entries: maxRetries, minimum: 1, maximum: daySeconds },
    {
      description:
        'Seconds to wait before each retry, a week in all at the most: so many retries follow the first attempt. An empty list retries never.',
      example: [5, 300, 1_800, 7_200],
      optional: true,
    },
  )
  delaysSeconds?: number[] | null;
  @WholeNumber(1, maxTimeoutSeconds, {
    description: 'Seconds that your endpoint has for the whole exchange.',
    example: 10,
    optional: true,
  })
  timeoutSeconds?: number | null;
  @WholeNumber(1, 1_000, {
    description: [
      'Deliveries in a row that failed for good after which the subscription is disabled; null never disables it.',
      'Warnings (`endpoint.failing`) come at 50, 75 and 90 % of the way.',
    ].join(' '),
    example: 20,
    optional: true,
  })
  disableAfter?: number | null;
}

/** Only what is known; of `disableAfter`, null says something and is kept. */
export const rulesOf = ({ delaysSeconds, timeoutSeconds, disableAfter }: RetryRules): RulesContract => ({
  ...(delaysSeconds && { delaysSeconds }),
  ...(timeoutSeconds && { timeoutSeconds }),
  ...(disableAfter !== undefined && { disableAfter }),
});

/** The rules in force, defaults of the format included. */
export class RetryRulesInForce implements Required<RulesContract> {
  @ApiProperty({
    type: 'array',
    items: { type: 'integer' },
    description: 'Seconds before each retry, give or take a tenth.',
    example: [5, 30, 120, 600, 1_800, 3_600, 10_800, 25_200, 43_200],
  })
  delaysSeconds: number[];
  @ApiProperty({ type: 'integer', description: 'For the whole exchange.', example: 15 })
  timeoutSeconds: number;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Failed deliveries in a row that disable the subscription; null where none do.',
    example: null,
  })
  disableAfter: number | null;
}
