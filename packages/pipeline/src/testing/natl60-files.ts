import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { challengeDefinitionSchema, type Box, type ChallengeDefinition } from '@sillage/contracts';
import { daysSince1950 } from '@sillage/science';
import { writeClassicFile, type ClassicVariable, type ValueRun } from './classic-file.js';

/** Height of a look-alike ocean, m: an eddy that drifts west in small waves. Times are days since 1950-01-01. */
export type Ocean = (timeDays: number, latDeg: number, lonDeg: number) => number;

export const LIKE_OCEAN: Ocean = (time, lat, lon) => oceanOf(time - START, lat, lon);
/** Another simulation of the same place: other eddies, the same size. */
export const OTHER_OCEAN: Ocean = (time, lat, lon) => oceanOf(time - START + 400, lon * 1.3, lat * 0.9);

function oceanOf(days: number, lat: number, lon: number): number {
  return (
    0.2 +
    0.25 * Math.sin(2.1 * lon + 0.06 * days) * Math.cos(1.9 * lat - 0.04 * days) +
    0.1 * Math.cos(3.3 * (lon + lat) + 0.05 * days)
  );
}

const START = daysSince1950('2012-10-01');
export const LIKE_BOX = { west: -60, east: -58, south: 34, north: 36 };

/** Coordinates as these files have them: every step added to the last one, so that round-off accumulates. */
export function accumulated(first: number, step: number, count: number): Float64Array {
  const values = new Float64Array(count);
  let value = first;
  for (let index = 0; index < count; index++, value += step) values[index] = value;
  return values;
}

/** A definition like the shipped one, on a box of 2° and an area less. */
export function smallDefinition(
  shipped: unknown,
  changes: Partial<ChallengeDefinition> = {},
): ChallengeDefinition {
  const definition = challengeDefinitionSchema.parse(shipped);
  const areas = definition.areas.map((area) => (area.id === 'gf' ? { ...area, scoredBox: LIKE_BOX } : area));
  return { ...definition, areas, ...changes };
}

export type BasinGrid = { latFirst: number; latCount: number; lonFirst: number; lonCount: number };
/** A small basin around the box; like the real one, the truth reaches one degree further south than the rest. */
export const SMALL_TRUTH: BasinGrid = { latFirst: 32.5, latCount: 91, lonFirst: -60.5, lonCount: 61 };
export const SMALL_REST: BasinGrid = { latFirst: 33.5, latCount: 71, lonFirst: -60.5, lonCount: 61 };
const SPACING = 0.05;

export type BasinOptions = {
  grid?: BasinGrid;
  dayCount?: number;
  ocean?: Ocean;
  /** Days that are left out of the time axis, and days that are there twice. */
  withoutDays?: number[];
  twice?: number[];
  spacingDeg?: number;
  /** Where and when there are values; everything else is a hole. Default: everywhere. */
  only?: { dayCount: number; boxes: Box[] };
};

/** `NATL60-CJM165_NATL_ssh_y2013.1y.nc`: float64 without attributes, noon in seconds of a time axis without units. */
export function writeTruthLike(
  path: string,
  options: BasinOptions & { variable?: 'ssh' | 'sst'; timeUnits?: string } = {},
): string {
  const { grid = SMALL_TRUTH, ocean = LIKE_OCEAN, variable = 'ssh' } = options;
  const days = daysOf(options);
  const lat = accumulated(grid.latFirst, options.spacingDeg ?? SPACING, grid.latCount);
  const lon = accumulated(grid.lonFirst, options.spacingDeg ?? SPACING, grid.lonCount);
  return writeFile(path, {
    dimensions: { time: null, lat: grid.latCount, lon: grid.lonCount },
    recordCount: days.length,
    variables: [
      {
        name: 'time',
        type: 'float64',
        dimensions: ['time'],
        values: (record) => [43_200 + 86_400 * days[record]!],
        ...(options.timeUnits === undefined ? {} : { attributes: { units: options.timeUnits } }),
      },
      { name: 'lat', type: 'float64', dimensions: ['lat'], values: lat },
      { name: 'lon', type: 'float64', dimensions: ['lon'], values: lon },
      {
        name: variable,
        type: 'float64',
        dimensions: ['time', 'lat', 'lon'],
        values: (record) =>
          recordOf(record, options.only, lat, lon, (y, x) => {
            // The mean of a day is that of its noon.
            const height = ocean(START + days[record]! + 0.5, y, x);
            return variable === 'sst' ? 18 + 4 * height : height;
          }),
      },
    ],
  });
}

