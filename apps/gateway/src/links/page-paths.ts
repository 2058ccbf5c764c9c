/** Addresses of the unsubscribe page. */
export const unsubscribePrefix = '/unsubscribe/';

/** Where people come from an e-mail: what goes wrong there is told on a page, and forms are posted there. */
export const isPagePath = (url: string): boolean =>
  url.startsWith('/rsvp/') || url.startsWith(unsubscribePrefix);
