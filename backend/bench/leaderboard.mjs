// Reads leaderboards at a fixed rate, at rest and while new scores come, and prints latencies: `npm run bench:leaderboard`.
//   --entries 500,2000 --rate 500 --seconds 10 --writes 5
// Open loop: requests start when they are due, and their latency counts from then, so that a slow server does not
// slow down its own measurement. The API runs as a process of its own, started anew for each size, on a database of its own.
import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { ensurePostgres } from '../../tools/embedded-postgres.mjs';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '10' },
    entries: { type: 'string', default: '500,2000' },
    writes: { type: 'string', default: '5' },
  },
});
const [ratePerS, durationS, writesPerS] = [values.rate, values.seconds, values.writes].map(Number);
const sizes = values.entries.split(',').map(Number);
/** Of Linux on every architecture we run on. */
const CLOCK_TICK_MS = 10;
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

const definitionOf = (challengeId) => ({
  id: challengeId,
  name: 'Bench',
  summary: 'A board to read',
  description: '',
  synthetic: true,
  licence: 'CC-BY-4.0',
  citation: '',
  protocol: 'osse-2020a',
  disclosure: 'practice',
  datasetVersion: '1.0.0',
  periods: { evaluation: { start: '2012-10-22', end: '2012-12-02' } },
  areas: [
    { id: 'gf', name: 'GF', description: '', scoredBox: { west: -65, east: -55, south: 33, north: 43 } },
  ],
  scenarios: [{ id: 'nadir4', name: 'Nadir', description: '', satellites: [] }],
  tasks: [{ area: 'gf', scenario: 'nadir4' }],
  files: [{ role: 'truth', area: 'gf', path: 'truth.nc', description: '' }],
  references: [],
});

/**
 * Sums of 42 days whose errors swing alike for every entry, with a part of its own; what rank intervals are made of.
 */
function dailySums(rmseM) {
  const days = Array.from({ length: 42 }, (_, day) => day);
  const rmse = days.map((day) => rmseM * (1 + 0.1 * Math.sin(day / 3) + 0.1 * (Math.random() - 0.5)));
  return {
    timeDays: days.map((day) => 22_940 + day),
    squaredErrorM2: rmse.map((value) => 40_401 * value * value),
    squaredReferenceM2: days.map(() => 40_401 * 0.09),
    pointCount: days.map(() => 40_401),
  };
}

function muOf({ squaredErrorM2, squaredReferenceM2 }) {
  const total = (values) => values.reduce((sum, value) => sum + value, 0);
  return 1 - Math.sqrt(total(squaredErrorM2) / total(squaredReferenceM2));
}

/** @param {pg.Client} client */
async function insertEntry(client, { challengeId, versionId, taskId, index }) {
  const submissionId = randomUUID();
  const card = {
    name: `Method number ${index}`,
    description: '',
    inputs: ['ssh-nadir'],
    codeUrl: `https://example.org/code/${index}`,
    paperUrl: null,
    licence: 'CC-BY-4.0',
  };
  await client.query(
    `insert into submissions (id, challenge_id, dataset_version_id, kind, card, file_name, size_bytes, sha256, created_at)
     values ($1, $2, $3, 'participant', $4, 'map.nc', 1, $5, now())`,
    [submissionId, challengeId, versionId, JSON.stringify(card), randomBytes(32).toString('hex')],
  );
  const evaluationId = randomUUID();
  const daily = dailySums(0.02 + 0.02 * Math.random());
  await client.query(
    `insert into evaluations (id, submission_id, task_id, dataset_version_id, protocol, evaluator_version, state,
       state_since, mu, score_values, scored_at, created_at)
     values ($1, $2, $3, $4, 'osse-2020a', '0.1.0', 'scored', now(), $5, $6, now(), now())`,
    [
      evaluationId,
      submissionId,
      taskId,
      versionId,
      muOf(daily),
      JSON.stringify({
        mu: muOf(daily),
        sigma: Math.random(),
        lambdaXDeg: Math.random(),
        lambdaXKm: null,
        lambdaTDays: Math.random(),
        unresolved: null,
        atGridLimit: [],
        rmseM: Math.random(),
      }),
    ],
  );
  await client.query('insert into evaluation_statistics (evaluation_id, daily) values ($1, $2)', [
    evaluationId,
    JSON.stringify(daily),
  ]);
}

