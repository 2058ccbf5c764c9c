import { describe, expect, it } from '@jest/globals';
import { CodedError, isId, type SaveTemplate } from '@qflow/contracts';
import { readDraft } from './read-draft.js';

const request: SaveTemplate = {
  accountId: '11111111-1111-4111-8111-111111111111',
  id: '22222222-2222-4222-8222-222222222222',
  eventId: '33333333-3333-4333-8333-333333333333',
  name: 'Ticket confirmation v1',
  subject: 'Your ticket for {{event}}',
  html: '<p>Hello {{firstname}}</p>',
  fromAddress: 'tickets@yourcompany.com',
  fromName: 'Your Company Tickets',
  replyTo: 'support@yourcompany.com',
};

const read = (change: object) => readDraft({ ...request, ...change });

function errorsOf(change: object): CodedError['extras']['errors'] {
  try {
    read(change);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'validation_error') return error.extras.errors;
    throw error;
  }
  return undefined;
}

describe('readDraft', () => {
  it('takes over a complete template', () => {
    expect(readDraft(request)).toEqual(request);
  });

  it('mints an id where there is none', () => {
    const [one, other] = [read({ id: undefined }).id, read({ id: null }).id];
    expect([isId(one), isId(other), one === other]).toEqual([true, true, false]);
  });

  it.each([undefined, null, ''])('takes %j for no sender name and no reply address', (value) => {
    expect(read({ fromName: value, replyTo: value })).toMatchObject({ fromName: null, replyTo: null });
  });

  it.each<[path: string, message: string, change: object]>([
    ['/id', 'must be a lower-case GUID', { id: 'mine' }],
    ['/id', 'must be a lower-case GUID', { id: request.id?.toUpperCase().replace('2', 'A') }],
    ['/eventId', 'must be a lower-case GUID', { eventId: undefined }],
    ['/accountId', 'must be a lower-case GUID', { accountId: 7 }],
    ['/name', 'is required', { name: undefined }],
    ['/name', 'must not be empty', { name: '' }],
    ['/name', 'must not be empty', { name: ' \n ' }],
    ['/name', 'must be a string', { name: 7 }],
    ['/name', 'must be a string', { name: null }],
    ['/name', 'must be at most 200 characters long', { name: 'x'.repeat(201) }],
    ['/subject', 'must not contain line breaks', { subject: 'Hi\r\nBcc: all@example.com' }],
    ['/subject', 'must be at most 2000 characters long', { subject: 'x'.repeat(2001) }],
    ['/html', 'is required', { html: undefined }],
    ['/html', 'must not contain NUL characters', { html: '<p>\0</p>' }],
    ['/html', 'must be valid Unicode, without lone surrogates', { html: '<p>\ud800</p>' }],
    ['/html', 'must be at most 524288 characters long', { html: 'x'.repeat(524_289) }],
    ['/html', 'has 1000002 bytes as JSON, at most 900000 are allowed', { html: '"'.repeat(500_000) }],
    ['/fromAddress', 'must be an e-mail address such as ada@example.com', { fromAddress: 'me' }],
    ['/fromAddress', 'must be an e-mail address such as ada@example.com', { fromAddress: 'a@b.c, d@e.f' }],
    ['/fromAddress', 'must be at most 254 characters long', { fromAddress: `${'x'.repeat(251)}@b.c` }],
    ['/fromName', 'must not contain line breaks', { fromName: 'A\nB' }],
    ['/replyTo', 'must be an e-mail address such as ada@example.com', { replyTo: '<a@b.c>' }],
  ])('says that %s %s', (path, message, change) => {
    expect(errorsOf(change)).toEqual([{ path, message }]);
  });

  it('names every field that is wrong, in the words too', () => {
    const wrong = { name: '', fromAddress: 'me' };
    expect(errorsOf(wrong)?.map(({ path }) => path)).toEqual(['/name', '/fromAddress']);
    expect(() => read(wrong)).toThrow(
      '/name must not be empty; /fromAddress must be an e-mail address such as ada@example.com',
    );
  });
});
