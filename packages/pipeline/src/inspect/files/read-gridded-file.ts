import type { DatasetFile, DatasetFinding, FileRole } from '@sillage/contracts';
import {
  findVariable,
  NetcdfError,
  openNetcdf,
  type GriddedField,
  type NetcdfFile,
  type NetcdfVariable,
} from '@sillage/netcdf';
import { decodeGriddedField } from '@sillage/netcdf/portable';
import { isoDay, type FieldValues, type RegularGrid } from '@sillage/science';
import {
  cropOf,
  walkField,
  dayOfTime,
  extentOf,
  listDays,
  medianStep,
  type FieldPiece,
  type GridCrop,
} from '@sillage/checking';
import { accumulateStatistics } from '../../files/value-statistics.js';
import { describedNetcdf, isLengthUnit } from './described-netcdf.js';
import type { FileReading, LocatedFile, ReadingContext, VariableSample } from './file-reading.js';
import { finding, ofDays } from '../findings/findings.js';
import { MapPreview } from './map-preview.js';
import { PlaceSampler } from './place-sampler.js';

/** Heights far beyond any sea: centimetres and millimetres must be readable in order to be recognised. */
export const READABLE_HEIGHT_M = 1e6;
/** m: no sea surface height relative to the geoid comes near. */
export const LARGEST_HEIGHT_M = 10;
/** Share of values that may be beyond it: 4DVarNet's maps by OI have stray numbers on land. */
export const STRAY_SHARE = 1e-3;

/** What gridded observations hold besides heights. */
const LAG = 'lag';
const COMPANIONS: ReadonlySet<string> = new Set([LAG, 'flag', 'mask']);

export type GriddedFileOptions = {
  file: LocatedFile;
  uses: DatasetFile[];
  role: FileRole;
  context: ReadingContext;
  /** Called with the grid of the variable that is used; what it returns gets every piece of it. */
  follow?: (grid: RegularGrid) => (piece: FieldPiece) => void;
};

/**
 * Reads maps: a truth, maps by OI or another reference, daily pseudo-observations, temperatures. Every variable with time,
 * latitude and longitude is read once, in the pieces that it is stored in.
 *
 * @throws NetcdfError where the variable that is used cannot be read.
 */
export async function readGriddedFile(options: GriddedFileOptions): Promise<FileReading> {
  const { file, uses, role, context } = options;
  const netcdf = await openNetcdf(file.localPath);
  try {
    const described = describedNetcdf(netcdf, file, uses);
    const findings: DatasetFinding[] = [...described.findings];
    const used = await usedField(netcdf, role, uses);
    const { grid } = used;
    const lag = role === 'gridded-observations' ? await lagOf(netcdf, used) : null;
    const others = await otherFields(netcdf, role, used);
    for (const warning of used.warnings) {
      if (warning.code === 'units-assumed')
        findings.push(
          finding(
            'warning',
            'units-missing',
            { path: file.path },
            {
              found: `'${used.variableName}' has no units`,
              needed: 'units, so that nobody has to guess',
              fix: "Set its units attribute to 'm'; until then metres are assumed.",
            },
          ),
        );
      else if (warning.code === 'variable-guessed')
        findings.push(
          finding(
            'warning',
            'variable-unclear',
            { path: file.path },
            {
              found: warning.message,
              needed: 'the name of the variable',
              fix: `Write 'variable: ${used.variableName}' for this file in the definition.`,
            },
          ),
        );
    }
    if (others.unread.length > 0)
      findings.push(
        finding(
          'note',
          'variable-unclear',
          { path: file.path },
          {
            found: `not compared with anything: ${others.unread.join(', ')}`,
            needed:
              'variables along time, latitude and longitude, so that they can be compared with what is sealed',
            fix: 'Take variables out of the file that nobody needs.',
          },
        ),
      );
    const survey = new FieldSurvey(used, file, context, role === 'sst');
    const follower = options.follow?.(grid);
    const walks = 1 + others.fields.length;
    const samplesOfUsed = newSamples(used, true, role, context);
    await walkWhole(used, lag, samplesOfUsed, context, {
      visit: (piece) => {
        survey.add(piece);
        follower?.(piece);
      },
      onProgress: (fraction) => context.onProgress(fraction / walks),
    });
    const samples = [...samplesOfUsed];
    for (const [index, other] of others.fields.entries()) {
      const own = newSamples(other, false, role, context);
      await walkWhole(other, lag, own, context, {
        onProgress: (fraction) => context.onProgress((1 + index + fraction) / walks),
      });
      samples.push(...own);
    }
    findings.push(...survey.findings(role));
    const { statistics, previewMap } = survey.result();
    return {
      file,
      uses,
      role,
      report: {
        ...described.report,
        variable: used.variableName,
        units: used.sourceUnits || null,
        kind: 'grid',
        spacingDeg: medianStep(grid.latDeg),
        extent: extentOfField(grid),
        statistics,
        previewMap,
      },
      findings,
      samples: samples.map(({ sample }) => sample),
      track: null,
      grid,
    };
  } finally {
    netcdf.close();
  }
}

