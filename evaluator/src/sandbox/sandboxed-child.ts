import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import type { ChildLimits } from '../config.js';
import type { ChildEnd, ChildListeners, ChildWork } from '../steps/step.js';
import { childReplySchema, MAX_REPLY_LINE_BYTES } from './child-protocol.js';
import type { ChildReply } from './child-protocol.js';
import { isolationPrefix, permissionFlags } from './isolation.js';
import type { Isolation } from './isolation.js';

const MEMORY_POLL_MS = 50; // ms: between two looks only the kernel's wider limit acts
const START_TIMEOUT_MS = 60_000; // ms: loading modules on a machine that is busy
const KEPT_STDERR_BYTES = 4096;

export type SandboxedChildOptions = {
  /** Made for this child, removed by `dispose`: `in/` it may read, `out/` it may write. */
  folder: string;
  /** A module that is imported first, also in threads. */
  preloadUrl?: string;
  entryFile: string;
  codeFolders: string[];
  mayStartThreads: boolean;
  mayLoadAddons?: boolean;
  /** What the child sees of the environment; by default nothing. No secret may be in it. */
  environment?: Readonly<Record<string, string>>;
  limits: ChildLimits;
  isolation: Isolation;
};

export type RunListeners = Partial<ChildListeners> & {
  /** Aborting kills the child. */
  signal: AbortSignal;
};

/**
 * One process for one job: started early so that loading modules is off the critical path, used once, then killed.
 * It has an empty environment but for what `environment` names, reads its code and its own folder only, and is bounded in memory, output and time.
 */
export class SandboxedChild {
  readonly inputFolder: string;
  readonly outputFolder: string;