/** A challenge with one board of so many entries. */
async function fillBoard(client, entryCount) {
  const board = { challengeId: `bench-${entryCount}`, versionId: randomUUID(), taskId: randomUUID() };
  await client.query('begin');
  await client.query('insert into challenges (id, current_version_id, created_at) values ($1, $2, now())', [
    board.challengeId,
    board.versionId,
  ]);
  await client.query(
    `insert into dataset_versions (id, challenge_id, version, definition, fingerprint, state, created_at, published_at)
     values ($1, $2, '1.0.0', $3, '', 'published', now(), now())`,
    [board.versionId, board.challengeId, JSON.stringify(definitionOf(board.challengeId))],
  );
  await client.query(`insert into tasks (id, challenge_id, area, scenario) values ($1, $2, 'gf', 'nadir4')`, [
    board.taskId,
    board.challengeId,
  ]);
  for (let index = 1; index <= entryCount; index += 1) await insertEntry(client, { ...board, index });
  await client.query('commit');
  return board;
}

/** CPU time of the API process so far: says what a request costs also where the machine is busy with other things. */
function cpuMsOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS;
}

/** @returns {Promise<{ latenciesMs: number[], elapsedS: number, failed: number, bytes: number, cpuMs: number }>} */
function load({ url, pid }, headers) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const total = ratePerS * durationS;
  const latenciesMs = [];
  let [sent, failed, bytes] = [0, 0, 0];
  const start = performance.now();
  const cpuAtStartMs = cpuMsOf(pid);
  return new Promise((resolve) => {
    const finishOne = (dueMs, isFine) => {
      if (isFine) latenciesMs.push(performance.now() - dueMs);
      else failed += 1;
      if (latenciesMs.length + failed < total) return;
      clearInterval(timer);
      agent.destroy();
      resolve({
        latenciesMs,
        elapsedS: (performance.now() - start) / 1000,
        failed,
        bytes,
        cpuMs: cpuMsOf(pid) - cpuAtStartMs,
      });
    };
    const timer = setInterval(() => {
      const dueCount = Math.min(total, Math.floor(((performance.now() - start) * ratePerS) / 1000));
      for (; sent < dueCount; sent += 1) {
        const dueMs = start + (sent * 1000) / ratePerS;
        http
          .get(url, { agent, headers }, (reply) => {
            reply.on('data', (chunk) => (bytes += chunk.length));
            reply.on('end', () => finishOne(dueMs, reply.statusCode === 200 || reply.statusCode === 304));
          })
          .on('error', () => finishOne(dueMs, false));
      }
    }, 1);
  });
}

function row(name, { latenciesMs, elapsedS, failed, bytes, cpuMs }) {
  latenciesMs.sort((left, right) => left - right);
  const percentile = (share) =>
    latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(share * latenciesMs.length))] ?? NaN;
  return {
    reading: name,
    'requests/s': Math.round(latenciesMs.length / elapsedS),
    'p50 ms': percentile(0.5).toFixed(1),
    'p90 ms': percentile(0.9).toFixed(1),
    'p99 ms': percentile(0.99).toFixed(1),
    'max ms': percentile(1).toFixed(1),
    'kB/reply': (bytes / latenciesMs.length / 1000).toFixed(1),
    'API CPU ms/request': (cpuMs / latenciesMs.length).toFixed(2),
    failed,
  };
}

/** @returns {Promise<{ url: string, pid: number, stop: () => Promise<void> }>} */
async function startApi(databaseUrl, folder) {
  const api = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      SILLAGE_API_PORT: '0',
      SILLAGE_STORE_DIR: path.join(folder, 'objects'),
      SILLAGE_UPLOAD_DIR: path.join(folder, 'uploads'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    api.removeAllListeners('exit');
    const isClosed = new Promise((resolve) => api.once('close', resolve));
    api.kill('SIGTERM');
    await isClosed;
  };
  const url = await new Promise((resolve, reject) => {
    let output = '';
    api.stdout.on('data', (chunk) => {
      output += chunk;
      const match = /listening on (\S+)\/api/.exec(output);
      if (match) resolve(match[1]);
    });
    api.on('exit', () => reject(new Error(`the API ended: ${output}`)));
  });
  return { url, pid: api.pid, stop };
}