async function usedField(
  netcdf: NetcdfFile,
  role: FileRole,
  uses: readonly DatasetFile[],
): Promise<GriddedField> {
  const wanted = uses.find(({ variable }) => variable !== undefined)?.variable;
  if (role === 'sst')
    return decodeGriddedField(netcdf, { variable: wanted ?? 'sst', quantity: 'other', spacing: 'any' });
  const variable = wanted ?? (role === 'gridded-observations' ? 'ssh_mod' : undefined);
  return decodeGriddedField(netcdf, {
    ...(variable === undefined ? {} : { variable }),
    spacing: 'any',
    missingAboveM: READABLE_HEIGHT_M,
  });
}

/** Days from a map's date to each of its observations; null where the file has none on the same nodes. */
async function lagOf(netcdf: NetcdfFile, used: GriddedField): Promise<GriddedField | null> {
  const variable = netcdf.variables.find(({ name, shape }) => shape.length >= 3 && baseNameOf(name) === LAG);
  if (variable === undefined) return null;
  const lag = await decodedOrNull(netcdf, variable, 'other');
  const isSame =
    lag !== null &&
    (['timeDays', 'latDeg', 'lonDeg'] as const).every(
      (axis) => lag.grid[axis].length === used.grid[axis].length,
    );
  return isSame ? lag : null;
}

async function otherFields(
  netcdf: NetcdfFile,
  role: FileRole,
  used: GriddedField,
): Promise<{ fields: GriddedField[]; unread: string[] }> {
  const fields: GriddedField[] = [];
  const unread: string[] = [];
  for (const variable of netcdf.variables) {
    if (variable.name === used.variableName || variable.shape.filter((size) => size > 1).length < 2) continue;
    if (variable.shape.length === 2 && baseNameOf(variable.name) === 'mask') continue;
    if (role === 'gridded-observations' && COMPANIONS.has(baseNameOf(variable.name))) continue;
    if (isCoordinate(netcdf, variable)) continue;
    const field = await decodedOrNull(netcdf, variable, isLengthUnit(variable) ? 'height' : 'other');
    if (field === null) unread.push(`'${variable.name}'`);
    else fields.push(field);
  }
  return { fields, unread };
}

/** Latitudes and longitudes of two dimensions, and bounds of cells. */
function isCoordinate(netcdf: NetcdfFile, { name, attributes }: NetcdfVariable): boolean {
  const units = attributes['units'];
  if (typeof units === 'string' && /^degrees?_?(n|north|e|east)$/i.test(units)) return true;
  return (
    /^(nav_)?(lat|lon)(itude)?$/i.test(baseNameOf(name)) ||
    netcdf.variables.some(({ attributes: other }) => other['bounds'] === name)
  );
}

async function decodedOrNull(
  netcdf: NetcdfFile,
  variable: NetcdfVariable,
  quantity: 'height' | 'other',
): Promise<GriddedField | null> {
  try {
    return await decodeGriddedField(netcdf, {
      variable: variable.name,
      quantity,
      spacing: 'any',
      missingAboveM: quantity === 'height' ? READABLE_HEIGHT_M : Infinity,
    });
  } catch (error) {
    if (error instanceof NetcdfError) return null;
    throw error;
  }
}

type AreaSample = { sample: VariableSample; crop: GridCrop };

