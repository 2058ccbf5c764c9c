import { Inject, Injectable } from '@nestjs/common';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { Links } from './links.js';
import type { Invitation } from './rsvp-pages.js';
import type { RsvpLink } from './rsvp-token.js';

/** What an RSVP link leads to. */
export type RsvpLookup =
  { is: 'open'; link: RsvpLink; invitation: Invitation } | { is: 'expired' } | { is: 'unknown' };

const columns = `g.first_name AS "firstName", e.title,
  to_char(e.start_time, 'YYYY-MM-DD"T"HH24:MI:SS') AS "startTime", e.time_zone_id AS "timeZoneId", g.rsvp`;

const thatEvent = 'e.account_id = g.account_id AND e.id = g.event_id';

/** A guest's own answer to an invitation. */
@Injectable()
export class Rsvp {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Links) private readonly links: Links,
  ) {}

  /** Looks, and changes nothing. */
  look(token: string): Promise<RsvpLookup> {
    return this.follow(
      token,
      `SELECT ${columns} FROM guests g JOIN events e ON ${thatEvent} WHERE g.account_id = $1 AND g.id = $2`,
    );
  }

  /** Stores the answer of the link; the last one counts. */
  answer(token: string): Promise<RsvpLookup> {
    return this.follow(
      token,
      `UPDATE guests g SET rsvp = $3, rsvp_at = now(), updated_at = now() FROM events e
        WHERE ${thatEvent} AND g.account_id = $1 AND g.id = $2 RETURNING ${columns}`,
      (link) => [link.answer],
    );
  }

  private async follow(
    token: string,
    statement: string,
    more: (link: RsvpLink) => unknown[] = () => [],
  ): Promise<RsvpLookup> {
    const link = this.links.readRsvp(token);
    if (!link) return { is: 'unknown' };
    if (link.expiresAt * 1000 < Date.now()) return { is: 'expired' };
    const [invitation] = await sqlOf(this.dataSource)<Invitation>(statement, [
      link.accountId,
      link.guestId,
      ...more(link),
    ]);
    return invitation ? { is: 'open', link, invitation } : { is: 'unknown' };
  }
}
