import { describe, expect, it } from '@jest/globals';
import { isSameContent, type TemplateContent } from './template-content.js';

const content: TemplateContent = {
  name: 'Tickets',
  subject: 'Your ticket',
  html: '<p>Hello</p>',
  fromAddress: 'tickets@example.com',
  fromName: null,
  replyTo: null,
};

describe('isSameContent', () => {
  it('is true for equal content', () => {
    expect(isSameContent(content, { ...content })).toBe(true);
  });

  it.each<Partial<TemplateContent>>([
    { name: 'Ticket' },
    { subject: 'Your ticket ' },
    { html: '<p>hello</p>' },
    { fromAddress: 'Tickets@example.com' },
    { fromName: 'Tickets' },
    { replyTo: 'support@example.com' },
  ])('is false when %j changes', (change) => {
    expect(isSameContent(content, { ...content, ...change })).toBe(false);
  });
});
