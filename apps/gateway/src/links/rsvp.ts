import { Inject, Injectable } from '@nestjs/common';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { expiryOf, Links } from './links.js';
import type { Invitation } from './rsvp-pages.js';
import type { RsvpLink } from './rsvp-token.js';

/** What an RSVP link leads to. */
export type RsvpLookup =
  | { is: 'open'; link: RsvpLink; invitation: Invitation }
  | { is: 'expired'; invitation: Invitation }
  | { is: 'unknown' };

const localTime = (column: string): string => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS')`;

/** A guest's own answer to an invitation. */
@Injectable()
export class Rsvp {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Links) private readonly links: Links,
  ) {}

  /**
   * Looks, and changes nothing. A link expires with the event it was made for; where the event has been put off
   * since, with the event as it is now.
   */
  async look(token: string): Promise<RsvpLookup> {
    const link = this.links.readRsvp(token);
    const invitation = link && (await this.invitation(link));
    if (!invitation) return { is: 'unknown' };
    const expiresAt = Math.max(link.expiresAt, expiryOf(invitation.endTime));
    return expiresAt * 1000 < Date.now() ? { is: 'expired', invitation } : { is: 'open', link, invitation };
  }

  /** Stores the answer of the link; the last one counts, and the same one again changes nothing. */
  async answer(token: string): Promise<RsvpLookup> {
    const found = await this.look(token);
    if (found.is === 'open')
      await sqlOf(this.dataSource)(
        `UPDATE guests SET rsvp = $3, rsvp_at = now(), updated_at = now()
          WHERE account_id = $1 AND id = $2 AND rsvp IS DISTINCT FROM $3`,
        [found.link.accountId, found.link.guestId, found.link.answer],
      );
    return found;
  }

  private async invitation({ accountId, guestId }: RsvpLink): Promise<Invitation | undefined> {
    const [invitation] = await sqlOf(this.dataSource)<Invitation>(
      `SELECT concat_ws(' ', NULLIF(g.first_name, ''), NULLIF(g.last_name, '')) AS "guestName", g.rsvp, e.title,
              e.company_name AS "companyName", e.time_zone_id AS "timeZoneId",
              ${localTime('e.start_time')} AS "startTime", ${localTime('e.end_time')} AS "endTime"
         FROM guests g JOIN events e ON e.account_id = g.account_id AND e.id = g.event_id
        WHERE g.account_id = $1 AND g.id = $2`,
      [accountId, guestId],
    );
    return invitation;
  }
}