async function readBoard(url) {
  const startMs = performance.now();
  const reply = await fetch(url, { headers: { 'accept-encoding': 'gzip' } });
  const board = await reply.json();
  return { board, etag: reply.headers.get('etag'), ms: performance.now() - startMs };
}

/** Reads again until every row of the board has its interval. */
async function settledBoard(url) {
  for (;;) {
    const read = await readBoard(url);
    if (read.board.areIntervalsComing !== true) return read;
    await sleep(10);
  }
}

/** New scores at a fixed rate until it is told to stop. */
function writeScores(client, board, firstIndex) {
  const interval = 1000 / writesPerS;
  let isWanted = true;
  const writing = (async () => {
    for (let index = firstIndex, dueMs = performance.now(); isWanted; index += 1, dueMs += interval) {
      await sleep(Math.max(0, dueMs - performance.now()));
      await insertEntry(client, { ...board, index });
      await client.query('update tasks set board_version = board_version + 1 where id = $1', [board.taskId]);
      const notice = { sender: 'bench', notice: { kind: 'board-changed', taskId: board.taskId } };
      await client.query('select pg_notify($1, $2)', ['sillage', JSON.stringify(notice)]);
    }
  })();
  return async () => {
    isWanted = false;
    await writing;
  };
}

/** First read, reads at rest and reads under writes of one board, and that every row has its interval in the end. */
async function measureBoard(client, api, board, entryCount) {
  const read = {
    url: `${api.url}/api/challenges/${board.challengeId}/leaderboard?area=gf&scenario=nadir4`,
    pid: api.pid,
  };
  const [startMs, cpuAtStartMs] = [performance.now(), cpuMsOf(read.pid)];
  const first = await readBoard(read.url);
  const firstCpuMs = cpuMsOf(read.pid) - cpuAtStartMs;
  const { etag } = await settledBoard(read.url);
  console.log(
    `${entryCount} entries: the first read after start took ${Math.round(first.ms)} ms (${firstCpuMs} ms of CPU); all intervals were there after ${Math.round(performance.now() - startMs)} ms (${cpuMsOf(read.pid) - cpuAtStartMs} ms of CPU)`,
  );
  const results = [
    row('gzip, as browsers ask', await load(read, { 'accept-encoding': 'gzip' })),
    row('plain JSON', await load(read, { 'accept-encoding': 'identity' })),
    row('with If-None-Match', await load(read, { 'accept-encoding': 'gzip', 'if-none-match': etag })),
  ];
  const stopWriting = writeScores(client, board, entryCount + 1);
  results.push(row(`gzip, ${writesPerS} new scores/s`, await load(read, { 'accept-encoding': 'gzip' })));
  await stopWriting();
  const { rows } = (await settledBoard(read.url)).board;
  const withoutInterval = rows.filter(({ intervals }) => intervals === null).length;
  if (rows.length <= entryCount || withoutInterval > 0)
    throw new Error(
      `of ${rows.length} rows, ${entryCount} of them at the start, ${withoutInterval} have no interval`,
    );
  console.table(results);
}

const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'sillage-bench-'));
const postgres = await ensurePostgres({
  folder: path.join(folder, 'postgres'),
  password: 'bench',
  isDurable: false,
});
const client = new pg.Client({ connectionString: postgres.url });
try {
  console.log(
    `${ratePerS} requests/s for ${durationS} s each, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}, node ${process.version}, ${new Date().toISOString().slice(0, 10)}`,
  );
  await client.connect();
  for (const entryCount of sizes) {
    // The first start makes the tables; the second one's first read is measured.
    if (entryCount === sizes[0]) await (await startApi(postgres.url, folder)).stop();
    const board = await fillBoard(client, entryCount);
    const api = await startApi(postgres.url, folder);
    try {
      await measureBoard(client, api, board, entryCount);
    } finally {
      await api.stop();
    }
  }
} finally {
  await client.end();
  await postgres.stop();
  await fs.rm(folder, { recursive: true, force: true });
}
