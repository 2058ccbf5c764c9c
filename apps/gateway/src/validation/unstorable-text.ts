import { toUSVString } from 'node:util';
import type { FieldError } from '@qflow/contracts';
import { pointerPart } from './describe-error.js';

/** Nesting beyond this is no API request; a bound keeps the walk's memory small whatever arrives. */
const maxDepth = 32;

interface Place {
  value: unknown;
  path: string;
  depth: number;
}

/**
 * Finds text that PostgreSQL cannot store or UTF-8 cannot carry: NUL characters and lone surrogates, in values and
 * in names, anywhere in a parsed body. Walks with a stack of its own, because a megabyte of `[` is deeper than the
 * call stack.
 */
export function unstorableText(body: unknown): FieldError[] {
  // Nearly every body is fine, and needs neither paths nor a stack to find that out.
  return isStorable(body, 0) ? [] : flawsOf(body);
}

/** Whether there is nothing to report; false also where it is nested too deeply. */
function isStorable(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return flawOf(value) === undefined;
  if (typeof value !== 'object' || value === null) return true;
  if (depth === maxDepth) return false;
  if (Array.isArray(value)) return value.every((inner) => isStorable(inner, depth + 1));
  for (const name in value)
    if (flawOf(name) !== undefined || !isStorable((value as Record<string, unknown>)[name], depth + 1))
      return false;
  return true;
}

function flawsOf(body: unknown): FieldError[] {
  const errors: FieldError[] = [];
  const open: Place[] = [{ value: body, path: '', depth: 0 }];
  for (let place = open.pop(); place; place = open.pop()) {
    const { value, path, depth } = place;
    if (typeof value === 'string') report(errors, value, path);
    else if (typeof value === 'object' && value !== null) {
      if (depth === maxDepth)
        return [{ path: '/', message: `must not be nested deeper than ${maxDepth} levels` }];
      for (const [name, inner] of Object.entries(value)) {
        const innerPath = `${path}/${pointerPart(name)}`;
        report(errors, name, innerPath);
        // Numbers and booleans are harmless, and most of a large body.
        if (typeof inner === 'string' || typeof inner === 'object')
          open.push({ value: inner, path: innerPath, depth: depth + 1 });
      }
    }
  }
  return errors;
}

function report(errors: FieldError[], text: string, path: string): void {
  const message = flawOf(text);
  // The path goes back to the caller, and must not repeat what makes it unprintable.
  if (message) errors.push({ path: toUSVString(path || '/').replaceAll('\0', '\uFFFD'), message });
}

function flawOf(text: string): string | undefined {
  if (text.includes('\0')) return 'must not contain NUL characters';
  if (toUSVString(text) !== text) return 'must be valid Unicode, without lone surrogates';
  return undefined;
}