/** `dataset_nadir_0d_swot.nc`: midnight stamps, integer days; points went to the next node north-east. */
export function writeObservationsLike(path: string, options: BasinOptions = {}): string {
  const { grid = SMALL_REST, ocean = LIKE_OCEAN } = options;
  const days = daysOf(options);
  const lat = accumulated(grid.latFirst, SPACING, grid.latCount);
  const lon = accumulated(grid.lonFirst, SPACING, grid.lonCount);
  const isSeen = (day: number, row: number, column: number): boolean =>
    (row + 2 * column + 5 * day) % 11 === 0;
  const lagOf = (row: number): number => (row % 10) / 10;
  const field = (
    name: string,
    value: (day: number, row: number, column: number) => number,
  ): ClassicVariable => ({
    name,
    type: 'float64',
    dimensions: ['time', 'lat', 'lon'],
    values: (record) =>
      recordOf(record, options.only, lat, lon, (_y, _x, row, column) =>
        isSeen(days[record]!, row, column) ? value(days[record]!, row, column) : NaN,
      ),
  });
  const height = (day: number, row: number, column: number): number =>
    ocean(START + day + lagOf(row), lat[row]! - 0.025, lon[column]! - 0.025);
  return writeFile(path, {
    dimensions: { time: null, lat: grid.latCount, lon: grid.lonCount },
    recordCount: days.length,
    variables: [
      { name: 'mask', type: 'float64', dimensions: ['lat', 'lon'], values: mapOf(lat, lon, () => 1) },
      field('lag', (_day, row) => lagOf(row)),
      field('flag', (day, row, column) => [0, 1, 1 / 3][(day + row + column) % 3]!),
      field(
        'ssh_obs',
        (day, row, column) => height(day, row, column) + 0.02 * Math.sin(37 * row + 11 * column),
      ),
      field('ssh_mod', height),
      {
        name: 'time',
        type: 'float64',
        dimensions: ['time'],
        attributes: { units: 'days since 2012-10-01 00:00:00' },
        values: (record) => [days[record]!],
      },
      { name: 'lat', type: 'float64', dimensions: ['lat'], values: lat },
      { name: 'lon', type: 'float64', dimensions: ['lon'], values: lon },
    ],
  });
}

/** `ssh_NATL60_swot_4nadir.nc`: the OI of DUACS, with large numbers where it has no value. */
export function writeOiLike(path: string, options: BasinOptions & { sentinels?: number[] } = {}): string {
  const { grid = SMALL_REST, ocean = LIKE_OCEAN } = options;
  const days = daysOf(options);
  const lat = accumulated(grid.latFirst, SPACING, grid.latCount);
  const lon = accumulated(grid.lonFirst, SPACING, grid.lonCount);
  const field = (name: string, factor: number): ClassicVariable => ({
    name,
    type: 'float64',
    dimensions: ['time', 'lat', 'lon'],
    values: (record) => {
      const map = mapOf(lat, lon, (y, x) => factor * ocean(START + days[record]!, y, x));
      (options.sentinels ?? []).forEach((value, index) => (map[index] = value));
      return map;
    },
  });
  return writeFile(path, {
    dimensions: { time: null, lat: grid.latCount, lon: grid.lonCount },
    recordCount: days.length,
    variables: [
      field('ssh_mod', 0.9),
      field('ssh_obs', 0.85),
      {
        name: 'time',
        type: 'float64',
        dimensions: ['time'],
        attributes: { units: 'days since 2012-10-01 00:00:00' },
        values: (record) => [days[record]!],
      },
      { name: 'lat', type: 'float64', dimensions: ['lat'], values: lat },
      { name: 'lon', type: 'float64', dimensions: ['lon'], values: lon },
    ],
  });
}

/** Nodes of the hourly look-alikes: a few at 1/60° in the middle of the box, which is a quarter of a degree wide. */
export const HOURLY_BOX = { west: -59.25, east: -58.75, south: 34.75, north: 35.25 };
const HOURLY_NODES = 31;

