import { spawn } from 'node:child_process';
import path from 'node:path';
import { serviceNode } from '../../tools/clone.mjs';
import { ROOT } from './platform.js';

export type CommandResult = { status: number; stdout: string; stderr: string };

/** Runs the built `sillage` as a person does, with its settings from the environment alone. */
export function sillage(args: string[], environment: Record<string, string> = {}): Promise<CommandResult> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...environment };
  const child = spawn(serviceNode(), [path.join(ROOT, 'packages/cli/bin/sillage.mjs'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ status: signal === null ? (code ?? 1) : 128, stdout, stderr }),
    );
  });
}

/** Runs it and expects success; the error text is the test's message otherwise. */
export async function sillageOk(args: string[], environment: Record<string, string> = {}): Promise<string> {
  const { status, stdout, stderr } = await sillage(args, environment);
  if (status !== 0) throw new Error(`sillage ${args.join(' ')} ended with status ${status}: ${stderr}`);
  return stdout;
}
