/* global document, fetch, location, AbortController, window */
import { parse, show } from './show.js';

const WAIT_SECONDS = 25;
/** Between two answers at least, and after a failure. */
const BREATH_MS = 300;
const RETRY_MS = 2000;

/** Of the newest state of the page that was seen. */
let { etag } = document.documentElement.dataset;

/**
 * Keeps the page as it would be after a reload: asks the sandbox for the page when it looks different, again
 * and again. A tab in the background does not ask, because a browser has few connections to one server.
 */
export async function keepFresh() {
  for (;;) {
    await untilVisible();
    const ok = await askOnce();
    await pause(ok ? BREATH_MS : RETRY_MS);
  }
}

/** @returns whether the sandbox answered as it should */
async function askOnce() {
  const hidden = new AbortController();
  const stop = () => document.hidden && hidden.abort();
  document.addEventListener('visibilitychange', stop);
  try {
    return await ask(hidden.signal);
  } catch {
    if (!hidden.signal.aborted) tell('offline');
    return hidden.signal.aborted;
  } finally {
    document.removeEventListener('visibilitychange', stop);
  }
}

async function ask(signal) {
  // At first, and after trouble, only to hear whether the sandbox is there.
  const wait = document.documentElement.dataset.state === 'live' ? WAIT_SECONDS : 0;
  const headers = { 'if-none-match': etag, prefer: `wait=${wait}` };
  const answer = await fetch(location.href, { headers, signal, cache: 'no-store' });
  const isPage = answer.headers.get('content-type')?.startsWith('text/html');
  if (isPage) {
    show(parse(await answer.text()));
    etag = answer.headers.get('etag');
  }
  const ok = isPage || answer.status === 304;
  tell(ok ? 'live' : 'offline');
  return ok;
}

/** Whether what is shown is what is so: the stylesheet has words for both. */
function tell(state) {
  document.documentElement.dataset.state = state;
}

const pause = (ms) => new Promise((resolve) => window.setTimeout(resolve, ms));

const untilVisible = () =>
  new Promise((resolve) => {
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    look();
  });