/** One daily file of `dc_ref`: 24 hourly means of float32, half past, seconds since 1958-01-01. */
export function writeHourlyLike(
  folder: string,
  day: string,
  options: {
    ocean?: Ocean;
    hourCount?: number;
    contentDay?: string;
    subfolder?: string;
    /** What writing does to a coordinate, degrees. */
    rounded?: (valueDeg: number) => number;
    /** Nodes that are left out in the west and south: those of the real files begin a step inside the box. */
    firstNode?: number;
  } = {},
): string {
  const { ocean = LIKE_OCEAN, hourCount = 24, contentDay = day } = options;
  const { rounded = (valueDeg) => valueDeg, firstNode = 0 } = options;
  const nodeCount = HOURLY_NODES - firstNode;
  const axis = (firstDeg: number): Float64Array =>
    Float64Array.from({ length: nodeCount }, (_, index) => rounded((firstDeg * 60 + firstNode + index) / 60));
  const name = `NATL60-CJM165_GULFSTREAM_y${day.slice(0, 4)}m${day.slice(5, 7)}d${day.slice(8)}.1h_SSH.nc`;
  const lat = axis(HOURLY_BOX.south);
  const lon = axis(HOURLY_BOX.west);
  const first = daysSince1950(contentDay);
  const seconds = (hour: number): number =>
    (first - daysSince1950('1958-01-01')) * 86_400 + 1800 + 3600 * hour;
  return writeFile(join(folder, options.subfolder ?? '', name), {
    dimensions: { time: null, axis_nbounds: 2, lat: nodeCount, lon: nodeCount },
    recordCount: hourCount,
    attributes: { Conventions: 'CF-1.6' },
    variables: [
      {
        name: 'time',
        type: 'float64',
        dimensions: ['time'],
        attributes: {
          units: 'seconds since 1958-01-01 00:00:00',
          calendar: 'gregorian',
          bounds: 'time_counter_bounds',
        },
        values: (hour) => [seconds(hour)],
      },
      {
        name: 'time_counter_bounds',
        type: 'float64',
        dimensions: ['time', 'axis_nbounds'],
        values: (hour) => [seconds(hour) - 1800, seconds(hour) + 1800],
      },
      {
        name: 'lat',
        type: 'float64',
        dimensions: ['lat'],
        attributes: { units: 'degrees_north' },
        values: lat,
      },
      {
        name: 'lon',
        type: 'float64',
        dimensions: ['lon'],
        attributes: { units: 'degrees_east' },
        values: lon,
      },
      {
        name: 'sossheig',
        type: 'float32',
        dimensions: ['time', 'lat', 'lon'],
        attributes: {
          units: 'm',
          standard_name: 'sea_surface_height_above_geoid',
          long_name: 'seasurfaceheight',
          cell_methods: 'time: mean (interval: 40 s)',
        },
        values: (hour) => mapOf(lat, lon, (y, x) => ocean(first + (hour + 0.5) / 24, y, x)),
      },
    ],
  });
}

/** A pass every 0.4 days, a point every second or so along a diagonal of a box. */
function passes(
  days: { first: number; count: number },
  box: { west: number; east: number; south: number; north: number },
  perPass = 60,
  stepSeconds = 1.07,
): { time: number; lat: number; lon: number; pass: number }[] {
  const points: { time: number; lat: number; lon: number; pass: number }[] = [];
  for (let pass = 0; pass < days.count / 0.4; pass++) {
    for (let index = 0; index < perPass; index++) {
      const along = index / (perPass - 1);
      const across = (pass * 0.37) % 1;
      points.push({
        time: days.first + pass * 0.4 + (index * stepSeconds) / 86_400,
        lat: box.south + along * (box.north - box.south),
        lon: box.west + ((across + (pass % 2 ? along : 1 - along) * 0.5) % 1) * (box.east - box.west),
        pass,
      });
    }
  }
  return points;
}

