import { execFile } from 'node:child_process';
import { environment, root } from '../workspace/run.js';

/** A program that could not do what it was asked to. */
export class CommandError extends Error {
  /**
   * @param {string} command As it was typed.
   * @param {string} output What it said about it.
   */
  constructor(command, output) {
    super(`${command} failed:\n${output.replace(/^/gm, '    ')}`);
    this.output = output;
  }
}

/**
 * Runs a program to its end.
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<string>} what it printed.
 * @throws {CommandError}
 */
export function capture(program, args) {
  const options = { cwd: root, env: environment(), maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else reject(new CommandError([program, ...args].join(' '), stderr.trim() || error.message));
    });
  });
}
