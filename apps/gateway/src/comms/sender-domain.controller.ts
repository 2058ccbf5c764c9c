import { Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import {
  activateDomain,
  CodedError,
  createDomain,
  deactivateDomain,
  deleteDomain,
  getDomain,
  verifyDomain,
  type Rpc,
} from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { Caller } from '../identity/caller.js';
import { AccountController, RequiresComms } from '../identity/routes.js';
import { Problems } from '../problem/problems.js';
import { ValidBody } from '../validation/valid-body.js';
import { CreateDomain, DomainDeleted, SenderDomain } from './sender-domain.dto.js';

/** The mail provider is asked, twice at the most, and may take ten seconds each time. */
const timeoutMs = 25_000;

const domainNow = { description: 'The domain as it is now.', type: SenderDomain };

@AccountController('Sender domain', 'comms', 'api/comms/domain', 'comms/v1/api/comms/domain')
@Problems('domain_not_supported')
export class SenderDomainController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Post()
  @HttpCode(200)
  @RequiresComms()
  @ApiOperation({
    operationId: 'createDomain',
    summary: 'Set up the domain you send from',
    description: [
      'Publish the `dnsRecords` of the answer in your DNS, then verify and activate. An account has one domain; the same',
      'one again is answered as it is. Each account proves a domain by records of its own.',
    ].join(' '),
  })
  @ApiOkResponse({ description: 'The domain and the records to publish.', type: SenderDomain })
  @Problems(
    'validation_error',
    'domain_already_configured',
    'domain_busy',
    'payload_too_large',
    'unsupported_media_type',
  )
  create(
    @Caller() { accountId }: Caller,
    @ValidBody(CreateDomain) { domain }: CreateDomain,
  ): Promise<SenderDomain> {
    return this.rpc.ask(createDomain, { accountId, domain }, { timeoutMs });
  }

  @Get()
  @RequiresComms()
  @ApiOperation({ operationId: 'getDomain', summary: 'Read the sender domain' })
  @ApiOkResponse(domainNow)
  @Problems('not_found')
  async get(@Caller() { accountId }: Caller): Promise<SenderDomain> {
    const domain = await this.rpc.ask(getDomain, { accountId });
    if (!domain) throw new CodedError('not_found', 'No sender domain is configured.');
    return domain;
  }

  @Post('verify')
  @HttpCode(200)
  @RequiresComms()
  @ApiOperation({
    operationId: 'verifyDomain',
    summary: 'Have the DNS records looked at',
    description:
      'Answers 200 also where records are missing: `verified` and each record’s `valid` tell. A verification that fails takes the domain out of use until one succeeds.',
  })
  @ApiOkResponse(domainNow)
  @Problems('not_found', 'domain_busy')
  verify(@Caller() caller: Caller): Promise<SenderDomain> {
    return this.ask(verifyDomain, caller);
  }

  @Post('activate')
  @HttpCode(200)
  @RequiresComms()
  @ApiOperation({
    operationId: 'activateDomain',
    summary: 'Send from the domain',
    description: 'Takes effect within five seconds.',
  })
  @ApiOkResponse(domainNow)
  @Problems('not_found', 'domain_not_verified')
  activate(@Caller() caller: Caller): Promise<SenderDomain> {
    return this.ask(activateDomain, caller);
  }

  @Post('deactivate')
  @HttpCode(200)
  @RequiresComms()
  @ApiOperation({
    operationId: 'deactivateDomain',
    summary: 'Do not send from the domain for now',
    description: 'Takes effect within five seconds. It stays verified.',
  })
  @ApiOkResponse(domainNow)
  @Problems('not_found')
  deactivate(@Caller() caller: Caller): Promise<SenderDomain> {
    return this.ask(deactivateDomain, caller);
  }

  @Post('delete')
  @HttpCode(200)
  @RequiresComms()
  @ApiOperation({
    operationId: 'deleteDomain',
    summary: 'Remove the sender domain',
    description: 'Set up again, it has other records to publish.',
  })
  @ApiOkResponse({ description: 'There is none any more.', type: DomainDeleted })
  @Problems('not_found', 'domain_busy')
  delete(@Caller() caller: Caller): Promise<DomainDeleted> {
    return this.ask(deleteDomain, caller);
  }

  private ask<Reply>(rpc: Rpc<{ accountId: string }, Reply>, { accountId }: Caller): Promise<Reply> {
    return this.rpc.ask(rpc, { accountId }, { timeoutMs });
  }
}