/** A nadir file of `dc_obs`: longitudes 0–360, a dimension `cycle` of length 1, made by the SWOT simulator. */
export function writeNadirLike(
  path: string,
  options: { ocean?: Ocean; dayCount?: number; box?: typeof LIKE_BOX; phase?: number } = {},
): string {
  const { ocean = LIKE_OCEAN, dayCount = 80, box = HOURLY_BOX } = options;
  const points = passes({ first: START + 0.14 + (options.phase ?? 0), count: dayCount }, box);
  const along = (
    name: string,
    type: 'float32' | 'float64',
    value: (point: (typeof points)[number], index: number) => number,
    units?: string,
  ): ClassicVariable => ({
    name,
    type,
    dimensions: ['time'],
    ...(units === undefined ? {} : { attributes: { units } }),
    values: points.map(value),
  });
  return writeFile(path, {
    dimensions: { time: points.length, cycle: 1 },
    variables: [
      along('time', 'float64', ({ time }) => (time - START) * 86_400, 'seconds since 2012-10-01 00:00:00'),
      along('lon', 'float64', ({ lon }) => lon + 360, 'degrees_east'),
      along('lat', 'float64', ({ lat }) => lat, 'degrees_north'),
      along('x_al', 'float32', (_, index) => index * 7, 'km'),
      along('ncycle', 'float64', ({ pass }) => Math.floor(pass / 25)),
      along('model_index', 'float32', (_, index) => index % 365),
      along('ssh_model', 'float64', ({ time, lat, lon }) => ocean(time, lat, lon), 'm'),
      along('nadir_err', 'float64', (_, index) => 0.02 * Math.sin(17 * index), 'm'),
      along(
        'ssh_obs',
        'float64',
        ({ time, lat, lon }, index) => ocean(time, lat, lon) + 0.02 * Math.sin(17 * index),
        'm',
      ),
      { name: 'cycle', type: 'int32', dimensions: ['cycle'], values: [1] },
    ],
  });
}

/** `karin_swot` of `dc_obs`: time × nC, 26 cells of 2 km on each side of a gap. */
export function writeKarinLike(path: string, options: { ocean?: Ocean; dayCount?: number } = {}): string {
  const { ocean = LIKE_OCEAN, dayCount = 80 } = options;
  const cells = 52;
  const lines = passes({ first: START + 0.2, count: dayCount }, HOURLY_BOX, 20);
  const across = Array.from({ length: cells }, (_, cell) =>
    cell < 26 ? -60 + 2 * cell : 10 + 2 * (cell - 26),
  );
  const swath = (
    name: string,
    value: (line: (typeof lines)[number], lon: number, cell: number) => number,
  ): ClassicVariable => ({
    name,
    type: 'float64',
    dimensions: ['time', 'nC'],
    values: lines.flatMap((line) => across.map((km, cell) => value(line, line.lon + km / 91, cell))),
  });
  return writeFile(path, {
    dimensions: { time: lines.length, nC: cells },
    variables: [
      {
        name: 'time',
        type: 'float64',
        dimensions: ['time'],
        attributes: { units: 'seconds since 2012-10-01 00:00:00' },
        values: lines.map(({ time }) => (time - START) * 86_400),
      },
      { ...swath('lon', (_, lon) => lon + 360), attributes: { units: 'degrees_east' } },
      { ...swath('lat', ({ lat }) => lat), attributes: { units: 'degrees_north' } },
      {
        name: 'x_al',
        type: 'float64',
        dimensions: ['time'],
        attributes: { units: 'km' },
        values: lines.map((_, index) => 2 * index),
      },
      { name: 'x_ac', type: 'float64', dimensions: ['nC'], attributes: { units: 'km' }, values: across },
      { ...swath('ssh_model', ({ time, lat }, lon) => ocean(time, lat, lon)), attributes: { units: 'm' } },
      {
        ...swath('ssh_obs', ({ time, lat }, lon, cell) => ocean(time, lat, lon) + 0.01 * Math.sin(5 * cell)),
        attributes: { units: 'm' },
      },
      { ...swath('karin_err', (_line, _lon, cell) => 0.01 * Math.sin(5 * cell)), attributes: { units: 'm' } },
    ],
  });
}

/** `dt_gulfstream_<sat>_phy_l3_….nc` of the 2021a challenge: heights in parts, longitudes 0–360. */
export function writeLevel3Like(
  path: string,
  options: {
    ocean?: Ocean;
    phase?: number;
    first: number;
    dayCount: number;
    box: typeof LIKE_BOX;
    stepSeconds?: number;
  },
): string {
  const { ocean = LIKE_OCEAN } = options;
  const points = passes(
    { first: options.first + (options.phase ?? 0), count: options.dayCount },
    options.box,
    60,
    // CryoSat-2, the withheld one, has its samples 0.9434 s apart.
    options.stepSeconds ?? (path.includes('_c2_') ? 0.9434 : 1.07),
  );
  const mdt = 0.3;
  const along = (
    name: string,
    value: (point: (typeof points)[number]) => number,
    units: string,
  ): ClassicVariable => ({
    name,
    type: 'float64',
    dimensions: ['time'],
    attributes: { units },
    values: points.map(value),
  });
  return writeFile(path, {
    dimensions: { time: points.length },
    attributes: { platform: path.split('_')[2] ?? '' },
    variables: [
      along('time', ({ time }) => time, 'days since 1950-01-01 00:00:00'),
      along('longitude', ({ lon }) => lon + 360, 'degrees_east'),
      along('latitude', ({ lat }) => lat, 'degrees_north'),
      { name: 'cycle', type: 'int32', dimensions: ['time'], values: points.map(() => 1) },
      { name: 'track', type: 'int32', dimensions: ['time'], values: points.map(({ pass }) => pass) },
      along('sla_unfiltered', ({ time, lat, lon }) => ocean(time, lat, lon) - mdt + 0.01, 'm'),
      along('sla_filtered', ({ time, lat, lon }) => ocean(time, lat, lon) - mdt, 'm'),
      along('dac', () => 0.02, 'm'),
      along('ocean_tide', () => 0.1, 'm'),
      along('lwe', () => 0.01, 'm'),
      along('mdt', () => mdt, 'm'),
    ],
  });
}

