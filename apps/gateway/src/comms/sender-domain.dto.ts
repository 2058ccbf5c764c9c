import { ApiProperty } from '@nestjs/swagger';
import type { DnsRecord as RecordContract, SenderDomain as DomainContract } from '@qflow/contracts';
import { Text } from '../validation/fields.js';

/** Body of `POST /api/comms/domain`. */
export class CreateDomain {
  @Text(253, {
    description: 'The part of your from addresses after the @. International names are stored in Punycode.',
    example: 'yourcompany.com',
  })
  domain: string;
}

export class DnsRecord implements RecordContract {
  @ApiProperty({ enum: ['CNAME', 'TXT', 'MX'], example: 'CNAME' })
  type: RecordContract['type'];
  @ApiProperty({ description: 'The whole name.', example: 's1._domainkey.yourcompany.com' })
  host: string;
  @ApiProperty({ example: 's1.domainkey.u1000001.wl.sendgrid.net' })
  data: string;
  @ApiProperty({ description: 'Whether the last verification found it.', example: false })
  valid: boolean;
}

export class SenderDomain implements DomainContract {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ example: 'yourcompany.com' })
  domain: string;
  @ApiProperty({ description: 'Whether the last verification found every record.', example: false })
  verified: boolean;
  @ApiProperty({
    description: 'Whether you have activated it. E-mails come from it while it is verified as well.',
    example: false,
  })
  enabled: boolean;
  @ApiProperty({ type: [DnsRecord], description: 'What to publish in your DNS.' })
  dnsRecords: DnsRecord[];
}

export class DomainDeleted {
  @ApiProperty({ enum: [true] })
  deleted: true;
}
