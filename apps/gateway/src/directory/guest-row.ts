import type { Sql } from '@qflow/persistence';
import { instant } from './find-event.js';
import type { GuestView } from './guest.dto.js';

/** A row of `guests`, by column name. */
export interface GuestRow {
  account_id: string;
  id: string;
  event_id: string;
  first_name: string;
  other_names: string;
  last_name: string;
  email: string | null;
  plus_ones: number;
  additional_info: string;
  barcode: string;
  tags: string;
  custom_fields: Record<string, string>;
  /** RFC 3339, UTC. */
  valid_from: string | null;
  valid_to: string | null;
  correlation_id: string | null;
  comms_template_id: string | null;
  template_version: number | null;
  send_id: string | null;
  created_at: string;
  updated_at: string;
}

/** What the guest itself adds later. */
export interface StoredGuest extends GuestRow {
  rsvp: 'yes' | 'no' | null;
}

/** For set-based inserts: each column's type, in order. */
export const guestColumns: Record<keyof GuestRow, string> = {
  account_id: 'uuid',
  id: 'uuid',
  event_id: 'uuid',
  first_name: 'text',
  other_names: 'text',
  last_name: 'text',
  email: 'text',
  plus_ones: 'int',
  additional_info: 'text',
  barcode: 'text',
  tags: 'text',
  custom_fields: 'jsonb',
  valid_from: 'timestamptz',
  valid_to: 'timestamptz',
  correlation_id: 'text',
  comms_template_id: 'uuid',
  template_version: 'int',
  send_id: 'uuid',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
};

/** `SELECT` items over `guests g` that yield {@link StoredGuest}. */
export const selectedColumns = [...Object.entries(guestColumns), ['rsvp', 'text']]
  .map(([name, type]) => (type === 'timestamptz' ? `${instant(`g.${name}`)} AS ${name}` : `g.${name}`))
  .join(', ');

export const selectGuest = `SELECT ${selectedColumns} FROM guests g`;

/** Undefined where the guest is unknown or another account's. */
export async function findGuest(sql: Sql, accountId: string, id: string): Promise<StoredGuest | undefined> {
  const [guest] = await sql<StoredGuest>(`${selectGuest} WHERE g.account_id = $1 AND g.id = $2`, [
    accountId,
    id,
  ]);
  return guest;
}

export const guestView = (row: StoredGuest): GuestView => ({
  id: row.id,
  eventId: row.event_id,
  firstName: row.first_name,
  otherNames: row.other_names,
  lastName: row.last_name,
  email: row.email,
  plusOnes: row.plus_ones,
  additionalInfo: row.additional_info,
  barcode: row.barcode,
  tags: row.tags,
  validFrom: row.valid_from,
  validTo: row.valid_to,
  customFields: row.custom_fields,
  commsTemplateId: row.comms_template_id,
  correlationId: row.correlation_id,
  attendeeInvitationId: row.send_id,
  rsvp: row.rsvp,
  created: row.created_at,
  updated: row.updated_at,
});
