import type { DatasetFile, DatasetFinding, FileRole } from '@sillage/contracts';
import { packPoints } from '@sillage/contracts/packed-values';
import {
  NetcdfError,
  OBSERVED_HEIGHT_NAMES,
  openAlongTrack,
  openNetcdf,
  openSwath,
  type NetcdfFile,
  type NetcdfVariable,
} from '@sillage/netcdf';
import { isoDay } from '@sillage/science';
import { dayOfTime } from '@sillage/checking';
import { accumulateStatistics } from '../../files/value-statistics.js';
import { readEvaluationTrack } from '../../files/read-evaluation-track.js';
import { describedNetcdf, isLengthUnit } from './described-netcdf.js';
import type { FileReading, LocatedFile, ReadingContext, VariableSample } from './file-reading.js';
import { finding } from '../findings/findings.js';
import { PlaceSampler } from './place-sampler.js';
import { LARGEST_HEIGHT_M, READABLE_HEIGHT_M, STRAY_SHARE } from './read-gridded-file.js';

type ReaderOptions = { file: LocatedFile; uses: DatasetFile[]; role: FileRole; context: ReadingContext };

/** Cells of a swath that are read at once. */
const CELLS_PER_READ = 1_000_000;

/** Some measurements of one variable, NaN where missing. */
type Measurements = {
  timeDays: ArrayLike<number>;
  latDeg: ArrayLike<number>;
  lonDeg: ArrayLike<number>;
  heightM: ArrayLike<number>;
};

/**
 * Reads nadir altimeters along their tracks. Every variable that may be a height is sampled, not only the one that is used.
 *
 * @throws NetcdfError where the variable that is used cannot be read.
 */
export async function readTrackFile({ file, uses, role, context }: ReaderOptions): Promise<FileReading> {
  const { described, names } = await lookInto(file, uses, 1);
  const declared = declaredName(uses, names);
  const survey = new PointSurvey(file, context);
  const samples: VariableSample[] = [];
  const track = await openAlongTrack(file.localPath, {
    ...(declared === null ? {} : { variable: declared }),
    missingAboveM: READABLE_HEIGHT_M,
  });
  const { timeDays, latDeg, lonDeg } = track;
  survey.add({ timeDays, latDeg, lonDeg, heightM: track.sshM });
  const used = declared ?? 'the height';
  samples.push(...sampled({ timeDays, latDeg, lonDeg, heightM: track.sshM }, used, true, context));
  for (const [index, name] of names.entries()) {
    context.onProgress((index + 1) / (names.length + 1));
    if (name === declared) continue;
    const other = await heightsOrNull(() =>
      openAlongTrack(file.localPath, { variable: name, missingAboveM: READABLE_HEIGHT_M }),
    );
    if (other !== null)
      samples.push(...sampled({ timeDays, latDeg, lonDeg, heightM: other.sshM }, name, false, context));
  }
  const seen = new Set(track.satelliteIndex);
  const units = described.report.variables.find(({ name }) => name === declared)?.units ?? null;
  return {
    file,
    uses,
    role,
    report: {
      ...described.report,
      variable: declared,
      units,
      kind: 'along-track',
      satellites: track.satellites.filter((_name, index) => seen.has(index)),
      ...survey.result(),
    },
    findings: [...described.findings, ...unitsFinding(file, declared, units), ...survey.findings(used)],
    samples,
    track: insideScored({ timeDays, latDeg, lonDeg, heightM: track.sshM }, context),
    grid: null,
  };
}

