/**
 * Tells the person in front of the terminal what goes on: one line per step, with the time it took. A terminal
 * sees the running step tick; a log file gets a line whenever a step has been quiet for long.
 *
 * Plain JavaScript because `tools/start.js` needs it before anything is installed or built.
 */
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';

/** How often a running step is redrawn on a terminal, and how often it is mentioned again in a log. */
const TICK_MS = { terminal: 100, log: 10_000 };
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/**
 * @typedef {object} StepReport
 * @property {(text: string) => void} detail What the step is at right now.
 * @property {(text: string) => void} title Replaces the step's title, for instance by what came out of it.
 *
 * @typedef {object} Progress
 * @property {<T>(title: string, work: (report: StepReport) => Promise<T> | T) => Promise<T>} step
 *   Runs one step and tells how long it took; an error passes through after the step was marked as failed.
 * @property {(line: string) => void} note Prints a line above the running step.
 */

/**
 * @param {NodeJS.WriteStream} [stream]
 * @returns {Progress}
 */
export function createProgress(stream = process.stdout) {
  const terminal = Boolean(stream.isTTY);
  /** The running step's line, while it stands on a terminal. */
  let open = '';

  /** @param {string} line */
  const draw = (line) => {
    const width = Math.max(20, stream.columns ?? 80) - 1;
    open = line;
    stream.write(`\r\x1b[2K${line.slice(0, width)}`);
  };
  /** @param {string} line */
  const note = (line) => {
    if (!open) return void stream.write(`${line}\n`);
    stream.write(`\r\x1b[2K${line}\n`);
    draw(open);
  };
  /** @param {string} line */
  const close = (line) => {
    stream.write(open ? `\r\x1b[2K${line}\n` : `${line}\n`);
    open = '';
  };

  return {
    note,
    async step(title, work) {
      const started = performance.now();
      const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
      let detail = '';
      let frame = 0;
      const running = () => `${title}${detail && `: ${detail}`} (${seconds()})`;
      const tick = () =>
        terminal ? draw(`${FRAMES[frame++ % FRAMES.length]} ${running()}`) : note(`… ${running()}`);
      const timer = setInterval(tick, terminal ? TICK_MS.terminal : TICK_MS.log);
      if (terminal) tick();
      try {
        const result = await work({
          detail: (text) => void (detail = text),
          title: (text) => void (title = text),
        });
        close(`✓ ${title} (${seconds()})`);
        return result;
      } catch (error) {
        close(`✗ ${title} (${seconds()})`);
        throw error;
      } finally {
        clearInterval(timer);
      }
    },
  };
}

/**
 * Says nothing: for programs that start a stack and have their own way of telling.
 * @type {Progress}
 */
export const silentProgress = {
  note() {},
  async step(_title, work) {
    return work({ detail() {}, title() {} });
  },
};
