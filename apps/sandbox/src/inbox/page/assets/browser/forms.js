/* global document, fetch, FormData, URLSearchParams */
import { parse, show, showFlash } from './show.js';

/**
 * Forms marked `data-stay` lead back to the page they are on: they are sent without leaving it, so that focus
 * and scroll position stay where they are.
 */
export function sendInPlace() {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!('stay' in form.dataset)) return;
    event.preventDefault();
    void send(form, event.submitter);
  });
}

async function send(form, submitter) {
  const body = new URLSearchParams(new FormData(form, submitter));
  const action = submitter?.getAttribute('formaction') ?? form.action;
  const answer = await fetch(action, { method: 'POST', body }).catch(() => null);
  if (!answer?.headers.get('content-type')?.startsWith('text/html')) {
    // The browser's own way shows what is wrong.
    delete form.dataset.stay;
    form.requestSubmit(submitter);
    return;
  }
  const wanted = parse(await answer.text());
  show(wanted);
  showFlash(wanted);
}
