// From the last uploaded byte to the score on the board, on a running platform.
//
//   SILLAGE_URL=http://127.0.0.1:3000 SILLAGE_TOKEN=sil_… node evaluator/bench/latency.mjs [--challenge demo-osse] [--runs 5]
//
// Uploads maps on the grid of the challenge's truth (float32, uncompressed), each with an error of its own, one after the
// other, and looks at the board every 10 ms. The token needs to be allowed to submit; the truth must be public.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openGriddedField, writeGriddedField } from '@sillage/netcdf';

const { values: options } = parseArgs({
  options: { challenge: { type: 'string', default: 'demo-osse' }, runs: { type: 'string', default: '5' } },
});
const url = (process.env.SILLAGE_URL ?? 'http://127.0.0.1:3000').replace(/\/+$/, '');
const token = process.env.SILLAGE_TOKEN;
const LOOK_MS = 10;
const LIMIT_MS = 60_000;

if (token === undefined || token === '') {
  console.error('set SILLAGE_URL and SILLAGE_TOKEN to a running platform and a token that may submit');
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'sillage-latency-'));
try {
  const challenge = await get(`/api/challenges/${options.challenge}`);
  const [task] = challenge.tasks;
  const map = await makeMaps(challenge, task);
  const rows = [];
  for (let run = 0; run < Number(options.runs); run += 1) {
    rows.push(await measure(challenge, task, await map(0.02 + 0.001 * run + 0.0001 * Math.random()), run));
    await sleep(6000); // the maps and files of this run must not slow the next one
  }
  const { grid } = map;
  console.log(
    `${challenge.id}, ${task.area} × ${task.scenario}, ${grid}, one submission at a time, ms after the last byte:\n`,
  );
  console.table(rows);
  const sorted = rows.map((row) => row['on the board']).sort((first, second) => first - second);
  console.log(
    `median ${sorted[Math.floor(sorted.length / 2)]} ms, worst ${sorted.at(-1)} ms; target 2000 ms`,
  );
} catch (error) {
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  console.error(`the measurement broke off: ${error.message}${cause}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function call(method, path, headers = {}, body = undefined) {
  const response = await fetch(path.startsWith('http') ? path : url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    body,
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response;
}

async function get(path) {
  return (await call('GET', path)).json();
}

/** A function that writes the truth of the scored box plus a small wave, and gives its bytes. */
async function makeMaps(challenge, task) {
  const truth = challenge.files.find((file) => file.role === 'truth' && file.area === task.area);
  const response = await call('GET', `/api/challenges/${challenge.id}/files/${truth.path}`);
  const truthPath = join(folder, 'truth.nc');
  await writeFile(truthPath, Buffer.from(await response.arrayBuffer()));
  const field = await openGriddedField(
    truthPath,
    truth.variable === undefined ? {} : { variable: truth.variable },
  );
  const { west, east, south, north } = challenge.areas.find((area) => area.id === task.area).scoredBox;
  const dayOf = (iso) => Date.parse(`${iso}T00:00:00Z`) / 86_400_000 + 7305;
  const { start, end } = challenge.periods.evaluation;
  const within = (axis, low, high) =>
    [...axis.keys()].filter((index) => axis[index] >= low - 1e-6 && axis[index] <= high + 1e-6);
  const days = within(field.grid.timeDays, dayOf(start), dayOf(end) + 0.999);
  const rows = within(field.grid.latDeg, south, north);
  const columns = within(field.grid.lonDeg, west, east);
  const pick = (axis, indices) => Float64Array.from(indices, (index) => axis[index]);
  const grid = {
    timeDays: pick(field.grid.timeDays, days),
    latDeg: pick(field.grid.latDeg, rows),
    lonDeg: pick(field.grid.lonDeg, columns),
  };
  const truthDays = [];
  for (const day of days) truthDays.push(Float32Array.from(await field.readDays(day, 1)));
  field.close();
  const width = field.grid.lonDeg.length;

  const make = async (errorM) => {
    const path = join(folder, 'map.nc');
    await writeGriddedField(path, {
      grid,
      variables: [
        {
          name: 'gssh',
          type: 'float32',
          attributes: { units: 'm' },
          readDay: (day) => {
            const values = new Float32Array(rows.length * columns.length);
            let index = 0;
            for (const row of rows) {
              for (const column of columns) {
                values[index] =
                  truthDays[day][row * width + column] +
                  errorM * Math.sin(0.9 * row + 1.7 * column + 2.1 * day);
                index += 1;
              }
            }
            return values;
          },
        },
      ],
    });
    return readFileSync(path);
  };
  make.grid = `${rows.length} × ${columns.length} × ${days.length}`;
  return make;
}

async function measure(challenge, task, bytes, run) {
  const created = await call('POST', '/api/uploads', {
    'tus-resumable': '1.0.0',
    'upload-length': String(bytes.length),
    'upload-metadata': `filename ${Buffer.from('map.nc').toString('base64')}`,
  });
  const uploadUrl = new URL(created.headers.get('location'), url).href;
  await call(
    'PATCH',
    uploadUrl,
    { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    bytes,
  );
  const startedMs = performance.now();
  const sinceStart = () => Math.round(performance.now() - startedMs);
  const request = {
    challenge: challenge.id,
    tasks: [task],
    uploadId: uploadUrl.split('/').at(-1),
    card: { name: `latency run ${run + 1}`, inputs: ['ssh-nadir'] },
  };
  const submission = await (
    await call('POST', '/api/submissions', { 'content-type': 'application/json' }, JSON.stringify(request))
  ).json();
  const row = { 'upload, MB': Number((bytes.length / 1e6).toFixed(1)), submitted: sinceStart() };
  const boardPath = `/api/challenges/${challenge.id}/leaderboard?area=${task.area}&scenario=${task.scenario}`;
  while (sinceStart() < LIMIT_MS) {
    const [view, board] = await Promise.all([get(`/api/submissions/${submission.id}`), get(boardPath)]);
    const [evaluation] = view.evaluations;
    if (evaluation.step === 'check' && evaluation.state === 'running') row['check starts'] ??= sinceStart();
    if (evaluation.step === 'score') row['check ends'] ??= sinceStart();
    if (evaluation.step === 'score' && evaluation.state === 'running') row['score starts'] ??= sinceStart();
    if (evaluation.state === 'rejected' || evaluation.state === 'failed')
      throw new Error(JSON.stringify(evaluation));
    if (board.rows.some((entry) => entry.submissionId === submission.id))
      return { ...row, 'on the board': sinceStart() };
    await sleep(LOOK_MS);
  }
  throw new Error(`no score within ${LIMIT_MS / 1000} s`);
}
