import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { ChildLimits } from '../config.js';

/** V8 maps room for code and young objects that it never fills; the kernel counts it. */
const UNFILLED_BYTES = 2 ** 30;

/** What this machine lets us wrap a child in, besides Node's permission model, which is always on. */
export type Isolation = {
  /** `unshare -n` as root, `unshare -rn` where user namespaces are open to everyone, or no way to cut the network. */
  network: 'namespace' | 'user-namespace' | 'open';
  /** `setpriv`: no new privileges, and the kernel kills the child when the evaluator dies. */
  hasSetpriv: boolean;
  /** `prlimit`: bounds on data segments (also outside V8's heap), output size and CPU time. */
  hasPrlimit: boolean;
};

/** Tries each wrapper once, on a command that does nothing. */
export function probeIsolation(): Isolation {
  const works = (command: string, parameters: string[]): boolean =>
    spawnSync(command, [...parameters, process.execPath, '--version'], { stdio: 'ignore', timeout: 10_000 })
      .status === 0;
  return {
    network: works('unshare', ['-n']) ? 'namespace' : works('unshare', ['-rn']) ? 'user-namespace' : 'open',
    hasSetpriv: works('setpriv', ['--no-new-privs', '--pdeathsig', 'KILL']),
    hasPrlimit: works('prlimit', [`--data=${2 ** 31}`, '--core=0', '--']),
  };
}

/** The command line before `node`: every wrapper replaces itself (exec), so the child's process id stays the same. */
export function isolationPrefix(isolation: Isolation, limits: ChildLimits): string[] {
  const prefix: string[] = [];
  if (isolation.network === 'namespace') prefix.push('unshare', '-n');
  if (isolation.network === 'user-namespace') prefix.push('unshare', '-rn');
  if (isolation.hasSetpriv) prefix.push('setpriv', '--no-new-privs', '--pdeathsig', 'KILL');
  if (isolation.hasPrlimit) {
    // Not --as: V8 and WebAssembly reserve far more address space than they use; --data counts what is writable.
    // It is the backstop for a burst between two looks at the resident memory, which has the exact bound.
    // CPU time is the second line behind the wall clock, for a child whose evaluator is gone; 16 cores at most.
    const cpuSeconds = Math.ceil(limits.wallClockMs / 1000) * 16;
    prefix.push(
      'prlimit',
      `--data=${limits.memoryBytes + UNFILLED_BYTES}`,
      `--fsize=${limits.outputBytes}`,
      `--cpu=${cpuSeconds}`,
      '--core=0',
      '--',
    );
  }
  return prefix;
}

export type PermissionOptions = {
  codeFolders: string[];
  readFolders: string[];
  writeFolders: string[];
  mayStartThreads: boolean;
  /** Native libraries: their own code is outside of the permission model. */
  mayLoadAddons: boolean;
};

/** Node's permission model: no child processes, no files but these, no addons unless they are needed. */
export function permissionFlags(options: PermissionOptions): string[] {
  const flag = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  const flags = [flag];
  for (const path of [...options.codeFolders, ...options.readFolders]) flags.push(`--allow-fs-read=${path}`);
  for (const path of options.writeFolders) flags.push(`--allow-fs-write=${path}`);
  if (options.mayStartThreads) flags.push('--allow-worker');
  if (options.mayLoadAddons) flags.push('--allow-addons');
  return flags;
}

/** Built code and libraries of this installation: nothing that holds data or secrets. */
export function codeFolders(installationFolder: string): string[] {
  const candidates = [
    join(installationFolder, 'node_modules') + sep,
    join(installationFolder, 'package.json'),
  ];
  const packages = [
    'evaluator',
    ...readdirSync(join(installationFolder, 'packages')).map((name) => join('packages', name)),
  ];
  for (const name of packages) {
    const folder = join(installationFolder, name);
    const parts = ['package.json', 'sandbox-shim.mjs', `dist${sep}`, `node_modules${sep}`];
    candidates.push(...parts.map((part) => join(folder, part)));
  }
  return candidates.filter((path) => existsSync(path));
}