/** A published map with `gssh` or `ssh`, coarser than the truth. */
export function writePublishedMapLike(
  path: string,
  options: {
    variable: 'gssh' | 'ssh';
    first: number;
    dayCount: number;
    box: typeof LIKE_BOX;
    ocean?: Ocean;
    lonTo360?: boolean;
  },
): string {
  const { ocean = LIKE_OCEAN, box } = options;
  const step = 0.125;
  const count = (from: number, to: number): number => Math.round((to - from + 1) / step) + 1;
  const lat = accumulated(box.south - 0.5, step, count(box.south, box.north));
  const lon = accumulated(box.west - 0.5, step, count(box.west, box.east));
  return writeFile(path, {
    dimensions: { time: options.dayCount, lat: lat.length, lon: lon.length },
    variables: [
      {
        name: 'time',
        type: 'float64',
        dimensions: ['time'],
        attributes: { units: 'days since 1950-01-01' },
        values: Array.from({ length: options.dayCount }, (_, index) => options.first + index),
      },
      {
        name: 'lat',
        type: 'float64',
        dimensions: ['lat'],
        attributes: { units: 'degrees_north' },
        values: lat,
      },
      {
        name: 'lon',
        type: 'float64',
        dimensions: ['lon'],
        attributes: { units: 'degrees_east' },
        values: lon.map((value) => value + (options.lonTo360 ? 360 : 0)),
      },
      {
        name: options.variable,
        type: 'float64',
        dimensions: ['time', 'lat', 'lon'],
        attributes: { units: 'm' },
        values: Array.from({ length: options.dayCount }, (_, index) => [
          ...mapOf(lat, lon, (y, x) => 0.95 * ocean(options.first + index, y, x)),
        ]).flat(),
      },
    ],
  });
}

function daysOf({ dayCount = 80, withoutDays = [], twice = [] }: BasinOptions): number[] {
  return Array.from({ length: dayCount }, (_, day) => day)
    .filter((day) => !withoutDays.includes(day))
    .flatMap((day) => (twice.includes(day) ? [day, day] : [day]));
}

/** A whole map, or its rows inside some boxes. */
function recordOf(
  record: number,
  only: BasinOptions['only'],
  lat: Float64Array,
  lon: Float64Array,
  value: (lat: number, lon: number, row: number, column: number) => number,
): Float64Array | ValueRun[] {
  if (!only) return mapOf(lat, lon, value);
  if (record >= only.dayCount) return [];
  return only.boxes.flatMap(({ west, east, south, north }) => {
    const columns = Array.from(lon.keys()).filter((x) => lon[x]! >= west - 0.01 && lon[x]! <= east + 0.01);
    const rows = Array.from(lat.keys()).filter((y) => lat[y]! >= south - 0.01 && lat[y]! <= north + 0.01);
    return rows.map((row) => ({
      at: row * lon.length + columns[0]!,
      values: Float64Array.from(columns, (column) => value(lat[row]!, lon[column]!, row, column)),
    }));
  });
}

function mapOf(
  lat: Float64Array,
  lon: Float64Array,
  value: (lat: number, lon: number, row: number, column: number) => number,
): Float64Array {
  const map = new Float64Array(lat.length * lon.length);
  for (let row = 0; row < lat.length; row++) {
    for (let column = 0; column < lon.length; column++)
      map[row * lon.length + column] = value(lat[row]!, lon[column]!, row, column);
  }
  return map;
}

function writeFile(path: string, file: Parameters<typeof writeClassicFile>[1]): string {
  mkdirSync(dirname(path), { recursive: true });
  return writeClassicFile(path, file);
}
