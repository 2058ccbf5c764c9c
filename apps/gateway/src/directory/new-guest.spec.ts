import { describe, expect, it } from '@jest/globals';
import { newIds } from '../idempotency/new-ids.js';
import { mintGuestIds, newGuest } from './new-guest.js';

const accountId = '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41';
const eventId = '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e42';
const minted = mintGuestIds(newIds(undefined));
const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('newGuest', () => {
  it('mints what is missing and plans no send without a template', () => {
    const row = newGuest(accountId, { eventId }, null, minted);
    expect(row.id).toMatch(uuidv7);
    expect(row.barcode).toMatch(/^[A-Z0-9]{16}$/);
    expect(row).toMatchObject({
      email: null,
      send_id: null,
      comms_template_id: null,
      template_version: null,
    });
  });

  it('plans a send of the newest version', () => {
    const row = newGuest(accountId, { eventId }, { id: 't', eventId, version: 7 }, minted);
    expect(row).toMatchObject({ comms_template_id: 't', template_version: 7 });
    expect(row.send_id).toMatch(uuidv7);
  });

  it('gets the same ids in a repetition, whether there is a template by then or not', () => {
    const seed = '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e43';
    const template = { id: 't', eventId, version: 7 };
    const [first, plain, again] = [template, null, template].map((one) =>
      newGuest(accountId, { eventId }, one, mintGuestIds(newIds(seed))),
    );
    expect([plain?.id, again?.id]).toEqual([first?.id, first?.id]);
    expect(again?.send_id).toBe(first?.send_id);
    expect(first?.send_id).not.toBe(first?.id);
  });

  it('writes instants in UTC with milliseconds', () => {
    const row = newGuest(accountId, { eventId, validFrom: '2026-06-21T19:00:00+02:00' }, null, minted);
    expect(row.valid_from).toBe('2026-06-21T17:00:00.000Z');
  });
});