  private readonly process: ChildProcess;
  private readonly readiness: Promise<void>;
  private becomeReady: () => void = () => undefined;
  private endSeen: ChildEnd<unknown> | null = null;
  private readonly ended: Promise<ChildEnd<unknown>>;
  private isReady = false;
  private listeners: Partial<ChildListeners> = {};
  private stderrTail = '';
  private memoryTimer: NodeJS.Timeout | undefined;
  private clockTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: SandboxedChildOptions) {
    this.inputFolder = join(options.folder, 'in');
    this.outputFolder = join(options.folder, 'out');
    mkdirSync(this.inputFolder, { recursive: true });
    mkdirSync(this.outputFolder, { recursive: true });
    const node = [
      process.execPath,
      '--no-warnings',
      `--max-old-space-size=${Math.floor(options.limits.memoryBytes / 2 ** 20)}`,
      ...permissionFlags({
        codeFolders: options.codeFolders,
        readFolders: [this.inputFolder + sep, this.outputFolder + sep],
        writeFolders: [this.outputFolder + sep],
        mayStartThreads: options.mayStartThreads,
        mayLoadAddons: options.mayLoadAddons ?? false,
      }),
      ...(options.preloadUrl === undefined ? [] : ['--import', options.preloadUrl]),
      options.entryFile,
    ];
    const [command = process.execPath, ...parameters] = [
      ...isolationPrefix(options.isolation, options.limits),
      ...node,
    ];
    this.process = spawn(command, parameters, {
      cwd: options.folder,
      env: { ...options.environment }, // no token, no proxy, no NODE_OPTIONS
      detached: true, // its own process group, killed as a whole
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    });
    this.readiness = new Promise((resolve) => {
      this.becomeReady = resolve;
    });
    this.ended = this.watch();
  }

  get processId(): number | undefined {
    return this.process.pid;
  }

  get isAlive(): boolean {
    return (
      this.process.exitCode === null && this.process.signalCode === null && this.process.pid !== undefined
    );
  }

  /** Settles when the child waits for its job, or is gone. */
  async ready(): Promise<void> {
    await Promise.race([this.readiness, this.ended]);
  }

  /** Runs the one job of this child. */
  async run<Job, Result>(
    work: ChildWork<Job, Result>,
    job: Job,
    { signal, ...listeners }: RunListeners,
  ): Promise<ChildEnd<Result>> {
    this.listeners = listeners;
    const abort = (): void => this.stop({ kind: 'aborted' });
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const startTimer = setTimeout(() => {
      this.stop({ kind: 'never-started', detail: `not ready within ${START_TIMEOUT_MS / 1000} s` });
    }, START_TIMEOUT_MS);
    await this.ready();
    clearTimeout(startTimer);
    this.startWatchingLimits();
    this.process.stdin?.end(`${JSON.stringify(job)}\n`);
    try {
      const end = await this.ended;
      return end.kind === 'result' ? parsedEnd(work, end.result) : end;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Kills whatever runs and removes the folder. */
  async dispose(): Promise<void> {
    this.stop({ kind: 'aborted' });
    await this.ended;
    await rm(this.options.folder, { recursive: true, force: true });
  }

  private watch(): Promise<ChildEnd<unknown>> {
    this.process.stdin?.on('error', () => undefined); // EPIPE when the child died first: its end says why
    const stderr = this.process.stderr;
    stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderrTail = (this.stderrTail + text).slice(-KEPT_STDERR_BYTES);
    });
    const replies = this.process.stdio[3];
    if (replies !== null && replies !== undefined && 'setEncoding' in replies) this.readReplies(replies);
    return new Promise((resolve) => {
      this.process.once('error', (error) => {
        resolve({ kind: 'never-started', detail: error.message });
      });
      this.process.once('close', (code, signal) => {
        this.stopWatchingLimits();
        this.killGroup(); // threads are gone with the process; this is for anything it may have left behind
        resolve(this.endSeen ?? this.endFromExit(code, signal));
      });
    });
  }

  private readReplies(stream: Readable): void {
    let buffered = '';
    stream.setEncoding('utf8');
    stream.on('error', () => undefined);
    stream.on('data', (text: string) => {
      buffered += text;
      for (let lineEnd = buffered.indexOf('\n'); lineEnd >= 0; lineEnd = buffered.indexOf('\n')) {
        const line = buffered.slice(0, lineEnd);
        buffered = buffered.slice(lineEnd + 1);
        this.takeReply(line);
      }
      if (buffered.length > MAX_REPLY_LINE_BYTES)
        this.stop({ kind: 'crashed', detail: 'a reply is too long' });
    });
  }

  private takeReply(line: string): void {
    if (this.endSeen !== null) return;
    const reply = parseReply(line);
    if (reply === null) {
      this.stop(strangeReply(line));
      return;
    }
    switch (reply.type) {
      case 'ready':
        this.isReady = true;
        this.becomeReady();
        return;
      case 'progress':
        this.listeners.onProgress?.(reply.progress, reply.activity.slice(0, 200));
        return;
      case 'file':
        this.listeners.onFile?.(reply.path);
        return;
      case 'frame':
        this.listeners.onFrame?.(reply.frame);
        return;
      case 'result':
        this.stop({ kind: 'result', result: reply.result });
        return;
      case 'rejected':
        this.stop({ kind: 'rejected', reason: reply.reason });
        return;
      case 'error':
        this.stop(this.endFromError(reply.message, reply.lacks));
        return;
    }
  }

  private endFromError(message: string, lacks: 'memory' | 'disk' | null): ChildEnd<unknown> {
    if (lacks === 'memory') return { kind: 'out-of-memory', limitBytes: this.options.limits.memoryBytes };
    return lacks === 'disk' ? { kind: 'disk-full', detail: message } : { kind: 'error', message };
  }

  private endFromExit(code: number | null, signal: NodeJS.Signals | null): ChildEnd<unknown> {
    const how = signal === null ? `exit status ${code ?? '?'}` : `signal ${signal}`;
    const detail = [how, tellingLine(this.stderrTail)].filter((part) => part !== '').join(': ');
    if (!this.isReady) return { kind: 'never-started', detail };
    // V8 prints this before it aborts; under a data limit it may also abort from a failed mmap or a bare bad_alloc.
    if (/out of memory|allocation failed|bad_alloc|Cannot allocate memory/i.test(this.stderrTail)) {
      return { kind: 'out-of-memory', limitBytes: this.options.limits.memoryBytes };
    }
    return { kind: signal === 'SIGKILL' ? 'killed' : 'crashed', detail };
  }

  private startWatchingLimits(): void {
    if (!this.isAlive) return;
    const { memoryBytes, wallClockMs } = this.options.limits;
    const processId = this.process.pid;
    this.clockTimer = setTimeout(() => this.stop({ kind: 'timed-out', limitMs: wallClockMs }), wallClockMs);
    this.memoryTimer = setInterval(() => {
      if (processId === undefined) return;
      if (residentBytes(processId) > memoryBytes)
        this.stop({ kind: 'out-of-memory', limitBytes: memoryBytes });
    }, MEMORY_POLL_MS);
  }

  private stopWatchingLimits(): void {
    clearTimeout(this.clockTimer);
    clearInterval(this.memoryTimer);
  }

  /** The first end that is known is the end; what comes after is only the process dying. */
  private stop(end: ChildEnd<unknown>): void {
    this.endSeen ??= end;
    this.stopWatchingLimits();
    this.killGroup();
  }

  private killGroup(): void {
    const processId = this.process.pid;
    if (processId === undefined) return;
    try {
      process.kill(-processId, 'SIGKILL');
    } catch {
      // ESRCH: already gone.
    }
  }
}

function parsedEnd<Job, Result>({ resultSchema }: ChildWork<Job, Result>, result: unknown): ChildEnd<Result> {
  const parsed = resultSchema.safeParse(result);
  return parsed.success ? { kind: 'result', result: parsed.data } : strangeReply(JSON.stringify(result));
}

function strangeReply(text: string | undefined): Extract<ChildEnd<never>, { kind: 'crashed' }> {
  return { kind: 'crashed', detail: `a reply is not in the protocol: ${String(text).slice(0, 200)}` };
}

function parseReply(line: string): ChildReply | null {
  try {
    const parsed = childReplySchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Resident memory of a process in bytes; 0 where /proc does not say (gone, or not Linux). */
function residentBytes(processId: number): number {
  try {
    const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${processId}/status`, 'utf8'));
    return match?.[1] === undefined ? 0 : Number(match[1]) * 1024;
  } catch {
    return 0;
  }
}

/** The line of a crash report that says what happened: the first with an error in it, else the last. */
function tellingLine(text: string): string {
  const lines = text.trim().split('\n');
  return (lines.find((line) => /error|fatal/i.test(line)) ?? lines.at(-1) ?? '').trim().slice(0, 300);
}
