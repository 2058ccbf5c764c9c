import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { addressKey, homeKey, nameKey } from './guessing/guess-key.js';
import { GuessLimiter, passwordPolicy } from './guessing/guess-limiter.js';
import { logIn, type KnownUser } from './log-in.js';
import { prepareStandIn } from './passwords.js';

/**
 * Logins with a password, slowed down for a name and an address after wrong ones. At an address that the name has
 * logged in from, its counter is one of its own.
 */
@Injectable()
export class PasswordLogin implements OnModuleInit {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(GuessLimiter) private readonly guesses: GuessLimiter,
  ) {}

  async onModuleInit(): Promise<void> {
    await prepareStandIn();
  }

  /**
   * @param ip where the attempt comes from
   * @returns undefined whichever of name and password is wrong
   * @throws CodedError `rate_limit` where name or address are slowed, be the password right or wrong; `unavailable`
   * where too many logins wait
   */
  async attempt(username: string, password: string, ip: string): Promise<KnownUser | undefined> {
    const [name, home, address] = [nameKey(username), homeKey(username, ip), addressKey('address', ip)];
    this.guesses.refuseKnown([address]);
    // Or whoever knows a name could keep its owner out for as long as they go on guessing, from anywhere.
    const isHome = await this.guesses.isHome(home);
    const keys = [isHome ? home : name, address];
    await this.guesses.admit(keys);
    const user = await logIn(sqlOf(this.dataSource), username, password, () =>
      // Others may have failed while this one waited for its turn: no need to compute anything then.
      this.guesses.refuseKnown(keys),
    );
    if (user) await this.guesses.succeeded(keys, isHome ? null : name, home);
    else await this.guesses.failed(keys, passwordPolicy);
    return user;
  }
}
