/* global document */

const FIELDS = 'input:not([type="checkbox"], [type="radio"]), select, textarea';
const ROWS = 'main [data-row] > a';

/**
 * Keys for what the page offers anyway: whatever has `aria-keyshortcuts` is focused (a field) or clicked (all
 * else). In a list j and k go from message to message, and Enter opens, as it does on every link.
 */
export function listenForKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches(FIELDS)) {
      if (event.key === 'Escape') event.target.blur();
    } else if (press(event.key)) {
      event.preventDefault();
    }
  });
  document.querySelector('[data-row] > [aria-current]')?.scrollIntoView({ block: 'nearest' });
}

/** @returns whether the key means something here */
function press(key) {
  const target = [...document.querySelectorAll('[aria-keyshortcuts]')].find((one) =>
    one.getAttribute('aria-keyshortcuts').split(' ').includes(key),
  );
  if (target) {
    if (target.matches(FIELDS)) target.select();
    else target.click();
  }
  return Boolean(target) || (key === 'j' && step(1)) || (key === 'k' && step(-1));
}

/** Moves the focus along the rows of a list. */
function step(by) {
  const rows = [...document.querySelectorAll(ROWS)];
  const at = rows.indexOf(document.activeElement);
  const next = rows[at === -1 ? 0 : at + by];
  next?.focus();
  return Boolean(next);
}
