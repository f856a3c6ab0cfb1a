import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  openGriddedField,
  openNetcdf,
  type GriddedField,
  type NetcdfFile,
  type NetcdfVariable,
} from '@sillage/netcdf';
import { isTagged, keptSeeds, repositorySeed } from './corpus.ts';
import { RestartError, type FuzzTarget, type Seed } from './fuzz-target.ts';
import { changedBytes, pick } from './mutations.ts';

const FIXTURES = 'packages/netcdf/test/fixtures';
/** As a task has them, and small enough for many cases. */
const LIMITS = { maxDeclaredBytes: 64 * 2 ** 20, maxChunkBytes: 16 * 2 ** 20 };
const MAX_VALUES = 2 ** 20;

/** The structure gate, then every value, then the heights of a map as check and score read them. `read`: all of it. */
export function netcdfTarget(format: 'classic' | 'hdf5'): FuzzTarget {
  const name = `netcdf-${format}`;
  const seeds = [...fixturesOf(format), ...keptSeeds(name)];
  const path = join(tmpdir(), `fuzz-${process.pid}.nc`);
  process.on('exit', () => rmSync(path, { force: true }));
  return {
    name,
    seeds,
    mutate: (random) =>
      changedBytes(pick(seeds, random), seeds, random, format === 'hdf5' || random(4) === 0),
    run: async ({ bytes }) => {
      writeFileSync(path, bytes);
      const isOpened = await isRead(async () => readAll(await openNetcdf(path, LIMITS)));
      if (!isOpened) return 'refused';
      const isMap = await isRead(async () =>
        readHeights(await openGriddedField(path, { limits: LIMITS, acceptsTextTimes: true }), bytes),
      );
      return isMap ? 'read' : 'refused';
    },
  };
}

function fixturesOf(format: 'classic' | 'hdf5'): Seed[] {
  return readdirSync(new URL(`../../${FIXTURES}`, import.meta.url))
    .filter((file) => /[.](nc|h5)$/.test(file))
    .sort()
    .map((file) => repositorySeed(`${FIXTURES}/${file}`))
    .filter(({ bytes }) => (bytes[0] === 0x43) === (format === 'classic'));
}

/** @throws whatever is no refusal; RestartError where the HDF5 library gave up for good. */
async function isRead(read: () => Promise<void>): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (error) {
    if (!isTagged(error, 'NetcdfError')) throw error;
    if (error.cause instanceof Error && error.cause.name === 'RuntimeError') throw new RestartError();
    return false;
  }
}

async function readAll(file: NetcdfFile): Promise<void> {
  try {
    JSON.stringify(file.attributes);
    for (const variable of file.variables) await readVariable(file, variable);
  } finally {
    file.close();
  }
}

async function readVariable(file: NetcdfFile, variable: NetcdfVariable): Promise<void> {
  const { name, shape, type } = variable;
  const length = shape.reduce((product, size) => product * size, 1);
  if (length === 0) return;
  if (type === 'string' && shape.length === 1 && length <= MAX_VALUES) await file.readTexts?.(name);
  if (type === 'string' || type === 'unsupported') return;
  const count = length <= MAX_VALUES ? shape : shape.map(() => 1);
  const values = await file.readSlab(
    name,
    shape.map(() => 0),
    count,
  );
  const expected = count.reduce((product, size) => product * size, 1);
  if (values.length !== expected) throw new Error(`${name}: ${values.length} values instead of ${expected}`);
}

/** By days, by bands and, where scoring does so, straight from the bytes: the same heights each time. */
async function readHeights(field: GriddedField, bytes: Uint8Array): Promise<void> {
  try {
    const { timeDays, latDeg, lonDeg } = field.grid;
    const mapLength = latDeg.length * lonDeg.length;
    const timeCount = timeDays.length;
    if (timeCount * mapLength > MAX_VALUES) return;
    const heights = new Float64Array(timeCount * mapLength);
    for (let start = 0; start < timeCount; start += field.preferredDayCount) {
      const count = Math.min(field.preferredDayCount, timeCount - start);
      heights.set(await field.readDays(start, count), start * mapLength);
    }
    for (let start = 0; start < latDeg.length; start += field.preferredLatCount) {
      const count = Math.min(field.preferredLatCount, latDeg.length - start);
      const band = await field.readBand(start, count);
      const rowLength = count * lonDeg.length;
      for (let time = 0; time < timeCount; time++) {
        const at = time * mapLength + start * lonDeg.length;
        requireSame(
          band.subarray(time * rowLength, (time + 1) * rowLength),
          heights.subarray(at, at + rowLength),
        );
      }
    }
    const direct = directHeights(field, bytes, heights.length);
    if (direct !== null) requireSame(direct, heights);
  } finally {
    field.close();
  }
}

/** Null where scoring takes the way of the decoding. */
function directHeights({ directLayout, valueType }: GriddedField, bytes: Uint8Array, length: number) {
  if (directLayout === null) return null;
  const { offsetBytes, plausibleLimitM } = directLayout;
  const Heights = valueType === 'float64' ? Float64Array : Float32Array;
  const stored = bytes.slice(offsetBytes, offsetBytes + length * Heights.BYTES_PER_ELEMENT);
  const heights = new Heights(stored.buffer);
  return heights.some((valueM) => Math.abs(valueM) > plausibleLimitM) ? null : heights;
}

function requireSame(values: ArrayLike<number>, expected: ArrayLike<number>): void {
  if (values.length !== expected.length)
    throw new Error(`${values.length} heights instead of ${expected.length}`);
  for (let i = 0; i < expected.length; i++)
    if (!Object.is(values[i], expected[i]))
      throw new Error(`height ${i} is ${values[i]} in one way and ${expected[i]} in another`);
}
