import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountViewSchema, challengeViewSchema } from '@sillage/contracts';
import { stopPostgres } from '../tools/embedded-postgres.mjs';
import { freePort } from '../tools/ports.mjs';
import { becomesTrue, isRunning } from '../tools/processes.mjs';
import { jsonOf, newAccount } from './testing/api.js';
import { ROOT, temporaryFolder } from './testing/platform.js';

type Start = { child: ChildProcess; output: () => string; url: Promise<string>; ended: Promise<number> };

const started: ChildProcess[] = [];
/** Registered and shown, with nothing to score: the shipped references are scored on the platform of the demo. */
const WITHOUT_DATA = 'natl60-2020a';
let home: string;
let datasets: string;
let port: number;

beforeAll(async () => {
  home = temporaryFolder('start');
  datasets = temporaryFolder('start-datasets');
  fs.cpSync(path.join(ROOT, 'datasets', WITHOUT_DATA), path.join(datasets, WITHOUT_DATA), {
    recursive: true,
  });
  port = await freePort();
});
afterAll(async () => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGTERM');
  await Promise.all(
    started.map(
      (child) => child.exitCode ?? child.signalCode ?? new Promise((resolve) => child.once('exit', resolve)),
    ),
  );
  await stopPostgres(path.join(home, 'postgres'));
  for (const folder of [home, datasets]) fs.rmSync(folder, { recursive: true, force: true });
});

/** `npm start` from another folder, on the Node that runs these tests. */
function start(): Start {
  const { DATABASE_URL: _other, ...env } = process.env;
  const child = spawn(process.execPath, [path.join(ROOT, 'tools/start.mjs')], {
    cwd: '/',
    env: { ...env, SILLAGE_HOME: home, SILLAGE_PORT: String(port), SILLAGE_DATASETS_DIR: datasets },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  child.stderr.on('data', (chunk) => (text += chunk));
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 128)));
  const url = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const match = /Sillage is ready .*?(http:\S+)/.exec(text);
      if (match?.[1] !== undefined) resolve(match[1]);
    });
    void ended.then((code) => reject(new Error(`npm start ended with status ${code}:\n${text}`)));
  });
  url.catch(() => {});
  return { child, output: () => text, url, ended };
}

const isAlive = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

async function endAll(): Promise<void> {
  for (const child of started.filter(isAlive)) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
}

/** The one that runs; another one where an earlier try has left none. */
async function runningStart(): Promise<ChildProcess> {
  const running = started.findLast(isAlive);
  if (running !== undefined) return running;
  const again = start();
  await again.url;
  return again.child;
}

const PATIENCE_MS = 180_000;
const pids = () =>
  ['backend', 'frontend', 'evaluator'].map(
    (name) => JSON.parse(fs.readFileSync(path.join(home, 'run', `${name}.json`), 'utf8')).pid as number,
  );
const postgresPid = () =>
  Number(fs.readFileSync(path.join(postgresFolder(), 'postmaster.pid'), 'utf8').split('\n')[0]);
const postgresFolder = () => path.join(home, 'postgres');

describe('npm start', () => {
  test('says what it does, prints one URL, and shows the first page', async () => {
    await endAll();
    const first = start();
    const url = await first.url;
    expect(url).toBe(`http://localhost:${port}`);
    expect(first.output()).toMatch(/✓ starting PostgreSQL \(\d+\.\d s\)/);
    expect(first.output()).toMatch(/✓ starting the backend: migrations and challenges \(\d+\.\d s\)/);
    expect(first.output().match(/http:\/\/\S+/g)).toHaveLength(1);
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Sillage');
    const challenge = await jsonOf(await fetch(`${url}/api/challenges/${WITHOUT_DATA}`));
    expect(challengeViewSchema.parse(challenge)).toMatchObject({ id: WITHOUT_DATA, isInstalled: false });
    expect(fs.statSync(path.join(home, 'secrets.json')).mode & 0o777).toBe(0o600);

    const second = start();
    expect(await second.ended).toBe(0);
    expect(second.output()).toContain(`already runs from this folder at ${url} (process ${first.child.pid})`);
    expect((await fetch(url)).status).toBe(200);
  });

  test('after kill -9, starts again, adopts the database, replaces the rest, and has lost nothing', async () => {
    const killed = await runningStart();
    const url = `http://localhost:${port}`;
    const account = await newAccount(url);
    const orphans = pids();
    const database = postgresPid();
    killed.kill('SIGKILL');
    expect(await becomesTrue(() => killed.signalCode === 'SIGKILL', PATIENCE_MS)).toBe(true);
    expect(orphans.every(isRunning)).toBe(true);

    const again = start();
    expect((await fetch(await again.url)).status).toBe(200);
    expect(again.output()).toContain('adopted');
    expect(again.output()).toContain('replacing the backend that an earlier start left running');
    expect(postgresPid()).toBe(database);
    expect(orphans.some(isRunning)).toBe(false);
    const me = await fetch(`${url}/api/auth/me`, { headers: { authorization: `Bearer ${account.token}` } });
    expect(accountViewSchema.parse(await jsonOf(me)).email).toBe(account.email);
  });

  test('Ctrl-C stops all of it', async () => {
    const last = await runningStart();
    const running = [...pids(), postgresPid()];
    last.kill('SIGINT');
    await becomesTrue(() => last.exitCode !== null, PATIENCE_MS);
    expect(last.exitCode).toBe(0);
    expect(running.some(isRunning)).toBe(false);
  });

  test('takes another port when a stranger has the wanted one, and says so', async () => {
    await endAll();
    const stranger = net.createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => stranger.once('listening', resolve));
    const moved = start();
    const url = await moved.url;
    expect(moved.output()).toContain(
      `port ${port} is taken by another program: using ${new URL(url).port} instead`,
    );
    expect((await fetch(url)).status).toBe(200);
    moved.child.kill('SIGTERM');
    expect(await moved.ended).toBe(0);
    await new Promise((resolve) => stranger.close(resolve));
  });

  test('says in a line what is wrong with a folder it may not write to', async () => {
    const file = path.join(temporaryFolder('no-folder'), 'a-file');
    fs.writeFileSync(file, '');
    const folder = path.join(file, 'state');
    const env = { ...process.env, SILLAGE_HOME: folder, SILLAGE_PORT: '0' };
    const child = spawn(process.execPath, [path.join(ROOT, 'tools/start.mjs')], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let text = '';
    child.stderr.on('data', (chunk) => (text += chunk));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code).toBe(1);
    expect(text).toContain(`cannot write to ${folder}`);
    expect(text).not.toMatch(/\n\s+at /);
  });

  test('says in a line that the database of DATABASE_URL does not answer', async () => {
    const closed = await freePort();
    const env = {
      ...process.env,
      SILLAGE_HOME: home,
      SILLAGE_PORT: '0',
      DATABASE_URL: `postgresql://sillage:x@127.0.0.1:${closed}/sillage`,
    };
    const child = spawn(process.execPath, [path.join(ROOT, 'tools/start.mjs')], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let text = '';
    child.stderr.on('data', (chunk) => (text += chunk));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code).toBe(1);
    expect(text).toContain(`the database at 127.0.0.1:${closed}/sillage does not answer`);
  });
});
