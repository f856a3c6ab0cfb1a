import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './clone.mjs';

/**
 * Runs a command to its end with its output in a log file.
 * @param {string} command
 * @param {string[]} args
 * @param {{ logFile: string, cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal }} options
 * @returns {Promise<number>} the exit status; 127 when there is no such command
 */
export function runLogged(command, args, { logFile, cwd = ROOT, env = process.env, signal }) {
  fs.mkdirSync(path.dirname(logFile), { recursive: true });
  const log = fs.openSync(logFile, 'a');
  fs.writeSync(log, `\n$ ${[command, ...args].join(' ')}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', log, log], signal });
    fs.closeSync(log);
    child.on('error', (error) => {
      if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') resolve(127);
      else reject(error);
    });
    child.on('exit', (code, endSignal) => resolve(endSignal === null ? (code ?? 1) : 128));
  });
}
