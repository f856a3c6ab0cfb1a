/**
 * `npm run bench:simulate`: what observing a year of NATL at 1/20° by every satellite of swot1-nadir4-noise3 costs on this
 * machine, into gridded observations: four nadirs, SWOT's nadir and KaRIn at 2 km, all errors on. The truth is made on the fly,
 * its time is given apart. Prints a table; it is not a test.
 *
 * usage: simulate.mjs [days] (default 365)
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulateObservations } from '@sillage/pipeline';

const TARGET_SECONDS = 60;
const dayCount = Number(process.argv[2] ?? 365);
if (!Number.isInteger(dayCount) || dayCount < 1) throw new Error('usage: simulate.mjs [days]');
const FIRST_DAY = 22_919; // 2012-10-01
const axis = (first, count) => Float64Array.from({ length: count }, (_, index) => first + index * 0.05);
const grid = {
  timeDays: Float64Array.from({ length: dayCount + 1 }, (_, index) => FIRST_DAY + index),
  latDeg: axis(27, 761),
  lonDeg: axis(-79, 1721),
};

/** Eddies that drift; 23 % of the nodes are land, as in the real NATL. */
const columns = (factor, phase) => Float32Array.from(grid.lonDeg, (lon) => Math.sin(factor * lon + phase));
const rows = (factor) => Float32Array.from(grid.latDeg, (lat) => Math.cos(factor * lat));
const [large, small] = [rows(1.9), rows(7.3)];
let truthSeconds = 0;
function readDay(day) {
  const started = process.hrtime.bigint();
  const values = new Float32Array(761 * 1721);
  const [broad, narrow] = [columns(1.7, day / 30), columns(6.1, day / 11)];
  for (let row = 0, at = 0; row < 761; row++) {
    for (let column = 0; column < 1721; column++, at++) {
      const isLand = column > 1324 + 0.5 * row - 190;
      values[at] = isLand
        ? Number.NaN
        : 0.4 * large[row] * broad[column] + 0.08 * small[row] * narrow[column];
    }
  }
  truthSeconds += Number(process.hrtime.bigint() - started) / 1e9;
  return values;
}

const folder = mkdtempSync(join(tmpdir(), 'sillage-bench-simulate-'));
const griddedPath = join(folder, 'gridded.nc');
try {
  const cpuBefore = process.cpuUsage();
  const started = process.hrtime.bigint();
  const result = await simulateObservations({
    truth: { name: 'a field of eddies', grid, readDay },
    scenario: 'swot1-nadir4-noise3',
    seed: 1,
    outputs: { griddedPath },
    compact: true,
    threads: 2,
    now: new Date(),
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const cpu = process.cpuUsage(cpuBefore);
  const million = (count) => `${(count / 1e6).toFixed(2)} million`;
  const table = [
    ['days', `${dayCount}`],
    ['observations of nadirs', million(result.observationCount)],
    ['cells of KaRIn', million(result.swathCellCount)],
    ['wall', `${seconds.toFixed(1)} s`],
    ['  of it making the truth', `${truthSeconds.toFixed(1)} s`],
    ['CPU, all threads', `${((cpu.user + cpu.system) / 1e6).toFixed(1)} s`],
    ['peak memory', `${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`],
    ['file', `${(statSync(griddedPath).size / 2 ** 20).toFixed(0)} MiB`],
    ['target for 365 days', `${TARGET_SECONDS} s`],
    ['machine', `${cpus()[0]?.model}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`],
  ];
  for (const [name, value] of table) console.log(`${name.padEnd(28)}${value}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
