import { pointerPart } from './describe-error.js';

/** Deeper bodies are refused for that, and what they repeat does not matter. */
const maxDepth = 64;

const quote = 0x22;
const colon = 0x3a;
const backslash = 0x5c;

/**
 * Finds a name that one object of a JSON text has twice. RFC 8259 §4 leaves open which of the two counts, so that a
 * proxy, a log and this server may read three different requests.
 * @param text valid JSON @param value what it was parsed to
 * @returns the path of the first repetition
 */
export function repeatedName(text: string, value: unknown): string | undefined {
  // Each member has one colon, and a repeated one is lost in parsing: the counts tell, at a fraction of a parser's cost.
  return colonsIn(text) === membersOf(value) ? undefined : findRepetition(text);
}

function colonsIn(text: string): number {
  let colons = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === colon) colons++;
    else if (code === quote) at = closingQuote(text, at);
  }
  return colons;
}

/** @param at where the string opens */
function closingQuote(text: string, at: number): number {
  let end = text.indexOf('"', at + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === backslash) backslashes++;
  return backslashes % 2 === 1;
}

function membersOf(value: unknown): number {
  let members = 0;
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const inner: unknown[] = Array.isArray(next) ? next : Object.values(next);
    if (inner !== next) members += inner.length;
    for (const one of inner) if (typeof one === 'object' && one !== null) open.push(one);
  }
  return members;
}

/** An object or array that the scan is inside of. */
interface Place {
  /** Names so far; undefined in an array. */
  names: Set<string> | undefined;
  /** The name or index of what is being scanned. */
  part: string | number;
  /** In an object, whether the next string is a name. */
  expectsName: boolean;
}

function findRepetition(text: string): string | undefined {
  const places: Place[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    const place = places.at(-1);
    if (character === '{') places.push({ names: new Set(), part: '', expectsName: true });
    else if (character === '[') places.push({ names: undefined, part: 0, expectsName: false });
    else if (character === '}' || character === ']') places.pop();
    else if (character === ',') advance(place);
    else if (character === '"') {
      const end = closingQuote(text, at);
      if (place?.expectsName && !takeName(place, text.slice(at, end + 1))) return pathOf(places);
      at = end;
    }
    if (places.length > maxDepth) return undefined;
  }
  return undefined;
}

function advance(place: Place | undefined): void {
  if (typeof place?.part === 'number') place.part++;
  else if (place) place.expectsName = true;
}

/** @returns whether the name is new */
function takeName(place: Place, literal: string): boolean {
  const name = JSON.parse(literal) as string;
  place.part = name;
  place.expectsName = false;
  if (place.names?.has(name)) return false;
  place.names?.add(name);
  return true;
}

const pathOf = (places: readonly Place[]): string =>
  places.map(({ part }) => `/${pointerPart(String(part))}`).join('');