function newSamples(
  field: GriddedField,
  isDeclared: boolean,
  role: FileRole,
  { areas, days }: ReadingContext,
): AreaSample[] {
  const period = { start: isoDay(days.first), end: isoDay(days.last) };
  return areas.flatMap(({ id, box }) => {
    const crop = cropOf(field.grid, box, period);
    const completeCount = crop.time.count * crop.lat.count * crop.lon.count;
    if (completeCount === 0) return [];
    const sample: VariableSample = {
      variable: field.variableName,
      isDeclared,
      isInMetres: role !== 'sst' && (isDeclared || isLengthUnit({ attributes: field.variableAttributes })),
      area: id,
      sampler: new PlaceSampler(),
      days: new Set(),
      completeCount,
      reach: null,
    };
    return [{ sample, crop }];
  });
}

async function walkWhole(
  field: GriddedField,
  lag: GriddedField | null,
  samples: readonly AreaSample[],
  { days }: ReadingContext,
  { visit, onProgress }: { visit?: (piece: FieldPiece) => void; onProgress: (fraction: number) => void },
): Promise<void> {
  const { timeDays, latDeg, lonDeg } = field.grid;
  const whole: GridCrop = {
    time: { start: 0, count: timeDays.length },
    lat: { start: 0, count: latDeg.length },
    lon: { start: 0, count: lonDeg.length },
  };
  const isWanted = ({ time, lat }: FieldPiece, { crop }: AreaSample) =>
    time.start < crop.time.start + crop.time.count &&
    time.start + time.count > crop.time.start &&
    lat.start < crop.lat.start + crop.lat.count &&
    lat.start + lat.count > crop.lat.start;
  let done = 0;
  await walkField(field, whole, async (piece) => {
    visit?.(piece);
    const wanted = samples.filter((sample) => isWanted(piece, sample));
    const lags = lag === null || wanted.length === 0 ? null : await samePiece(lag, piece, latDeg.length);
    for (const { sample, crop } of wanted) addToSample(sample, crop, piece, lags, field.grid, days.first);
    done += piece.values.length;
    onProgress(done / (timeDays.length * latDeg.length * lonDeg.length));
  });
}

function samePiece(lag: GriddedField, { time, lat }: FieldPiece, latTotal: number): Promise<FieldValues> {
  return lat.count === latTotal ? lag.readDays(time.start, time.count) : lag.readBand(lat.start, lat.count);
}

function addToSample(
  sample: VariableSample,
  crop: GridCrop,
  { time, lat, values }: FieldPiece,
  lags: FieldValues | null,
  { timeDays, latDeg, lonDeg }: RegularGrid,
  firstDay: number,
): void {
  const { sampler } = sample;
  const [timeStart, timeEnd] = overlap(time, crop.time);
  const [latStart, latEnd] = overlap(lat, crop.lat);
  const lonEnd = crop.lon.start + crop.lon.count;
  let [west, east, south, north] = [lonDeg.length, -1, latDeg.length, -1];
  for (let map = timeStart; map < timeEnd; map++) {
    const date = timeDays[map]!;
    let hasValue = false;
    for (let row = latStart; row < latEnd; row++) {
      const rowStart = ((map - time.start) * lat.count + row - lat.start) * lonDeg.length;
      for (let column = crop.lon.start; column < lonEnd; column++) {
        const value = values[rowStart + column]!;
        if (Number.isNaN(value)) continue;
        hasValue = true;
        if (column < west) west = column;
        if (column > east) east = column;
        if (row < south) south = row;
        if (row > north) north = row;
        if (!sampler.wants()) continue;
        const lagDays = lags?.[rowStart + column] ?? 0;
        sampler.keep(date + (Number.isFinite(lagDays) ? lagDays : 0), latDeg[row]!, lonDeg[column]!, value);
      }
    }
    if (hasValue) sample.days.add(Math.max(firstDay, dayOfTime(date)));
  }
  if (east < 0) return;
  const { reach } = sample;
  sample.reach = {
    west: Math.min(reach?.west ?? Infinity, lonDeg[west]!),
    east: Math.max(reach?.east ?? -Infinity, lonDeg[east]!),
    south: Math.min(reach?.south ?? Infinity, latDeg[south]!),
    north: Math.max(reach?.north ?? -Infinity, latDeg[north]!),
  };
}

function overlap(a: { start: number; count: number }, b: { start: number; count: number }): [number, number] {
  return [Math.max(a.start, b.start), Math.min(a.start + a.count, b.start + b.count)];
}

