import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ORGANISER_TOKEN, PUBLIC_URL, WORKER_TOKEN, type ApiAddress } from './test-api.js';

/** A line of the log, as its fields. */
export type LogLine = Record<string, unknown>;

/** The backend as it is built, as a process of its own on a free port. */
export type ApiProcess = ApiAddress & {
  lines: LogLine[];
  signal: (name: NodeJS.Signals) => void;
  /** How it ended: status and signal. */
  ended: Promise<[number | null, NodeJS.Signals | null]>;
};

export async function startApiProcess(
  databaseUrl: string,
  folder: string,
  environment: Record<string, string> = {},
): Promise<ApiProcess> {
  const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      SILLAGE_API_PORT: '0',
      SILLAGE_PUBLIC_URL: PUBLIC_URL,
      SILLAGE_STORE_DIR: `${folder}/objects`,
      SILLAGE_UPLOAD_DIR: `${folder}/uploads`,
      SILLAGE_WORKER_TOKENS: WORKER_TOKEN,
      SILLAGE_ORGANISER_TOKEN: ORGANISER_TOKEN,
      SILLAGE_LEASE_S: '600',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: LogLine[] = [];
  const ended = once(child, 'exit') as ApiProcess['ended'];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as LogLine;
      lines.push(line);
      const [, found] = /^listening on (\S+)\/api$/.exec(String(line['message'])) ?? [];
      if (found !== undefined) resolve(found);
    });
    ended.then(() => reject(new Error(`the API process ended: ${JSON.stringify(lines)}`)), reject);
  });
  return { url, lines, signal: (name) => void child.kill(name), ended };
}
