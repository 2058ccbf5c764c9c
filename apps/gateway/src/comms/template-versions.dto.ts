import { ApiProperty } from '@nestjs/swagger';
import type { TemplateVersionSummary as SummaryContract } from '@qflow/contracts';

/** One version in the list of all. */
export class TemplateVersionSummary implements SummaryContract {
  @ApiProperty({ type: 'integer', example: 2 })
  version: number;
  @ApiProperty({ example: 'Ticket confirmation v1' })
  name: string;
  @ApiProperty({ example: 'Your ticket for {{event}} — {{firstname}}' })
  subject: string;
  @ApiProperty({ example: 'tickets@yourcompany.com' })
  fromAddress: string;
  @ApiProperty({ type: String, nullable: true, example: 'Your Company Tickets' })
  fromName: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'support@yourcompany.com' })
  replyTo: string | null;
  @ApiProperty({ format: 'date-time', example: '2026-04-29T10:23:00.000Z' })
  created: string;
}
