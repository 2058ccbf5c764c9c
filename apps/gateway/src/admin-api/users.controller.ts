import { Get, HttpCode, Inject, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CodedError } from '@qflow/contracts';
import { sqlOf } from '@qflow/persistence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { changeUser } from '../admin/change-user.js';
import { createUser } from '../admin/create-user.js';
import { requirePin } from '../admin/enterprises.js';
import { listUsers, requireUser } from '../admin/users.js';
import { hashPassword } from '../identity/passwords.js';
import { ApiPage, linkNext, pageOf } from '../paging/page.js';
import { Problems } from '../problem/problems.js';
import { DescribeGuidParam, GuidParam } from '../validation/guid-params.js';
import { ValidBody } from '../validation/valid-body.js';
import { ValidQuery } from '../validation/valid-query.js';
import { Changes } from './changes.js';
import { OperatorController } from './operator-controller.js';
import { Actor } from './operator.js';
import { ChangeUser, checkSomething, CreateUser, UsersQuery, UserView } from './user.dto.js';

@OperatorController('users')
export class UsersController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ operationId: 'createUser', summary: 'Create a user with an account of its own' })
  @ApiOkResponse({ description: 'The user.', type: UserView })
  @Problems('not_found', 'already_exists')
  async create(@Actor() actor: string, @ValidBody(CreateUser) body: CreateUser): Promise<UserView> {
    const { email, password, enterprise: pin = null } = body;
    const passwordHash = await hashPassword(password);
    return this.changes.make(actor, async (change) => {
      // An operator who mistypes the pin wants no new enterprise.
      if (pin !== null) await requirePin(change.sql, pin);
      const { isNew, ...user } = await createUser(change, {
        email: email.toLowerCase(),
        passwordHash,
        pin,
        comms: body.commsEnabled ?? false,
        trust: body.trust ?? 'unverified',
      });
      if (!isNew) throw new CodedError('already_exists', 'There is a user with this e-mail address already.');
      return body.rateLimits ? changeUser(change, user.id, { rateLimits: body.rateLimits }) : user;
    });
  }

  @Get()
  @ApiOperation({
    operationId: 'listUsers',
    summary: 'List users, or find them by e-mail address',
    description: 'In the order of their e-mail addresses.',
  })
  @ApiPage({ description: 'Users.', type: [UserView] })
  async list(
    @ValidQuery(UsersQuery) query: UsersQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserView[]> {
    const { items, next } = await listUsers(sqlOf(this.dataSource), query, pageOf(query));
    linkNext(request, reply, next);
    return items;
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getUser', summary: 'Get a user' })
  @DescribeGuidParam('id', 'The user.')
  @ApiOkResponse({ description: 'The user.', type: UserView })
  @Problems('not_found')
  get(@GuidParam('id') id: string): Promise<UserView> {
    return requireUser(sqlOf(this.dataSource), id);
  }

  @Patch(':id')
  @ApiOperation({
    operationId: 'changeUser',
    summary: 'Grant or revoke rights, set limits or a password, disable or enable a user',
    description: 'What is left out stays. Rights and limits take effect within five seconds.',
  })
  @DescribeGuidParam('id', 'The user.')
  @ApiOkResponse({ description: 'The user as it is now.', type: UserView })
  @Problems('not_found')
  async change(
    @Actor() actor: string,
    @GuidParam('id') id: string,
    @ValidBody(ChangeUser, checkSomething) { password, ...values }: ChangeUser,
  ): Promise<UserView> {
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    return this.changes.make(actor, (change) => changeUser(change, id, { ...values, passwordHash }));
  }
}
