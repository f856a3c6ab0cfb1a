import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines, PlainError } from './clone.mjs';
import { readableLine } from './rotate-logs.mjs';
import { endProcess, isStillThere, processIdentity, workingFolder } from './processes.mjs';

const BACKOFF_MS = [200, 1_000, 2_000, 5_000, 10_000, 30_000];
/** A process that lived this long has recovered: the next end counts as the first. */
const HEALTHY_MS = 60_000;
/** Before it was ready once, that many ends in a row mean it cannot start. */
const START_ATTEMPTS = 3;

/**
 * @typedef {object} SupervisedOptions
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env
 * @property {string} logFile
 * @property {string} runFile remembers the process across a kill -9 of ours
 * @property {() => Promise<boolean>} isReady
 * @property {number} readyTimeoutMs
 * @property {(line: string) => void} say
 */

/** A child that is started again when it ends, and ended when we end. */
export class SupervisedProcess {
  /** @type {import('node:child_process').ChildProcess | null} */
  #child = null;
  #isStopping = false;
  #hasBeenReady = false;
  #endCount = 0;
  /** @type {string | null} */
  #lastEnd = null;
  /** @type {AbortController} */
  #wake = new AbortController();
  #options;

  /** @param {SupervisedOptions} options */
  constructor(options) {
    this.#options = options;
  }

  get name() {
    return this.#options.name;
  }

  /** @returns {number | null} */
  get pid() {
    return this.#child?.pid ?? null;
  }

  /** Ends what an earlier start left behind, if it is still that very process. */
  async replaceOrphan() {
    const { runFile, name, say, cwd } = this.#options;
    /** @type {import('./processes.mjs').ProcessIdentity | null} */
    let identity = null;
    try {
      identity = JSON.parse(fs.readFileSync(runFile, 'utf8'));
    } catch {
      return;
    }
    const isOurs =
      identity !== null && isStillThere(identity) && workingFolder(identity.pid) === fs.realpathSync(cwd);
    if (identity !== null && isOurs) {
      say(`replacing the ${name} that an earlier start left running (process ${identity.pid})`);
      await endProcess(identity);
      killGroup(identity.pid);
    }
    fs.rmSync(runFile, { force: true });
  }

  /** Starts it and waits until it is ready; throws with the end of its log when it is not. */
  async start() {
    const { name, logFile, readyTimeoutMs, isReady } = this.#options;
    await this.replaceOrphan();
    fs.mkdirSync(path.dirname(logFile), { recursive: true });
    this.#spawn();
    const end = Date.now() + readyTimeoutMs;
    while (!this.#isStopping) {
      if (this.#child !== null && (await isReady())) {
        this.#hasBeenReady = true;
        return;
      }
      if (this.#endCount >= START_ATTEMPTS || Date.now() > end) {
        const what =
          this.#endCount > 0
            ? `ends at once (${this.#lastEnd})`
            : `is not ready after ${readyTimeoutMs / 1000} s`;
        await this.stop();
        throw new PlainError(`the ${name} ${what}`, { logFile });
      }
      await sleep(50);
    }
  }

  async stop() {
    this.#isStopping = true;
    this.#wake.abort();
    const child = this.#child;
    if (child?.pid !== undefined) {
      const identity = processIdentity(child.pid);
      if (identity !== null) await endProcess(identity);
      killGroup(child.pid);
    }
    fs.rmSync(this.#options.runFile, { force: true });
  }

  /** kill -9, for a second Ctrl-C and for tests of exactly that. The supervisor goes on unless it is stopping. */
  kill() {
    // What was never started has no number, and Node would signal any.
    if (this.#child?.pid !== undefined) this.#child.kill('SIGKILL');
  }

  #spawn() {
    const { command, args, cwd, env, logFile, runFile, name, say } = this.#options;
    const log = fs.openSync(logFile, 'a');
    const line = { at: new Date().toISOString(), level: 'info', process: name, message: 'starts' };
    fs.writeSync(log, `${JSON.stringify(line)}\n`);
    // Its own process group: Ctrl-C reaches us alone, and we end things in order. A file for its output, not a pipe.
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', log, log], detached: true });
    fs.closeSync(log);
    const startedAt = Date.now();
    this.#child = child;
    if (child.pid !== undefined) {
      const identity = processIdentity(child.pid);
      if (identity !== null) fs.writeFileSync(runFile, JSON.stringify(identity));
    }
    let hasEnded = false;
    const onEnd = (/** @type {string} */ how) => {
      if (hasEnded) return;
      hasEnded = true;
      if (child.pid !== undefined) killGroup(child.pid);
      this.#child = null;
      this.#lastEnd = how;
      if (this.#isStopping) return;
      this.#endCount = Date.now() - startedAt > HEALTHY_MS ? 1 : this.#endCount + 1;
      if (!this.#hasBeenReady && this.#endCount >= START_ATTEMPTS) return;
      const waitMs = BACKOFF_MS[Math.min(this.#endCount, BACKOFF_MS.length) - 1] ?? 30_000;
      say(`the ${name} ended (${how}); starting it again in ${waitMs / 1000} s. Its log: ${logFile}`);
      for (const line of lastLines(logFile, 2)) say(`  ${name}: ${readableLine(line).slice(0, 300)}`);
      void this.#restartAfter(waitMs);
    };
    child.on('error', (error) => onEnd(error.message));
    child.on('exit', (code, signal) => onEnd(signal === null ? `status ${code}` : `signal ${signal}`));
  }

  /** @param {number} waitMs */
  async #restartAfter(waitMs) {
    try {
      await sleep(waitMs, undefined, { signal: this.#wake.signal });
    } catch {
      return;
    }
    if (!this.#isStopping) this.#spawn();
  }
}

/**
 * What a child left in its process group, e.g. the sandboxes of a killed evaluator. The number stays reserved for as
 * long as the group has a member, so this reaches no stranger.
 * @param {number} groupId
 */
function killGroup(groupId) {
  try {
    process.kill(-groupId, 'SIGKILL');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}
