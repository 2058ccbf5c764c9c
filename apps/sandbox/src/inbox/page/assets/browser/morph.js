/* global document, Node */

/** What the person at the page decides, and a newer page does not know. */
const theirs = new Set(['open']);

/**
 * Turns one element into another of its kind by changing only what differs, so that focus, selection, scroll
 * positions, half-filled forms and unfolded details stay. Children with ids are told apart by them.
 *
 * @param {Element} element in the document
 * @param {Element} wanted in another document
 */
export function morph(element, wanted) {
  if (element.isEqualNode(wanted)) return;
  copyAttributes(element, wanted);
  removeGone(element, wanted);
  let next = element.firstChild;
  for (const child of wanted.childNodes) {
    if (next && isSame(next, child)) {
      if (next.nodeType === Node.ELEMENT_NODE) morph(next, child);
      else if (next.data !== child.data) next.data = child.data;
      next = next.nextSibling;
    } else {
      element.insertBefore(document.importNode(child, true), next);
    }
  }
  while (next) {
    const after = next.nextSibling;
    next.remove();
    next = after;
  }
}

/** Whether one can be turned into the other. */
function isSame(node, other) {
  return node.nodeType === other.nodeType && node.nodeName === other.nodeName && idOf(node) === idOf(other);
}

const idOf = (node) => node.id ?? '';

function copyAttributes(element, wanted) {
  for (const { name } of [...element.attributes]) {
    if (!theirs.has(name) && !wanted.hasAttribute(name)) element.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (!theirs.has(name) && element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
}

/** First of all: what follows a row that has gone can then stay where it is, and keep the focus. */
function removeGone(element, wanted) {
  const stay = new Set([...wanted.children].map(({ id }) => id));
  for (const child of [...element.children]) {
    if (child.id && !stay.has(child.id)) child.remove();
  }
}