/** Statistics, a picture, and days that are missing or constant, of the variable that a role uses. */
class FieldSurvey {
  readonly #statistics;
  readonly #preview: MapPreview;
  readonly #previewIndex: number;
  readonly #celsiusOffset: number;
  readonly #least: Float64Array;
  readonly #most: Float64Array;
  #strayCount = 0;

  constructor(
    private readonly field: GriddedField,
    private readonly file: LocatedFile,
    private readonly context: ReadingContext,
    private readonly isTemperature: boolean,
  ) {
    const { timeDays } = field.grid;
    this.#statistics = accumulateStatistics(field.variableName, '');
    const middle = (context.days.first + context.days.last) / 2;
    this.#previewIndex = timeDays.reduce(
      (best, time, index) => (Math.abs(time - middle) < Math.abs(timeDays[best]! - middle) ? index : best),
      0,
    );
    this.#preview = new MapPreview(field.grid, timeDays[this.#previewIndex]!, context.previewSide);
    this.#celsiusOffset = isTemperature && /^(k|kelvin)$/i.test(field.sourceUnits) ? -273.15 : 0;
    this.#least = new Float64Array(timeDays.length).fill(Infinity);
    this.#most = new Float64Array(timeDays.length).fill(-Infinity);
  }

  add({ time, lat, values }: FieldPiece): void {
    this.#statistics.add(values);
    const mapLength = values.length / time.count;
    for (let map = 0; map < time.count; map++) {
      const index = time.start + map;
      for (let node = map * mapLength; node < (map + 1) * mapLength; node++) {
        const value = values[node]!;
        if (value < this.#least[index]!) this.#least[index] = value;
        if (value > this.#most[index]!) this.#most[index] = value;
        if (value > LARGEST_HEIGHT_M || value < -LARGEST_HEIGHT_M) this.#strayCount++;
      }
    }
    const shown = this.#previewIndex - time.start;
    if (shown >= 0 && shown < time.count)
      this.#preview.addRows(
        values.subarray(shown * mapLength, (shown + 1) * mapLength),
        lat.start,
        lat.count,
      );
  }

  result(): Pick<FileReading['report'], 'statistics' | 'previewMap'> {
    const { count, missing, min, max, mean, standardDeviation } = this.#statistics.result();
    const offset = this.#celsiusOffset;
    return {
      statistics:
        count === 0
          ? null
          : {
              count,
              missingCount: missing,
              min: min! + offset,
              max: max! + offset,
              mean: mean! + offset,
              std: standardDeviation!,
            },
      previewMap: this.#preview.picture(offset),
    };
  }

  findings(role: FileRole): DatasetFinding[] {
    const { path } = this.file;
    const { count } = this.#statistics.result();
    const name = `'${this.field.variableName}'`;
    if (count === 0)
      return [
        finding(
          'error',
          'not-finite',
          { path },
          {
            found: `${name} has no value at all: every number is missing, infinite or a fill value`,
            needed: 'values',
            fix: 'Check _FillValue, scale_factor and valid_range of the variable, and that the file was written completely.',
          },
        ),
      ];
    const found: DatasetFinding[] = [];
    if (!this.isTemperature && this.#strayCount > STRAY_SHARE * count)
      found.push(
        finding(
          'error',
          'units-missing',
          { path },
          {
            found: `${((100 * this.#strayCount) / count).toFixed(1)} % of ${name} lie beyond ±${LARGEST_HEIGHT_M} m, with the units '${this.field.sourceUnits}'`,
            needed: 'heights of the sea surface in m, cm or mm, as the units say',
            fix: "Check whether the numbers are in another unit: of centimetres, set units to 'cm'.",
          },
        ),
      );
    // Nothing was seen on many nodes and days of observations.
    if (role === 'gridded-observations') return found;
    const { first, last } = this.context.days;
    const indices = Array.from(this.field.grid.timeDays.keys()).filter((index) => {
      const day = dayOfTime(this.field.grid.timeDays[index]!);
      return day >= first && day <= last;
    });
    const daysWhere = (isSo: (index: number) => boolean) => [
      ...new Set(indices.filter(isSo).map((index) => dayOfTime(this.field.grid.timeDays[index]!))),
    ];
    const total = last - first + 1;
    const empty = daysWhere((index) => this.#most[index]! === -Infinity);
    const constant = daysWhere((index) => this.#most[index]! === this.#least[index]!);
    if (empty.length > 0)
      found.push(
        finding(
          'error',
          'not-finite',
          { path },
          {
            found: `no value on ${ofDays(empty.length, total)} of the evaluation period: ${listDays(empty)}`,
            needed: 'a map on every day',
            fix: 'Add the values of these days, or shorten the evaluation period.',
          },
        ),
      );
    if (constant.length > 0)
      found.push(
        finding(
          'error',
          'constant',
          { path },
          {
            found: `one and the same value everywhere on ${ofDays(constant.length, total)} of the evaluation period: ${listDays(constant)}`,
            needed: 'maps of a sea that moves',
            fix: 'Check how these days were written: a fill value that is not declared looks like this.',
          },
        ),
      );
    return found;
  }
}

function extentOfField(grid: RegularGrid): FileReading['report']['extent'] {
  const box = extentOf(grid);
  const [first, last] = [grid.timeDays[0], grid.timeDays.at(-1)];
  if (!(box.west < box.east && box.south < box.north) || first === undefined || last === undefined)
    return null;
  return { box, period: { start: isoDay(first + 1e-6), end: isoDay(last + 1e-6) } };
}

function baseNameOf(name: string): string {
  return (name.split('/').at(-1) ?? name).toLowerCase();
}

/** A land–sea mask, or another map without time: statistics and a picture. */
export async function readMaskFile({
  file,
  uses,
  role,
  context,
}: Omit<GriddedFileOptions, 'follow'>): Promise<FileReading> {
  const netcdf = await openNetcdf(file.localPath);
  try {
    const described = describedNetcdf(netcdf, file, uses);
    const wanted = uses.find(({ variable }) => variable !== undefined)?.variable ?? 'mask';
    const mask = findVariable(netcdf, wanted);
    const [latName, lonName] = mask?.dimensions ?? [];
    const lat = latName === undefined ? undefined : findVariable(netcdf, latName);
    const lon = lonName === undefined ? undefined : findVariable(netcdf, lonName);
    if (mask?.shape.length !== 2 || lat === undefined || lon === undefined || !/^lat/i.test(lat.name))
      throw new NetcdfError({
        code: 'variable-not-found',
        where: 'the variables of the file',
        found: `there are ${netcdf.variables.map(({ name }) => `'${name}'`).join(', ') || 'none'}`,
        expected: `'${wanted}' along lat and lon with both coordinates, 1 ocean and 0 land`,
        fix: 'Give a mask file, or name its variable in the definition.',
      });
    const numbers = async ({ name, shape }: NetcdfVariable) =>
      Float64Array.from(
        Array.from(
          await netcdf.readSlab(
            name,
            shape.map(() => 0),
            shape,
          ),
          Number,
        ),
      );
    const grid = { latDeg: await numbers(lat), lonDeg: await numbers(lon), timeDays: new Float64Array() };
    const values = await numbers(mask);
    const statistics = accumulateStatistics(mask.name, '');
    statistics.add(values);
    const { count, missing, min, max, mean, standardDeviation } = statistics.result();
    const isAscending = grid.latDeg[0]! < grid.latDeg.at(-1)! && grid.lonDeg[0]! < grid.lonDeg.at(-1)!;
    const preview = new MapPreview(grid, context.days.first, context.previewSide);
    preview.addRows(values, 0, grid.latDeg.length);
    const findings = [...described.findings];
    if (min === max)
      findings.push(
        finding(
          'error',
          'constant',
          { path: file.path },
          {
            found: `'${mask.name}' is ${min ?? 'missing'} everywhere`,
            needed: '1 on the ocean and 0 on land',
            fix: 'Leave the mask out where there is no land.',
          },
        ),
      );
    return {
      file,
      uses,
      role,
      report: {
        ...described.report,
        variable: mask.name,
        kind: 'grid',
        spacingDeg: isAscending ? medianStep(grid.latDeg) : null,
        statistics:
          count === 0
            ? null
            : { count, missingCount: missing, min: min!, max: max!, mean: mean!, std: standardDeviation! },
        previewMap: isAscending ? preview.picture() : null,
      },
      findings,
      samples: [],
      track: null,
      grid: null,
    };
  } finally {
    netcdf.close();
  }
}
