/**
 * `npm run bench:score`: what one `sillage score` costs, from process start to exit, on this machine.
 * Input is float32 NetCDF-4, uncompressed and in one piece, as xarray writes it by default. Prints a table; it is not a test.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeGriddedField } from '@sillage/netcdf';
import { best, machineText, measure, printTable, row } from './measure.mjs';

const RUNS = 3;
const SIZES = [
  { latCount: 200, lonCount: 200, targetSeconds: 0.4, targetMiB: null },
  { latCount: 600, lonCount: 600, targetSeconds: 0.8, targetMiB: 240 },
  { latCount: 740, lonCount: 1720, targetSeconds: 2.5, targetMiB: 300 },
];
const DAY_COUNT = 42;
const FIRST_DAY = 22_940; // 2012-10-22

/** A smooth field with small scales on top; `error` adds what a reconstruction misses. */
function mapOf(day, latCount, lonCount, error) {
  const values = new Float32Array(latCount * lonCount);
  for (let lat = 0; lat < latCount; lat++) {
    for (let lon = 0; lon < lonCount; lon++) {
      const large = 0.4 * Math.sin(lon / 31 + day / 9) * Math.cos(lat / 27);
      const small = 0.1 * Math.sin(lon / 3.1 - day / 2 + lat / 2.3);
      values[lat * lonCount + lon] = 0.3 + large + (error ? 0.55 * small : small);
    }
  }
  return values;
}

async function writePair(folder, { latCount, lonCount }) {
  const axis = (count, first) => Float64Array.from({ length: count }, (_, index) => first + index * 0.05);
  const grid = {
    timeDays: Float64Array.from({ length: DAY_COUNT }, (_, index) => FIRST_DAY + index),
    latDeg: axis(latCount, 27),
    lonDeg: axis(lonCount, -79),
  };
  const paths = {};
  for (const [name, variable] of [
    ['reference', 'sossheig'],
    ['reconstruction', 'gssh'],
  ]) {
    paths[name] = join(folder, `${name}-${latCount}x${lonCount}.nc`);
    await writeGriddedField(paths[name], {
      grid,
      variables: [
        {
          name: variable,
          type: 'float32',
          readDay: (day) => mapOf(day, latCount, lonCount, name === 'reconstruction'),
        },
      ],
      storage: { kind: 'contiguous' },
    });
  }
  return paths;
}

function scoreArguments({ reference, reconstruction }) {
  return ['score', '--reference', reference, '--reconstruction', reconstruction, '--threads', '2', '--json'];
}

const folder = mkdtempSync(join(tmpdir(), 'sillage-bench-'));
try {
  console.log(machineText(`best of ${RUNS} runs`));
  const rows = [];
  for (const size of SIZES) {
    const paths = await writePair(folder, size);
    const runs = Array.from({ length: RUNS }, () =>
      measure('../../cli/bin/sillage.mjs', scoreArguments(paths)),
    );
    const label = `sillage score ${size.latCount}×${size.lonCount}×${DAY_COUNT}`;
    rows.push(row(label, best(runs), size.targetSeconds, size.targetMiB));
    for (const path of Object.values(paths)) rmSync(path);
  }
  const oi = Array.from({ length: RUNS }, () => measure('./oi-process.mjs', []));
  rows.push(
    row(
      'OI, one day, 3000 observations',
      { ...best(oi), seconds: Math.min(...oi.map((run) => run.output.analysisSeconds)) },
      0.7,
      null,
    ),
  );
  printTable(rows);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
