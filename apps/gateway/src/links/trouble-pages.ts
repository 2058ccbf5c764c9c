import { markup } from './html.js';
import { page } from './page.js';

export const unknownPage = (): string =>
  page(
    'This link does not work',
    markup`<p>It may have been cut off on its way. Open it from your e-mail again, or ask the organiser.</p>`,
  );

/** @param undone what has not happened, as the second half of a sentence */
export const troublePage = (undone: string): string =>
  page(
    'Please try again',
    markup`<p>Something went wrong on our side, and ${undone}. Try again in a minute.</p>`,
  );
