/** What SendGrid takes for the end of the name, or for another address, whatever quotes are around it. */
const misread = /[(),:;<>@[\]\\"\p{Cc}]+/gu;

/**
 * A recipient's name as SendGrid can carry it. Of `to`, it pastes name and address together without escaping: the
 * mail to "Smith, Jr." goes to an address "smith", is dropped as invalid, and nobody gets it (SendGrid, "Mail Send
 * Limitations"; sendgrid-nodejs issue 448). `from` and `reply_to` it escapes by itself.
 * @returns undefined where nothing is left
 */
export const recipientName = (name: string | undefined): string | undefined =>
  name?.replace(misread, ' ').replace(/\s+/g, ' ').trim() || undefined;
