import { readableInstant, type FieldValues, type RegularGrid } from '@sillage/science';
import { numberAttributes, textAttribute } from '../cf/attributes.js';
import { findFieldAxes, requireFieldAxes, type AxisSource } from '../cf/field-axes.js';
import { requireMetresPerUnit } from '../cf/length-units.js';
import { canonicalLatitudes, canonicalLongitudes, type CanonicalAxis } from '../cf/spatial-axis.js';
import { decodeTextTimes, findTextTimes, isText } from '../cf/text-times.js';
import { decodeTimes } from '../cf/time-axis.js';
import { createValueDecoder } from '../cf/value-decoder.js';
import { chooseHeightVariable, heightKindOf, listed } from '../cf/variable-choice.js';
import type { DecodingWarning, GriddedField, GriddedFieldOptions } from '../gridded-field.js';
import { NetcdfError } from '../netcdf-error.js';
import type { NetcdfFile, NetcdfVariable } from '../netcdf-file.js';
import { elementBytesOf } from './slab.js';

const MAX_COORDINATE_VALUES = 4_000_000; // per coordinate variable; a year of hours has 8760
const LARGEST_HEIGHT_M = 10; // m: no sea surface height relative to the geoid comes near

/**
 * Finds the sea surface height of an open file and presents it in the canonical form.
 *
 * @throws NetcdfError for everything that keeps the variable or its coordinates from being understood.
 */
export async function decodeGriddedField(
  file: NetcdfFile,
  options: GriddedFieldOptions = {},
): Promise<GriddedField> {
  return (await decodeWithAxes(file, options)).field;
}

/** The field together with how its stored axes became canonical ones, for maps without time beside it. */
export async function decodeWithAxes(
  file: NetcdfFile,
  options: GriddedFieldOptions,
): Promise<{ field: GriddedField; latitude: CanonicalAxis; longitude: CanonicalAxis }> {
  const isHeight = options.quantity !== 'other';
  if (!isHeight && options.variable === undefined)
    throw new RangeError('a quantity other than a height has to be named');
  const { variable, isGuess } = chooseVariable(file, options.variable);
  const textTimes = options.acceptsTextTimes ? findTextTimes(file, variable) : undefined;
  const axes = requireFieldAxes(file, variable, textTimes && { time: textTimes });
  const warnings: DecodingWarning[] = [];
  if (isGuess) {
    warnings.push({
      code: 'variable-guessed',
      message: `'${variable.name}' was taken as the sea surface height: it is the only gridded variable.`,
    });
  }
  const units = textAttribute(variable.attributes, 'units');
  if (units === '' && isHeight) {
    warnings.push({
      code: 'units-assumed',
      message: `'${variable.name}' has no units; metres were assumed.`,
    });
  }
  const unitFactor = units === '' || !isHeight ? 1 : requireMetresPerUnit(units, variable.name);
  const decoder = createValueDecoder(variable, unitFactor);
  const largest = options.missingAboveM ?? (isHeight ? LARGEST_HEIGHT_M : Infinity);
  if (elementBytesOf(variable.type) === undefined || variable.type === 'char') throw notNumeric(variable);

  const spacing = options.spacing ?? 'even';
  const latitude = canonicalLatitudes(
    await readCoordinate(file, axes.latitude),
    spatialOptions(axes.latitude, spacing),
  );
  const longitude = canonicalLongitudes(
    await readCoordinate(file, axes.longitude),
    spatialOptions(axes.longitude, spacing),
  );
  for (const message of longitude.warnings) warnings.push({ code: 'repeated-column', message });
  const timeDays = textTimes
    ? await readTextTimes(file, textTimes, warnings)
    : await readTimes(file, axes.time, options.assumedTimeUnits, warnings);
  const grid: RegularGrid = { timeDays, latDeg: latitude.values, lonDeg: longitude.values };

  const dimensions = {
    time: axes.time.dimension,
    latitude: axes.latitude.dimension,
    longitude: axes.longitude.dimension,
  };
  const readBlock = async (
    timeStart: number,
    timeCount: number,
    latStart: number,
    latCount: number,
  ): Promise<FieldValues> => {
    const start = variable.shape.map(() => 0);
    const count = variable.shape.map(() => 1);
    start[dimensions.time] = timeStart;
    count[dimensions.time] = timeCount;
    const rows = latitude.sourceIndex.subarray(latStart, latStart + latCount);
    const firstRow = Math.min(rows[0]!, rows[rows.length - 1]!); // ascending or descending without gaps
    start[dimensions.latitude] = firstRow;
    count[dimensions.latitude] = latCount;
    count[dimensions.longitude] = variable.shape[dimensions.longitude]!;
    const decoded = decoder.decodeWithin(await file.readSlab(variable.name, start, count), largest);
    if (!decoded.isWithin && options.missingAboveM !== undefined) dropBeyond(decoded.values, largest);
    const values = toCanonicalOrder(decoded.values, {
      count,
      dimensions,
      rows,
      firstRow,
      longitude,
      isFlipped: !latitude.isIdentity,
    });
    if (!decoded.isWithin && options.missingAboveM === undefined)
      requirePlausibleHeights(values, variable.name, units, grid, timeStart, latStart, latCount);
    return values;
  };
  const isStoredAsCanonical =
    variable.shape.length === 3 &&
    dimensions.time < dimensions.latitude &&
    dimensions.latitude < dimensions.longitude &&
    latitude.isIdentity &&
    longitude.isIdentity &&
    longitude.sourceIndex.length === variable.shape[dimensions.longitude] &&
    decoder.isIdentityWithin(LARGEST_HEIGHT_M) &&
    isHeight &&
    options.missingAboveM === undefined;
  const directOffset = isStoredAsCanonical ? (file.contiguousOffset?.(variable.name) ?? null) : null;
  const chunkTime = variable.chunkShape?.[dimensions.time] ?? 1;
  const chunkLat = variable.chunkShape?.[dimensions.latitude] ?? 1;
  const field: GriddedField = {
    grid,
    variableName: variable.name,
    attributes: file.attributes,
    variableAttributes: variable.attributes,
    sourceType: variable.type,
    sourceUnits: units,
    sourceKind: heightKindOf(variable),
    valueType: decoder.valueType,
    // Small chunks in latitude are made for bands; a chunk that holds a large part of the map is not.
    preferredAccess: chunkLat <= Math.max(1, grid.latDeg.length / 8) ? 'bands' : 'days',
    preferredDayCount: Math.min(chunkTime, timeDays.length),
    preferredLatCount: Math.min(chunkLat, grid.latDeg.length),
    warnings,
    directLayout:
      directOffset === null ? null : { offsetBytes: directOffset, plausibleLimitM: LARGEST_HEIGHT_M },
    async readBand(latStart, latCount) {
      requireRange('latitude rows', latStart, latCount, grid.latDeg.length);
      return readBlock(0, timeDays.length, latStart, latCount);
    },
    async readDays(timeStart, timeCount) {
      requireRange('days', timeStart, timeCount, timeDays.length);
      return readBlock(timeStart, timeCount, 0, grid.latDeg.length);
    },
    close: () => file.close(),
  };
  return { field, latitude, longitude };
}

