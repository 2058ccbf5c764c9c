import { performance } from 'node:perf_hooks';
import { styleText } from 'node:util';
import { wrapJson } from './wrap-json.js';

const INDENT = ' '.repeat(16);
const BODY_WIDTH = 88;

/** @typedef {ReturnType<typeof createScreen>} Screen */

/**
 * Prints what happens, when it happens: one line each for a request, an answer and an event, with the time since
 * the start in front.
 * @param {NodeJS.WriteStream} [stream]
 */
export function createScreen(stream = process.stdout) {
  const started = performance.now();
  // https://no-color.org: any value but an empty one.
  const coloured = Boolean(stream.isTTY) && !process.env.NO_COLOR;
  const paint = (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text);
  const print = (line = '') => void stream.write(`${line}\n`);
  const elapsed = () => `${((performance.now() - started) / 1000).toFixed(3)} s`.padStart(11);
  const line = (sign, text) => print(`${paint('dim', elapsed())}  ${sign}  ${text}`);
  let steps = 0;
  // Whoever pipes us into `head` has read enough; the demo plays on.
  stream.on('error', () => {});

  return {
    print,
    paint,
    /** @param {string} text */
    title: (text) => print(paint('bold', text)),
    /** @param {string} text */
    step: (text) => print(`\n${paint('bold', `${String(++steps).padStart(2)}. ${text}`)}`),
    /** What is worth knowing before the next line. @param {string} text */
    note: (text) => print(paint('dim', `${INDENT}${text}`)),
    /**
     * @param {string} what Method and path.
     * @param {Record<string, unknown>} [body]
     */
    request(what, body) {
      line(paint('cyan', '→'), paint('bold', what));
      if (body) for (const text of wrapJson(body, BODY_WIDTH)) print(paint('dim', `${INDENT}${text}`));
    },
    /**
     * @param {number} status
     * @param {number} ms How long the answer took.
     * @param {string} text What it said.
     */
    answer(status, ms, text) {
      const colour = status < 400 ? 'green' : 'yellow';
      line(paint('cyan', '←'), `${paint(colour, String(status))}  ${milliseconds(ms)}  ${text}`);
    },
    /** @param {string} type @param {string} text */
    event: (type, text) => line(paint('magenta', '◆'), `${paint('magenta', type.padEnd(15))}  ${text}`),
    /** Something was checked and is as documented. @param {string} text */
    verified: (text) => line(paint('green', '✓'), text),
    /** @param {string} text */
    failed: (text) => line(paint('red', '✗'), paint('red', text)),
  };
}

/** @param {number} ms */
export const milliseconds = (ms) => `${Math.round(ms)} ms`.padStart(7);