/** Reads the withheld altimeter, whose height may be put together from several variables. */
export async function readEvaluationTrackFile({
  file,
  uses,
  role,
  context,
}: ReaderOptions): Promise<FileReading> {
  const { described } = await lookInto(file, uses, 1);
  const variable = uses.find((use) => use.variable !== undefined)?.variable ?? null;
  const track = await readEvaluationTrack(file.localPath, { variable, subject: file.path });
  const measurements = {
    timeDays: track.timeDays,
    latDeg: track.latDeg,
    lonDeg: track.lonDeg,
    heightM: track.trackM,
  };
  const survey = new PointSurvey(file, context);
  survey.add(measurements);
  const name = track.layout === '2021a' ? 'sla_unfiltered + mdt − lwe' : (variable ?? 'the height');
  return {
    file,
    uses,
    role,
    report: {
      ...described.report,
      variable: name,
      units: 'm',
      kind: 'along-track',
      satellites: [track.satellite],
      ...survey.result(),
    },
    findings: [...described.findings, ...survey.findings(name)],
    samples: sampled(measurements, name, true, context),
    track: insideScored(measurements, context),
    grid: null,
  };
}

/**
 * Reads a wide swath line by line.
 *
 * @throws NetcdfError where the variable that is used cannot be read.
 */
export async function readSwathFile({ file, uses, role, context }: ReaderOptions): Promise<FileReading> {
  const { described, names } = await lookInto(file, uses, 2);
  const declared = declaredName(uses, names);
  const survey = new PointSurvey(file, context);
  const samples: VariableSample[] = [];
  let satellite = 'unknown';
  const readings = [declared, ...names.filter((name) => name !== declared)];
  for (const [index, name] of readings.entries()) {
    const isDeclared = index === 0;
    const open = () =>
      openSwath(file.localPath, {
        ...(name === null ? {} : { variable: name }),
        missingAboveM: READABLE_HEIGHT_M,
      });
    const swath = isDeclared ? await open() : await heightsOrNull(open);
    if (swath === null) continue;
    try {
      const { lineCount, cellCount } = swath;
      const own = newSamples(swath.variableName, isDeclared, context);
      const linesPerRead = Math.max(1, Math.floor(CELLS_PER_READ / Math.max(1, cellCount)));
      for (let start = 0; start < lineCount; start += linesPerRead) {
        const lines = await swath.readLines(start, Math.min(linesPerRead, lineCount - start));
        const timeDays = timesOfCells(lines.timeDays, cellCount);
        const { latDeg, lonDeg, sshM: heightM } = lines;
        if (isDeclared) survey.add({ timeDays, latDeg, lonDeg, heightM });
        addTo(own, { timeDays, latDeg, lonDeg, heightM }, context);
        context.onProgress((index + (start + lines.lineCount) / lineCount) / readings.length);
      }
      if (isDeclared) satellite = swath.satellite;
      samples.push(...own.filter((sample) => sample.days.size > 0));
    } finally {
      swath.close();
    }
  }
  const units = described.report.variables.find(({ name }) => name === declared)?.units ?? null;
  return {
    file,
    uses,
    role,
    report: {
      ...described.report,
      variable: declared,
      units,
      kind: 'swath',
      satellites: satellite === 'unknown' ? [] : [satellite],
      ...survey.result(),
    },
    findings: [
      ...described.findings,
      ...unitsFinding(file, declared, units),
      ...survey.findings(declared ?? 'the height'),
    ],
    samples,
    track: null,
    grid: null,
  };
}

/** Every cell of a line has the time of the line. */
function timesOfCells(lineDays: Float64Array, cellCount: number): Float64Array {
  const timeDays = new Float64Array(lineDays.length * cellCount);
  for (const [line, time] of lineDays.entries())
    timeDays.fill(time, line * cellCount, (line + 1) * cellCount);
  return timeDays;
}

/** What the header says, and the variables of that rank that may be heights. */
async function lookInto(file: LocatedFile, uses: readonly DatasetFile[], rank: 1 | 2) {
  const netcdf = await openNetcdf(file.localPath);
  try {
    return { described: describedNetcdf(netcdf, file, uses), names: heightNames(netcdf, rank) };
  } finally {
    netcdf.close();
  }
}

function heightNames(netcdf: NetcdfFile, rank: number): string[] {
  const mayBeHeight = (variable: NetcdfVariable): boolean =>
    variable.shape.length === rank &&
    (isLengthUnit(variable) ||
      (variable.attributes['units'] === undefined &&
        [...OBSERVED_HEIGHT_NAMES, 'ssh_obs'].includes(baseNameOf(variable.name))));
  return netcdf.variables.filter(mayBeHeight).map(({ name }) => name);
}

