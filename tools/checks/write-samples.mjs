// Writes one NetCDF file of every kind that Sillage writes, with values that the Python check knows.
// usage: write-samples.mjs <folder>
import path from 'node:path';
import {
  createAlongTrackWriter,
  createGriddedObservationsWriter,
  createSwathWriter,
  writeAlongTrack,
  writeGriddedField,
} from '@sillage/netcdf';

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

const ascending = (/** @type {number} */ count, /** @type {(index: number) => number} */ value) =>
  Float64Array.from({ length: count }, (_, index) => value(index));
const alongTrackWriter = await createAlongTrackWriter(path.join(folder, 'along-track-pieces.nc'), {
  satellites: ['jason2', 'altika'],
  withErrors: true,
  attributes,
});
for (const first of [0, 120, 240]) {
  const count = Math.min(120, OBSERVATION_COUNT - first);
  alongTrackWriter.append({
    timeDays: ascending(count, (index) => FIRST_DAY + (first + index) / 100),
    latDeg: ascending(count, (index) => 33 + (first + index) * 0.01),
    lonDeg: ascending(count, (index) => -65 + (first + index) * 0.005),
    sshM: ascending(count, (index) =>
      first + index === 7 ? Number.NaN : 0.25 * Math.cos((first + index) * 0.05),
    ),
    errorM: new Float64Array(count).fill(0.01),
    satelliteIndex: Uint8Array.from({ length: count }, (_, index) => (first + index) % 2),
    cycle: new Int32Array(count).fill(1),
    track: new Int32Array(count).fill(2),
    alongTrackKm: ascending(count, (index) => 6 * (first + index)),
    modelIndex: new Float64Array(count),
  });
}
await alongTrackWriter.finish();

const LINE_COUNT = 200;
const ACROSS_TRACK_KM = Float64Array.of(-60, -35, -10, 10, 35, 60);
const cellCount = ACROSS_TRACK_KM.length;
/** The same formula is in opens_in_xarray.py; one cell in eleven is missing. */
const swathM = (/** @type {number} */ index) =>
  index % 11 === 0 ? Number.NaN : 0.3 * Math.sin(index * 0.02);
const cells = LINE_COUNT * cellCount;
const extent = { west: -66, east: -54, south: 32, north: 44 };
/** @type {[string, import('@sillage/netcdf').SwathStorage][]} */
const swathStorages = [
  ['full', { kind: 'full' }],
  ['compact', { kind: 'compact', extent }],
];
for (const [name, storage] of swathStorages) {
  const writer = await createSwathWriter(path.join(folder, `swath-${name}.nc`), {
    acrossTrackKm: ACROSS_TRACK_KM,
    satellite: 'swot',
    withErrors: true,
    storage,
    attributes,
  });
  const sshM = ascending(cells, swathM);
  const none = new Float64Array(cells);
  writer.append({
    timeDays: ascending(LINE_COUNT, (line) => FIRST_DAY + line / 1e4),
    latDeg: ascending(cells, (index) => 33 + Math.floor(index / cellCount) * 0.02),
    lonDeg: ascending(cells, (index) => -65 + (index % cellCount) * 0.1),
    sshM,
    sshObservedM: sshM.map((height) => height + 0.02),
    errorsM: {
      karin: none.map(() => 0.02),
      roll: none,
      phase: none,
      baselineDilation: none,
      timing: none,
      wetTroposphere: none,
    },
    alongTrackKm: ascending(LINE_COUNT, (line) => 2 * line),
    nadirLatDeg: ascending(LINE_COUNT, (line) => 33 + line * 0.02),
    nadirLonDeg: new Float64Array(LINE_COUNT).fill(-65),
    modelIndex: new Float64Array(LINE_COUNT),
  });
  await writer.finish();
}

/** @type {import('@sillage/netcdf').GriddedObservationsStorage[]} */
const observationStorages = ['float64', 'float32', 'packed'];
for (const storage of observationStorages) {
  const writer = await createGriddedObservationsWriter(path.join(folder, `observations-${storage}.nc`), {
    grid: { ...grid, timeDays: ascending(DAY_COUNT, (day) => FIRST_DAY + day) },
    mask: new Uint8Array(LAT_COUNT * LON_COUNT).fill(1),
    storage,
    attributes,
  });
  for (let day = 0; day < DAY_COUNT; day++) {
    const sshM = valuesM.slice(day * LAT_COUNT * LON_COUNT, (day + 1) * LAT_COUNT * LON_COUNT);
    const seen = (/** @type {number} */ value) =>
      sshM.map((height) => (Number.isNaN(height) ? height : value));
    writer.append({
      sshM,
      sshObservedM: sshM.map((height) => height + 0.02),
      lagDays: seen(0.3),
      flag: seen(0.25),
    });
  }
  await writer.finish();
}
