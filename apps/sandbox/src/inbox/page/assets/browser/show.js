/* global document, DOMParser */
import { morph } from './morph.js';

/** The page that an answer brought, to be shown with {@link show}. */
export const parse = (html) => new DOMParser().parseFromString(html, 'text/html');

/** Shows a newer state of the page that is open: the parts of it that change are marked `data-live`. */
export function show(wanted) {
  const known = rowIds(document);
  for (const part of document.querySelectorAll('[data-live]')) {
    const next = wanted.getElementById(part.id);
    if (next) morph(part, next);
  }
  document.title = wanted.title;
  greet([...rowIds(document)].filter((id) => !known.has(id)));
}

/** What came of a form that was just sent. It stays until the next one, whatever becomes of the rest. */
export function showFlash(wanted) {
  const flash = document.getElementById('flash');
  morph(flash, wanted.getElementById('flash'));
}

const rowIds = (page) => new Set([...page.querySelectorAll('main [data-row]')].map(({ id }) => id));

/** Marks what is new for the eye, and says so to whoever listens. */
function greet(ids) {
  for (const id of ids) document.getElementById(id).classList.add('fresh');
  if (ids.length === 0) return;
  document.getElementById('news').textContent =
    ids.length === 1 ? '1 new entry' : `${ids.length} new entries`;
}
