/**
 * `npm run bench:score`: what one `sillage score` costs, from process start to exit, on this machine, in turns with numpy after the
 * same formulas (`score.py`; left out where Python or a package is missing).
 * Input is float32 NetCDF-4, uncompressed and in one piece, as xarray writes it by default. Prints a table; it is not a test.
 *
 * `-- --sizes 200x200,600x600 --runs 5` asks for other sizes; `--no-oi` leaves the OI out.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeGriddedField } from '@sillage/netcdf';
import { best, machineText, measure, printTable } from './measure.mjs';

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '200x200,600x600,740x1720' },
    runs: { type: 'string', default: '3' },
    'no-oi': { type: 'boolean', default: false },
  },
});
const RUNS = Number(options.runs);
/** Debian's, which has numpy, xarray and contourpy where the tests ran; elsewhere whatever is first in the path. */
const PYTHON = process.env.PYTHON ?? '/usr/bin/python3';
/** How many times faster than Python it is to be. */
const TARGETS = { '200x200': 15, '600x600': 15, '740x1720': 12 };
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

/** Null where Python cannot do it. */
function measurePython({ reference, reconstruction }) {
  const script = fileURLToPath(new URL('./score.py', import.meta.url));
  const started = process.hrtime.bigint();
  const child = spawnSync(PYTHON, [script, reference, 'sossheig', reconstruction, 'gssh'], {
    encoding: 'utf8',
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (child.error !== undefined || /ModuleNotFoundError/.test(child.stderr)) return null;
  if (child.status !== 0) throw new Error(`score.py failed: ${child.stderr}`);
  const { cpuSeconds, peakMiB, ...output } = JSON.parse(child.stdout);
  return { seconds, cpuSeconds, peakMiB, output };
}

/**
 * Both compute the same scores, or one is not worth timing. The field has two waves: elsewhere the spectra hold round-off, which
 * moves λ in its fourth digit.
 */
const TOLERANCES = { mu: 1e-6, sigma: 1e-5, lambda_x_deg: 1e-3, lambda_t_days: 1e-3 };

function requireSame(label, ours, theirs) {
  for (const [name, tolerance] of Object.entries(TOLERANCES)) {
    const [a, b] = [ours[name], theirs[name]];
    if (!(Math.abs(a - b) <= tolerance * Math.abs(b)))
      throw new Error(`${label}: ${name} is ${a}, in Python ${b}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'sillage-bench-'));
try {
  console.log(machineText(`best of ${RUNS} runs, in turns`));
  const rows = [];
  for (const size of options.sizes.split(',')) {
    const [latCount, lonCount] = size.split('x').map(Number);
    const paths = await writePair(folder, { latCount, lonCount });
    const ours = [];
    const theirs = [];
    for (let run = 0; run < RUNS; run++) {
      ours.push(measure('../../cli/bin/sillage.mjs', scoreArguments(paths)));
      const other = measurePython(paths);
      if (other === null) continue;
      theirs.push(other);
      requireSame(size, ours[run].output, other.output);
    }
    const label = `score ${latCount}×${lonCount}×${DAY_COUNT}`;
    rows.push(cells(`sillage ${label}`, best(ours), null, null));
    if (theirs.length > 0) {
      const ratio = best(theirs).seconds / best(ours).seconds;
      rows.push(cells(`numpy ${label}`, best(theirs), ratio, TARGETS[size] ?? null));
    }
    for (const path of Object.values(paths)) rmSync(path);
  }
  if (!options['no-oi']) {
    const oi = Array.from({ length: RUNS }, () => measure('./oi-process.mjs', []));
    const seconds = Math.min(...oi.map((run) => run.output.analysisSeconds));
    rows.push(cells('OI, one day, 3000 observations', { ...best(oi), seconds }, null, null));
  }
  printTable(rows, ['case', 'wall s', 'cpu s', 'peak MiB', 'numpy ÷ sillage', 'target']);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function cells(label, { seconds, cpuSeconds, peakMiB }, ratio, target) {
  return [
    label,
    seconds.toFixed(3),
    cpuSeconds.toFixed(2),
    peakMiB.toFixed(0),
    ratio === null ? '' : ratio.toFixed(1),
    target === null ? '' : `≥ ${target}`,
  ];
}
