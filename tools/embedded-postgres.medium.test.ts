import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  EmbeddedPostgresError,
  ensurePostgres,
  stopPostgres,
  type RunningPostgres,
} from './embedded-postgres.mjs';
import { becomesTrue, commandLine, isRunning } from './processes.mjs';

let folder: string;
const PASSWORD = "a b@c:/'%";

beforeEach(() => {
  // The user `postgres` must reach it when the tests run as root.
  const parent = fs.mkdtempSync(path.join(os.tmpdir(), 'sillage-postgres-'));
  fs.chmodSync(parent, 0o755);
  folder = path.join(parent, 'postgres');
});
afterEach(async () => {
  await stopPostgres(folder);
  fs.rmSync(path.dirname(folder), { recursive: true, force: true });
});

const ensure = (change: Partial<Parameters<typeof ensurePostgres>[0]> = {}) =>
  ensurePostgres({ folder, password: PASSWORD, database: 'sillage', isDurable: false, ...change });

async function query(postgres: RunningPostgres, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const killAndWait = async (pid: number) => {
  process.kill(pid, 'SIGKILL');
  expect(await becomesTrue(() => !isRunning(pid), 5_000)).toBe(true);
};

test('starts a server on loopback only, with UTF-8 and the database asked for', async () => {
  const postgres = await ensure();
  expect(postgres.adopted).toBe(false);
  const [row] = await query(
    postgres,
    "select current_database() as name, current_setting('server_encoding') as encoding, current_setting('listen_addresses') as addresses",
  );
  expect(row).toEqual({ name: 'sillage', encoding: 'UTF8', addresses: '127.0.0.1' });
});

test('adopts the server that runs already, with what it holds', async () => {
  const first = await ensure();
  await query(first, 'create table kept as select 42 as answer');
  const second = await ensure({ database: 'another' });
  expect(second).toMatchObject({ adopted: true, pid: first.pid, port: first.port });
  expect(await query({ ...second, url: second.urlOf('sillage') }, 'select answer from kept')).toEqual([
    { answer: 42 },
  ]);
});

test('gives one server to many starters at once', async () => {
  const all = await Promise.all(Array.from({ length: 4 }, () => ensure()));
  expect(new Set(all.map(({ pid }) => pid)).size).toBe(1);
  expect(all.filter(({ adopted }) => !adopted)).toHaveLength(1);
});

test('starts again after kill -9 of the server, with every committed row', async () => {
  const first = await ensure({ isDurable: true });
  await query(first, 'create table kept as select 42 as answer');
  await killAndWait(first.pid);
  const second = await ensure({ isDurable: true });
  expect(second.adopted).toBe(false);
  expect(await query(second, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('waits, after kill -9 of the server, for a session that still works on the data', async () => {
  const first = await ensure({ isDurable: true });
  const client = new pg.Client({ connectionString: first.url });
  client.on('error', () => {}); // its server is killed
  await client.connect();
  const [{ pid: session }] = (await client.query('select pg_backend_pid() as pid')).rows;
  const work = client.query('select count(*) from generate_series(1, 10_000_000)').catch(() => {});
  await killAndWait(first.pid);
  expect(isRunning(session)).toBe(true);
  const second = await ensure({ isDurable: true });
  expect(second.adopted).toBe(false);
  expect(isRunning(session)).toBe(false);
  await work;
});

test('outlives the process that started it, and is adopted by the next', async () => {
  const code = `import { ensurePostgres } from ${JSON.stringify(path.resolve('tools/embedded-postgres.mjs'))};
    const { pid } = await ensurePostgres(${JSON.stringify({ folder, password: PASSWORD, isDurable: false })});
    console.log(pid); setInterval(() => {}, 1000);`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve) =>
    starter.stdout.once('data', (line) => resolve(Number(line))),
  );
  starter.kill('SIGKILL');
  await new Promise((resolve) => starter.once('exit', resolve));
  expect(await ensure()).toMatchObject({ adopted: true, pid });
});

test('starts over a stale pid file whose number is a stranger by now', async () => {
  await (await ensure()).stop();
  const stranger = spawn('sleep', ['60']);
  fs.writeFileSync(path.join(folder, 'postmaster.pid'), `${stranger.pid}\n${folder}\n0\n5432\n\n\n`);
  const postgres = await ensure();
  expect(postgres.adopted).toBe(false);
  expect(stranger.exitCode).toBeNull();
  stranger.kill();
});

test('takes another port when a stranger listens on the wanted one', async () => {
  const stranger = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => stranger.once('listening', resolve));
  const { port } = stranger.address() as net.AddressInfo;
  const said: string[] = [];
  const postgres = await ensure({ port, say: (line) => said.push(line) });
  expect(postgres.port).not.toBe(port);
  expect(said.join()).toContain(`port ${port} is taken`);
  stranger.close();
});

test('says so when the data was made with another password', async () => {
  await (await ensure()).stop();
  await expect(ensure({ password: 'another' })).rejects.toThrow(EmbeddedPostgresError);
  await expect(ensure({ password: 'another' })).rejects.toThrow(/another password/);
});

test('stops once, and only what is ours', async () => {
  const postgres = await ensure();
  expect(await stopPostgres(folder)).toBe(true);
  expect(isRunning(postgres.pid)).toBe(false);
  expect(await stopPostgres(folder)).toBe(false);
});

test.runIf(process.getuid?.() === 0)(
  'as root, keeps the data where the user postgres can reach it',
  async () => {
    fs.chmodSync(path.dirname(folder), 0o700);
    const postgres = await ensure();
    expect(postgres.dataFolder).toMatch(/^\/var\/lib\/sillage\//);
    expect(fs.statSync(`/proc/${postgres.pid}`).uid).not.toBe(0);
    expect(commandLine(postgres.pid)).toContain(postgres.dataFolder);
    expect((await ensure()).adopted).toBe(true);
    await postgres.stop();

    // Starting afresh leaves data that nobody can ask for: the next such start takes it away, and nothing else.
    fs.rmSync(folder, { recursive: true });
    const afresh = await ensure();
    expect(afresh.dataFolder).not.toBe(postgres.dataFolder);
    expect(fs.existsSync(postgres.dataFolder)).toBe(false);
    expect(fs.existsSync(afresh.dataFolder)).toBe(true);
    await afresh.stop();
    fs.rmSync(path.dirname(afresh.dataFolder), { recursive: true });
  },
);
