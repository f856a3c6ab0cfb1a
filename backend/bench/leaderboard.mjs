// Reads a leaderboard of 500 entries at a fixed rate and prints latencies: `npm run bench:leaderboard`.
//   --rate 500 --seconds 10 --entries 500
// Open loop: requests start when they are due, and their latency counts from then, so that a slow server does not
// slow down its own measurement. The API runs as a process of its own, on a database of its own.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
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
    entries: { type: 'string', default: '500' },
  },
});
const [ratePerS, durationS, entryCount] = [values.rate, values.seconds, values.entries].map(Number);
/** Of Linux on every architecture we run on. */
const CLOCK_TICK_MS = 10;
const BOARD_PATH = '/api/challenges/bench/leaderboard?area=gf&scenario=nadir4';
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

const definition = {
  id: 'bench',
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
};

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
async function insertEntry(client, { versionId, taskId, index }) {
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
     values ($1, 'bench', $2, 'participant', $3, 'map.nc', 1, $4, now())`,
    [submissionId, versionId, JSON.stringify(card), 'a'.repeat(64)],
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

async function fillBoard(client) {
  const [versionId, taskId] = [randomUUID(), randomUUID()];
  await client.query('begin');
  await client.query(
    `insert into challenges (id, current_version_id, created_at) values ('bench', $1, now())`,
    [versionId],
  );
  await client.query(
    `insert into dataset_versions (id, challenge_id, version, definition, fingerprint, created_at)
     values ($1, 'bench', '1.0.0', $2, '', now())`,
    [versionId, JSON.stringify(definition)],
  );
  await client.query(
    `insert into tasks (id, challenge_id, area, scenario) values ($1, 'bench', 'gf', 'nadir4')`,
    [taskId],
  );
  for (let index = 1; index <= entryCount; index += 1)
    await insertEntry(client, { versionId, taskId, index });
  await client.query('commit');
  return { versionId, taskId };
}

/** CPU time of the API process so far: says what a request costs also where the machine is busy with other things. */
function apiCpuMs() {
  const fields = readFileSync(`/proc/${api.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS;
}

/** @returns {Promise<{ latenciesMs: number[], elapsedS: number, failed: number, bytes: number, cpuMs: number }>} */
function load(url, headers) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const total = ratePerS * durationS;
  const latenciesMs = [];
  let [sent, failed, bytes] = [0, 0, 0];
  const start = performance.now();
  const cpuAtStartMs = apiCpuMs();
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
        cpuMs: apiCpuMs() - cpuAtStartMs,
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

const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'sillage-bench-'));
const postgres = await ensurePostgres({
  folder: path.join(folder, 'postgres'),
  password: 'bench',
  isDurable: false,
});
const api = spawn(process.execPath, [MAIN], {
  env: {
    PATH: process.env.PATH,
    DATABASE_URL: postgres.url,
    SILLAGE_API_PORT: '0',
    SILLAGE_STORE_DIR: path.join(folder, 'objects'),
    SILLAGE_UPLOAD_DIR: path.join(folder, 'uploads'),
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const url = await new Promise((resolve, reject) => {
    let output = '';
    api.stdout.on('data', (chunk) => {
      output += chunk;
      const match = /listening on (\S+)\/api/.exec(output);
      if (match) resolve(match[1] + BOARD_PATH);
    });
    api.on('exit', () => reject(new Error(`the API ended: ${output}`)));
  });
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const board = await fillBoard(client);
  // Read, resampled, ranked and serialised for the first time.
  const [startMs, cpuAtStartMs] = [performance.now(), apiCpuMs()];
  const first = await fetch(url, { headers: { 'accept-encoding': 'gzip' } });
  const { rows } = await first.json();
  const [firstMs, firstCpuMs] = [performance.now() - startMs, apiCpuMs() - cpuAtStartMs];
  if (rows.length !== entryCount) throw new Error(`the board has ${rows.length} rows, not ${entryCount}`);

  console.log(
    `${entryCount} entries, ${ratePerS} requests/s for ${durationS} s each, ${os.cpus().length} cores, node ${process.version}`,
  );
  console.log(`the first time: ${Math.round(firstMs)} ms, of which the API computed ${firstCpuMs} ms`);
  const results = [
    row('gzip, as browsers ask', await load(url, { 'accept-encoding': 'gzip' })),
    row('plain JSON', await load(url, { 'accept-encoding': 'identity' })),
    row(
      'with If-None-Match',
      await load(url, { 'accept-encoding': 'gzip', 'if-none-match': first.headers.get('etag') }),
    ),
  ];
  let isLoaded = true;
  const writing = (async () => {
    for (let index = entryCount + 1; isLoaded; index += 1) {
      await insertEntry(client, { ...board, index });
      await client.query('update tasks set board_version = board_version + 1');
      const notice = { sender: 'bench', notice: { kind: 'board-changed', taskId: board.taskId } };
      await client.query('select pg_notify($1, $2)', ['sillage', JSON.stringify(notice)]);
      await sleep(200);
    }
  })();
  results.push(row('gzip, 5 new scores/s', await load(url, { 'accept-encoding': 'gzip' })));
  isLoaded = false;
  await writing;
  console.table(results);
  await client.end();
} finally {
  api.removeAllListeners('exit');
  api.kill('SIGTERM');
  await new Promise((resolve) => api.once('close', resolve));
  await postgres.stop();
  await fs.rm(folder, { recursive: true, force: true });
}