/** The variable that is used: as the definition says, else the first of the usual names. */
function declaredName(uses: readonly DatasetFile[], names: readonly string[]): string | null {
  const wanted = uses.find(({ variable }) => variable !== undefined)?.variable;
  if (wanted !== undefined) return wanted;
  for (const usual of OBSERVED_HEIGHT_NAMES) {
    const match = names.find((name) => baseNameOf(name) === usual);
    if (match !== undefined) return match;
  }
  return null;
}

async function heightsOrNull<Result>(open: () => Promise<Result>): Promise<Result | null> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof NetcdfError) return null;
    throw error;
  }
}

function unitsFinding(file: LocatedFile, variable: string | null, units: string | null): DatasetFinding[] {
  if (units !== null && units.trim() !== '') return [];
  return [
    finding(
      'warning',
      'units-missing',
      { path: file.path },
      {
        found: `'${variable ?? 'the height'}' has no units`,
        needed: 'units, so that nobody has to guess',
        fix: "Set its units attribute to 'm'; until then metres are assumed.",
      },
    ),
  ];
}

function newSamples(variable: string, isDeclared: boolean, { areas }: ReadingContext): VariableSample[] {
  return areas.map(({ id }) => ({
    variable,
    isDeclared,
    isInMetres: true,
    area: id,
    sampler: new PlaceSampler(),
    days: new Set<number>(),
    completeCount: 0,
    reach: null,
  }));
}

function sampled(
  measurements: Measurements,
  variable: string,
  isDeclared: boolean,
  context: ReadingContext,
): VariableSample[] {
  const samples = newSamples(variable, isDeclared, context);
  addTo(samples, measurements, context);
  return samples.filter(({ days }) => days.size > 0);
}

function addTo(
  samples: readonly VariableSample[],
  { timeDays, latDeg, lonDeg, heightM }: Measurements,
  { areas, days }: ReadingContext,
): void {
  for (let index = 0; index < timeDays.length; index++) {
    const height = heightM[index]!;
    if (Number.isNaN(height)) continue;
    const time = timeDays[index]!;
    const day = dayOfTime(time);
    if (day < days.first || day > days.last) continue;
    const lat = latDeg[index]!;
    const lon = lonDeg[index]!;
    for (const [at, { box }] of areas.entries()) {
      if (lat < box.south || lat > box.north || lon < box.west || lon > box.east) continue;
      const sample = samples[at]!;
      sample.days.add(day);
      const { reach } = sample;
      if (reach === null) sample.reach = { west: lon, east: lon, south: lat, north: lat };
      else {
        if (lon < reach.west) reach.west = lon;
        if (lon > reach.east) reach.east = lon;
        if (lat < reach.south) reach.south = lat;
        if (lat > reach.north) reach.north = lat;
      }
      if (sample.sampler.wants()) sample.sampler.keep(time, lat, lon, height);
    }
  }
}

/** Measurements within a degree of a scored box and a day of the scored days. */
function insideScored(
  { timeDays, latDeg, lonDeg, heightM }: Measurements,
  { areas, days }: ReadingContext,
): FileReading['track'] {
  const kept: number[] = [];
  for (let index = 0; index < timeDays.length; index++) {
    const time = timeDays[index]!;
    if (time < days.first - 1 || time > days.last + 2) continue;
    const lat = latDeg[index]!;
    const lon = lonDeg[index]!;
    const isNear = areas.some(
      ({ box }) => lat >= box.south - 1 && lat <= box.north + 1 && lon >= box.west - 1 && lon <= box.east + 1,
    );
    if (isNear) kept.push(index);
  }
  const cut = (values: ArrayLike<number>) => Float64Array.from(kept, (index) => values[index]!);
  return { timeDays: cut(timeDays), latDeg: cut(latDeg), lonDeg: cut(lonDeg), heightM: cut(heightM) };
}