/** Makes values beyond ±`limit` missing, in place. */
function dropBeyond(values: FieldValues, limit: number): void {
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]!) > limit) values[i] = NaN;
}

function chooseVariable(
  file: NetcdfFile,
  wanted: string | undefined,
): { variable: NetcdfVariable; isGuess: boolean } {
  const names = file.variables.map((variable) => variable.name);
  if (wanted !== undefined) {
    const variable =
      file.variables.find((candidate) => candidate.name === wanted) ??
      onlyOne(file.variables.filter((candidate) => candidate.name.split('/').at(-1) === wanted));
    if (variable) return { variable, isGuess: false };
    throw new NetcdfError({
      code: 'variable-not-found',
      where: `variable '${wanted}'`,
      found: `the file has ${names.length === 0 ? 'no variables' : listed(names)}`,
      expected: `a variable called '${wanted}'`,
      fix: 'Give the name of the variable as it is in the file.',
    });
  }
  const candidates = file.variables.filter((variable) => {
    if (variable.shape.length < 3 || elementBytesOf(variable.type) === undefined || variable.type === 'char')
      return false;
    const axes = findFieldAxes(file, variable);
    return axes.time !== undefined && axes.latitude !== undefined && axes.longitude !== undefined;
  });
  if (candidates.length > 0) return chooseHeightVariable(candidates, names);
  // No variable has all its axes: choose among those that have the rank, so that the message can say which axis is missing.
  const ranked = file.variables.filter(
    (variable) => variable.shape.length >= 3 && elementBytesOf(variable.type) !== undefined,
  );
  if (ranked.length > 0) return chooseHeightVariable(ranked, names);
  // A height without time is named in the message, rather than told to take the name that it has.
  const flat = file.variables.filter(
    (variable) => variable.shape.length === 2 && heightKindOf(variable) !== 'unknown',
  );
  return chooseHeightVariable(flat, names);
}

function onlyOne<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}

