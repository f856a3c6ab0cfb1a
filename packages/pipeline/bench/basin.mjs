/**
 * `npm run bench:basin`: what scoring a basin costs, 761 × 1721 points (NATL at 1/20°), from process start to exit: 42 days and
 * a year, plain float32 and compressed by day. A quarter of the points is land. Needs 9 GB of disk in the temporary folder
 * and some minutes, most of them for writing the files; `npm run bench:basin -- --days 42` leaves the year out.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeGriddedField } from '@sillage/netcdf';
import { best, machineText, measure, printTable, row } from './measure.mjs';

const { values: options } = parseArgs({ options: { days: { type: 'string', default: '365' } } });
const LAT_COUNT = 761;
const LON_COUNT = 1721;
const FIRST_DAY = 22_940; // 2012-10-22
const LONG = { targetSeconds: 25, targetMiB: 400 };
const CASES = [
  {
    dayCount: 42,
    storage: { kind: 'contiguous' },
    runs: 3,
    targetSeconds: 2.5,
    targetMiB: 300,
    hasProducts: true,
  },
  { dayCount: 42, storage: { kind: 'deflate', level: 1 }, runs: 1, targetSeconds: 25, targetMiB: 400 },
  { dayCount: 365, storage: { kind: 'contiguous' }, runs: 2, ...LONG },
  { dayCount: 365, storage: { kind: 'deflate', level: 1 }, runs: 1, targetSeconds: null, targetMiB: 400 },
].filter(({ dayCount }) => dayCount <= Number(options.days));

const axis = (count, first, step) => Float64Array.from({ length: count }, (_, index) => first + index * step);
const wave = (count, of) => Float32Array.from({ length: count }, (_, index) => of(index));

/** Coasts on both sides that wander with latitude. */
const isOcean = Uint8Array.from({ length: LAT_COUNT * LON_COUNT }, (_, point) => {
  const [row, column] = [Math.floor(point / LON_COUNT), point % LON_COUNT];
  const west = 100 + 200 * Math.abs(Math.sin(row / 150)) * (row / LAT_COUNT);
  return column > west && column < LON_COUNT - 120 - 150 * Math.abs(Math.cos(row / 90)) ? 1 : 0;
});

/** A smooth field with small scales on top, in products of waves so that a year is written in seconds. */
function mapOf(day, smallScalesM) {
  const large = wave(LON_COUNT, (column) => Math.sin(column / 31 + day / 9));
  const sine = wave(LON_COUNT, (column) => Math.sin(column / 3.1 - day / 2));
  const cosine = wave(LON_COUNT, (column) => Math.cos(column / 3.1 - day / 2));
  const values = new Float32Array(LAT_COUNT * LON_COUNT);
  for (let row = 0; row < LAT_COUNT; row++) {
    const largeM = 0.4 * Math.cos(row / 27);
    const sineM = smallScalesM * Math.cos(row / 2.3);
    const cosineM = smallScalesM * Math.sin(row / 2.3);
    for (let column = 0; column < LON_COUNT; column++) {
      const point = row * LON_COUNT + column;
      const small = sineM * sine[column] + cosineM * cosine[column];
      values[point] = isOcean[point] ? 0.3 + largeM * large[column] + small : Number.NaN;
    }
  }
  return values;
}

async function writePair(folder, { dayCount, storage }) {
  const grid = {
    timeDays: axis(dayCount, FIRST_DAY, 1),
    latDeg: axis(LAT_COUNT, 27, 0.05),
    lonDeg: axis(LON_COUNT, -79, 0.05),
  };
  const paths = { reference: join(folder, 'truth.nc'), reconstruction: join(folder, 'map.nc') };
  const write = (path, name, smallScalesM) =>
    writeGriddedField(path, {
      grid,
      variables: [{ name, type: 'float32', readDay: (day) => mapOf(day, smallScalesM) }],
      storage,
    });
  await write(paths.reference, 'ssh_true', 0.1);
  await write(paths.reconstruction, 'ssh', 0.055);
  return paths;
}

const folder = mkdtempSync(join(tmpdir(), 'sillage-basin-'));
try {
  console.log(machineText('best of 1 to 3 runs'));
  const rows = [];
  for (const item of CASES) {
    const { dayCount, storage, runs, targetSeconds, targetMiB } = item;
    const paths = await writePair(folder, item);
    const files = ['--reference', paths.reference, '--reconstruction', paths.reconstruction];
    const score = ['score', ...files, '--protocol', 'osse-natl', '--threads', '2', '--json'];
    const measured = best(Array.from({ length: runs }, () => measure('../../cli/bin/sillage.mjs', score)));
    const form = storage.kind === 'contiguous' ? 'float32' : 'deflate, one day a chunk';
    rows.push(
      row(`score ${LAT_COUNT}×${LON_COUNT}×${dayCount}, ${form}`, measured, targetSeconds, targetMiB),
    );
    if (item.hasProducts) {
      const products = join(folder, 'products');
      mkdirSync(products);
      const made = measure('./products-process.mjs', [paths.reference, paths.reconstruction, products]);
      rows.push(row(`products ${LAT_COUNT}×${LON_COUNT}×${dayCount}`, made, 25, null));
      rmSync(products, { recursive: true });
    }
    for (const path of Object.values(paths)) rmSync(path);
  }
  printTable(rows);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
