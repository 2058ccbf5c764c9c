import { ApiProperty } from '@nestjs/swagger';
import type { RecordedChange } from '../admin/audit.js';
import { PageQuery } from '../paging/page.js';
import { Text } from '../validation/fields.js';

const subject = {
  description: 'What was changed: its kind and id.',
  example: 'user:0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41',
};

export class AuditQuery extends PageQuery {
  @Text(200, { ...subject, optional: true })
  subject?: string;
}

export class AuditView implements RecordedChange {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'date-time' })
  at: string;
  @ApiProperty({
    description:
      "Who: `operator:` and the name of the operator's key, or `command:` and whose account ran qflow-admin.",
    example: 'operator:back office',
  })
  actor: string;
  @ApiProperty({ description: 'As the command is called.', example: 'user.grant' })
  action: string;
  @ApiProperty(subject)
  subject: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What else there is to say; never a secret.',
    example: { email: 'ada@example.com' },
  })
  details: Record<string, unknown>;
}