/** Statistics, extent and a thinned picture of measurements. */
class PointSurvey {
  readonly #statistics = accumulateStatistics('', 'm');
  readonly #shown: PlaceSampler;
  #box = { west: Infinity, east: -Infinity, south: Infinity, north: -Infinity };
  #first = Infinity;
  #last = -Infinity;
  #strayCount = 0;

  constructor(
    private readonly file: LocatedFile,
    context: ReadingContext,
  ) {
    this.#shown = new PlaceSampler(Math.floor(context.previewPoints / 2));
  }

  add({ timeDays, latDeg, lonDeg, heightM }: Measurements): void {
    this.#statistics.add(heightM);
    for (let index = 0; index < timeDays.length; index++) {
      const height = heightM[index]!;
      if (Number.isNaN(height)) continue;
      const time = timeDays[index]!;
      const lat = latDeg[index]!;
      const lon = lonDeg[index]!;
      if (time < this.#first) this.#first = time;
      if (time > this.#last) this.#last = time;
      if (lon < this.#box.west) this.#box.west = lon;
      if (lon > this.#box.east) this.#box.east = lon;
      if (lat < this.#box.south) this.#box.south = lat;
      if (lat > this.#box.north) this.#box.north = lat;
      if (Math.abs(height) > LARGEST_HEIGHT_M) this.#strayCount++;
      if (this.#shown.wants()) this.#shown.keep(time, lat, lon, height);
    }
  }

  result(): Pick<FileReading['report'], 'statistics' | 'extent' | 'previewTrack'> {
    const { count, missing, min, max, mean, standardDeviation } = this.#statistics.result();
    const box = this.#box;
    const hasExtent = count > 0 && box.west < box.east && box.south < box.north;
    const extent = hasExtent
      ? { box: { ...box }, period: { start: isoDay(this.#first + 1e-6), end: isoDay(this.#last + 1e-6) } }
      : null;
    return {
      statistics:
        count === 0
          ? null
          : { count, missingCount: missing, min: min!, max: max!, mean: mean!, std: standardDeviation! },
      extent,
      previewTrack: extent === null ? null : { ...extent, points: this.#points() },
    };
  }

  findings(name: string): DatasetFinding[] {
    const { path } = this.file;
    const { count, min, max } = this.#statistics.result();
    if (count === 0)
      return [
        finding(
          'error',
          'not-finite',
          { path },
          {
            found: `${quoted(name)} has no value at all: every number is missing, infinite or a fill value`,
            needed: 'heights',
            fix: 'Check _FillValue, scale_factor and valid_range of the variable, and that the file was written completely.',
          },
        ),
      ];
    if (count > 1 && min === max)
      return [
        finding(
          'error',
          'constant',
          { path },
          {
            found: `${quoted(name)} is ${min} m at all of its ${count} points`,
            needed: 'heights of a sea that moves',
            fix: 'Check how the file was written: a fill value that is not declared looks like this.',
          },
        ),
      ];
    if (this.#strayCount > STRAY_SHARE * count)
      return [
        finding(
          'error',
          'units-missing',
          { path },
          {
            found: `${((100 * this.#strayCount) / count).toFixed(1)} % of ${quoted(name)} lie beyond ±${LARGEST_HEIGHT_M} m`,
            needed: 'heights of the sea surface in m, cm or mm, as the units say',
            fix: "Check whether the numbers are in another unit: of centimetres, set units to 'cm'.",
          },
        ),
      ];
    return [];
  }

  #points(): string {
    const { lonDeg, latDeg, values } = this.#shown.places;
    return packPoints(
      values.map((heightM, index) => ({ lonDeg: lonDeg[index]!, latDeg: latDeg[index]!, heightM })),
    );
  }
}

function quoted(name: string): string {
  return name.includes(' ') ? name : `'${name}'`;
}

function baseNameOf(name: string): string {
  return (name.split('/').at(-1) ?? name).toLowerCase();
}
