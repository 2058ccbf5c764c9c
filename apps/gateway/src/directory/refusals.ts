import { CodedError, invalidField } from '@qflow/contracts';

/** Why a guest cannot be stored, in the words of every route. */
export const barcodeTaken = (): CodedError =>
  invalidField('/barcode', 'belongs to another guest of this event');

export const guestOfAnotherEvent = (): CodedError =>
  new CodedError('not_found', 'This event has no guest with this id: another event of yours has.');

/** An attendee that is unknown, and one of another account, in the same words. */
export const noSuchGuest = (): CodedError => new CodedError('not_found', 'The attendee does not exist.');
