// Writes one NetCDF file of every kind that Sillage writes, with values that the Python check knows.
// usage: write-samples.mjs <folder>
import path from 'node:path';
import { writeAlongTrack, writeGriddedField } from '@sillage/netcdf';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: write-samples.mjs <folder>');

const DAY_COUNT = 5;
const LAT_COUNT = 11;
const LON_COUNT = 21;
/** 2012-10-22, the first day of the challenges. */
const FIRST_DAY = 22_940;

const grid = {
  timeDays: Float64Array.from({ length: DAY_COUNT }, (_, day) => FIRST_DAY + day + 0.5),
  latDeg: Float64Array.from({ length: LAT_COUNT }, (_, row) => 33 + row * 0.05),
  lonDeg: Float64Array.from({ length: LON_COUNT }, (_, column) => -65 + column * 0.05),
};

/** The same formula is in opens_in_xarray.py; one node in seven of the last day is missing. */
const sampleM = (/** @type {number} */ index) => {
  const day = Math.floor(index / (LAT_COUNT * LON_COUNT));
  if (day === DAY_COUNT - 1 && index % 7 === 0) return Number.NaN;
  return 0.5 * Math.sin(index * 0.1) + 0.01 * day;
};
const valuesM = Float64Array.from({ length: DAY_COUNT * LAT_COUNT * LON_COUNT }, (_, index) =>
  sampleM(index),
);

const attributes = { title: 'Sample', source: 'write-samples.mjs', history: '2026-01-01T00:00:00Z written' };
const described = {
  standard_name: 'sea_surface_height_above_geoid',
  long_name: 'sea surface height',
  units: 'm',
};
/** @type {import('@sillage/netcdf').GriddedStorage[]} */
const storages = [{ kind: 'contiguous' }, { kind: 'deflate', level: 4 }];

for (const storage of storages) {
  await writeGriddedField(path.join(folder, `gridded-float32-${storage.kind}.nc`), {
    grid,
    attributes,
    storage,
    variables: [{ name: 'ssh', type: 'float32', attributes: described, values: Float32Array.from(valuesM) }],
  });
  await writeGriddedField(path.join(folder, `gridded-float64-${storage.kind}.nc`), {
    grid,
    attributes,
    storage,
    variables: [
      {
        name: 'ssh',
        type: 'float64',
        attributes: described,
        readDay: (day) => valuesM.slice(day * LAT_COUNT * LON_COUNT, (day + 1) * LAT_COUNT * LON_COUNT),
      },
    ],
  });
  await writeGriddedField(path.join(folder, `gridded-packed-${storage.kind}.nc`), {
    grid,
    attributes,
    storage,
    variables: [
      {
        name: 'ssh',
        type: 'int16',
        packing: { scaleFactor: 1e-4, addOffset: 0 },
        attributes: described,
        values: valuesM,
      },
    ],
  });
}

const OBSERVATION_COUNT = 300;
const along = (/** @type {(index: number) => number} */ value) =>
  Float64Array.from({ length: OBSERVATION_COUNT }, (_, index) => value(index));
await writeAlongTrack(path.join(folder, 'along-track.nc'), {
  timeDays: along((index) => FIRST_DAY + index / 100),
  latDeg: along((index) => 33 + index * 0.01),
  lonDeg: along((index) => -65 + index * 0.005),
  sshM: along((index) => (index === 7 ? Number.NaN : 0.25 * Math.cos(index * 0.05))),
  satelliteIndex: Uint8Array.from({ length: OBSERVATION_COUNT }, (_, index) => index % 2),
  satellites: ['jason2', 'altika'],
  attributes,
});
