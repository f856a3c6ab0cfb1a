import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGriddedField, openNetcdf, type NetcdfFile, type NetcdfVariable } from '@sillage/netcdf';
import { isTagged, keptSeeds, repositorySeed } from './corpus.ts';
import { RestartError, type FuzzTarget, type Seed } from './fuzz-target.ts';
import { changedBytes, pick } from './mutations.ts';

const FIXTURES = 'packages/netcdf/test/fixtures';
/** As a task has them, and small enough for many cases. */
const LIMITS = { maxDeclaredBytes: 64 * 2 ** 20, maxChunkBytes: 16 * 2 ** 20 };
const MAX_VALUES = 2 ** 20;

/** The structure gate, then every value and the decoding of a map, by the reader of the server. */
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
      await isRead(async () => {
        const field = await openGriddedField(path, { limits: LIMITS });
        field.close();
      });
      return 'read';
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
