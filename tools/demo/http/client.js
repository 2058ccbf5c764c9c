/* global fetch, AbortSignal */
import { performance } from 'node:perf_hooks';
import { URLSearchParams } from 'node:url';
import { Deviation } from '../deviation.js';
import { deviationOf, explain, readAnswer } from './answer.js';

const TIMEOUT_MS = 30_000;

/**
 * @typedef {object} Call
 * @property {Record<string, unknown>} [json] The body, as JSON.
 * @property {Record<string, string>} [form] The body, as a form.
 * @property {Record<string, unknown>} [shown] The body as the screen shows it, where that must differ.
 * @property {number | number[]} [expect] The documented status; 200 if missing.
 * @property {string} [type] The documented media type of a success; JSON if missing.
 * @property {(body: any) => string} [tell] What is worth showing of a success.
 */

/** HTTP as an integrator would do it, with every request and answer on the screen. */
export class Client {
  #base;
  #screen;
  #label;
  #headers = {};

  /**
   * @param {string} base Without a slash at the end.
   * @param {import('../screen/screen.js').Screen} screen
   * @param {string} [label] In front of the paths on the screen, where they are not the API's.
   */
  constructor(base, screen, label = '') {
    this.#base = base;
    this.#screen = screen;
    this.#label = label;
  }

  /** @param {string} token */
  authorise(token) {
    this.#headers = { Authorization: `Bearer ${token}` };
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Call} [call]
   * @returns {Promise<import('./answer.js').Answer>}
   * @throws {Deviation} when there is no answer, or one of another status or media type than documented.
   */
  async call(method, path, { json, form, shown = json ?? form, expect = 200, type, tell } = {}) {
    const what = `${method} ${this.#label}${path}`;
    this.#screen.request(what, shown);
    const started = performance.now();
    const answer = await this.#exchange(what, path, { method, ...encode(json, form) });
    const ms = performance.now() - started;
    const deviation = deviationOf(what, answer, { statuses: [expect].flat(), type });
    this.#screen.answer(answer.status, ms, deviation ? explain(answer) : explain(answer, tell));
    if (deviation) throw deviation;
    return answer;
  }

  async #exchange(what, path, { headers, ...init }) {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const all = { ...this.#headers, ...headers };
      return await readAnswer(await fetch(`${this.#base}${path}`, { ...init, headers: all, signal }));
    } catch (error) {
      const reason = error.cause?.code ?? error.cause?.message ?? error.message;
      throw new Deviation(
        `${what} got no answer from ${this.#base} (${reason}). Is the stack still running?`,
      );
    }
  }
}

function encode(json, form) {
  if (json) return { body: JSON.stringify(json), headers: { 'Content-Type': 'application/json' } };
  // fetch sets the content type of a form by itself.
  if (form) return { body: new URLSearchParams(form) };
  return {};
}