function notNumeric(variable: NetcdfVariable): NetcdfError {
  return new NetcdfError({
    code: 'unsupported-type',
    where: `variable '${variable.name}'`,
    found: `its type is ${variable.type}`,
    expected: 'numbers (integers or floats)',
    fix: 'Write the variable as float32 or float64.',
  });
}

function describeAxis(source: AxisSource): string {
  return `coordinate '${source.variable.name}'`;
}

function spatialOptions(
  source: AxisSource,
  spacing: 'even' | 'any',
): { where: string; isFloat32: boolean; spacing: 'even' | 'any' } {
  return { where: describeAxis(source), isFloat32: source.variable.type === 'float32', spacing };
}

/** A coordinate as float64, unpacked, NaN where missing; 2-D latitudes and longitudes reduced to the axis they repeat. */
async function readCoordinate(file: NetcdfFile, source: AxisSource): Promise<Float64Array> {
  const { variable, axisOfVariable } = source;
  const size = variable.shape.reduce((total, length) => total * length, 1);
  if (size > MAX_COORDINATE_VALUES) {
    throw new NetcdfError({
      code: 'declared-size-too-large',
      where: describeAxis(source),
      found: `it has ${size} values`,
      expected: `at most ${MAX_COORDINATE_VALUES}`,
      fix: 'Write one latitude per row and one longitude per column.',
    });
  }
  if (elementBytesOf(variable.type) === undefined || isText(variable)) {
    throw new NetcdfError({
      code: 'unknown-units',
      where: describeAxis(source),
      found: 'it holds text instead of numbers',
      expected: 'numbers with units',
      fix: "Write it as numbers, e.g. a time axis in 'days since 1950-01-01' or coordinates in degrees.",
    });
  }
  if (size === 0) throw emptyAxis(source);
  const stored = await file.readSlab(
    variable.name,
    variable.shape.map(() => 0),
    variable.shape,
  );
  // Not the value decoder: times beyond 1e10 (seconds, nanoseconds) are no fill values.
  const scale = numberAttributes(variable.attributes, 'scale_factor')[0] ?? 1;
  const offset = numberAttributes(variable.attributes, 'add_offset')[0] ?? 0;
  const fill = numberAttributes(variable.attributes, '_FillValue')[0] ?? NaN;
  const values = Float64Array.from(stored as Float64Array, (value) => {
    const number = Number(value);
    return number === fill || Math.abs(number) > 9.9e36 ? NaN : number * scale + offset;
  });
  return axisOfVariable === null ? values : reduceToAxis(values, source, axisOfVariable);
}

function reduceToAxis(values: Float64Array, source: AxisSource, axis: number): Float64Array {
  const [rows, columns] = source.variable.shape as [number, number];
  const length = axis === 0 ? rows : columns;
  const at = (along: number, across: number): number =>
    values[axis === 0 ? along * columns + across : across * columns + along]!;
  const reduced = Float64Array.from({ length }, (_, i) => at(i, 0));
  const step = length > 1 ? Math.abs(reduced[length - 1]! - reduced[0]!) / (length - 1) : 1;
  for (let along = 0; along < length; along++) {
    for (let across = 1; across < (axis === 0 ? columns : rows); across++) {
      if (!(Math.abs(at(along, across) - reduced[along]!) <= 0.01 * step)) {
        throw new NetcdfError({
          code: 'irregular-grid',
          where: describeAxis(source),
          found: 'it changes along both of its dimensions (a rotated or curvilinear grid)',
          expected: 'a grid whose rows have one latitude and whose columns have one longitude',
          fix: 'Interpolate the map to a regular longitude–latitude grid before writing it.',
        });
      }
    }
  }
  return reduced;
}

function emptyAxis(source: AxisSource): NetcdfError {
  return new NetcdfError({
    code: 'empty-field',
    where: describeAxis(source),
    found: 'it has no values',
    expected: 'at least one',
    fix: 'Check that the file was written completely.',
  });
}

async function readTimes(
  file: NetcdfFile,
  source: AxisSource,
  assumedUnits: string | undefined,
  warnings: DecodingWarning[],
): Promise<Float64Array> {
  const { variable } = source;
  const where = describeAxis(source);
  const stored = await readCoordinate(file, source);
  const declaredUnits = textAttribute(variable.attributes, 'units');
  if (declaredUnits === '' && assumedUnits !== undefined) {
    warnings.push({
      code: 'time-units-assumed',
      message: `'${variable.name}' has no units; '${assumedUnits}' was assumed.`,
    });
  }
  const timeDays = decodeTimes(
    stored,
    declaredUnits || (assumedUnits ?? ''),
    textAttribute(variable.attributes, 'calendar'),
    where,
  );
  requireAscendingTimes(timeDays, where);
  return timeDays;
}

async function readTextTimes(
  file: NetcdfFile,
  source: AxisSource,
  warnings: DecodingWarning[],
): Promise<Float64Array> {
  const timeDays = await decodeTextTimes(file, source.variable);
  if (timeDays.length === 0) throw emptyAxis(source);
  requireAscendingTimes(timeDays, describeAxis(source));
  warnings.push({ code: 'text-times', message: `'${source.variable.name}' gives the times as text` });
  return timeDays;
}

function requireAscendingTimes(timeDays: Float64Array, where: string): void {
  for (let i = 0; i < timeDays.length; i++) {
    if (i > 0 && timeDays[i]! > timeDays[i - 1]!) continue;
    if (i === 0 && Number.isFinite(timeDays[0])) continue;
    const found = !Number.isFinite(timeDays[i])
      ? `time ${i + 1} of ${timeDays.length} is missing`
      : timeDays[i] === timeDays[i - 1]
        ? `${readableInstant(timeDays[i]!)} appears twice (times ${i} and ${i + 1})`
        : `${readableInstant(timeDays[i]!)} comes after ${readableInstant(timeDays[i - 1]!)} (times ${i} and ${i + 1})`;
    throw new NetcdfError({
      code: 'irregular-grid',
      where,
      found,
      expected: 'each time once, in ascending order',
      fix: "Sort the file by time and remove repeated times, e.g. ds.sortby('time').drop_duplicates('time').",
    });
  }
}

type Ordering = {
  count: readonly number[];
  dimensions: { time: number; latitude: number; longitude: number };
  rows: Int32Array;
  firstRow: number;
  longitude: CanonicalAxis;
  isFlipped: boolean;
};

/** Rearranges a decoded slab from the file's order to [time, lat, lon] ascending; returns it untouched when it is already. */
function toCanonicalOrder(
  decoded: FieldValues,
  { count, dimensions, rows, firstRow, longitude, isFlipped }: Ordering,
): FieldValues {
  const { time, latitude: lat, longitude: lon } = dimensions;
  if (time < lat && lat < lon && !isFlipped && longitude.isIdentity) return decoded;
  const strides = count.map((_, dimension) =>
    count.slice(dimension + 1).reduce((total, size) => total * size, 1),
  );
  const [strideTime, strideLat, strideLon] = [strides[time]!, strides[lat]!, strides[lon]!];
  const timeCount = count[time]!;
  const { sourceIndex } = longitude;
  const width = sourceIndex.length;
  const length = timeCount * rows.length * width;
  const values = decoded instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  let at = 0;
  for (let t = 0; t < timeCount; t++) {
    for (let y = 0; y < rows.length; y++) {
      const base = t * strideTime + (rows[y]! - firstRow) * strideLat;
      for (let x = 0; x < width; x++) values[at++] = decoded[base + sourceIndex[x]! * strideLon]!;
    }
  }
  return values;
}

function requirePlausibleHeights(
  values: FieldValues,
  variableName: string,
  units: string,
  grid: RegularGrid,
  timeStart: number,
  latStart: number,
  latCount: number,
): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value > LARGEST_HEIGHT_M || value < -LARGEST_HEIGHT_M)) continue;
    const width = grid.lonDeg.length;
    const day = readableInstant(grid.timeDays[timeStart + Math.floor(i / (width * latCount))]!);
    const lat = grid.latDeg[latStart + (Math.floor(i / width) % latCount)]!;
    const lon = grid.lonDeg[i % width]!;
    throw new NetcdfError({
      code: 'values-out-of-range',
      where: `variable '${variableName}'`,
      found: `it is ${Number(value.toPrecision(6))} m on ${day} at latitude ${Number(lat.toFixed(4))}, longitude ${Number(lon.toFixed(4))}`,
      expected: `heights between −${LARGEST_HEIGHT_M} and ${LARGEST_HEIGHT_M} m`,
      fix:
        units === '' || units === 'm'
          ? "If the values are in centimetres or millimetres, set the units attribute to 'cm' or 'mm'; if this is a fill value, declare it as _FillValue."
          : 'Check the units, scale_factor and _FillValue of the variable.',
    });
  }
}

function requireRange(what: string, start: number, count: number, size: number): void {
  if (
    !Number.isInteger(start) ||
    !Number.isInteger(count) ||
    start < 0 ||
    count < 1 ||
    start + count > size
  ) {
    throw new RangeError(`${what} ${start} + ${count} lie outside the field of ${size}`);
  }
}
