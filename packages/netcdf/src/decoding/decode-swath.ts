import { axisKindOf, type AxisKind } from '../cf/axis-kind.js';
import { baseName, textAttribute } from '../cf/attributes.js';
import { wrapLongitude } from '../cf/spatial-axis.js';
import { decodeTimes } from '../cf/time-axis.js';
import { whatThereIs } from '../cf/variable-choice.js';
import { NetcdfError } from '../netcdf-error.js';
import type { NetcdfFile, NetcdfVariable } from '../netcdf-file.js';
import { OBSERVED_HEIGHT_NAMES, readHeights, readNumbers, requireFinite } from './observation-values.js';
import { elementBytesOf } from './slab.js';
import type { Swath, SwathReadOptions } from '../swath.js';

/** A year of lines 2 km apart is 100 million around the globe. */
const MAX_LINES = 120_000_000;
const MAX_CELLS = 4096;

/** Presents the swath of an open file; closing the swath closes the file. */
export async function decodeSwath(file: NetcdfFile, options: SwathReadOptions = {}): Promise<Swath> {
  const height = requireSwathHeight(file, options.variable);
  const [lineDimension, cellDimension] = height.dimensions as [string, string];
  const [lineCount, cellCount] = height.shape as [number, number];
  requireSize(height, lineCount, cellCount);
  const latitude = requireCoordinate(file, 'latitude', height.dimensions, height);
  const longitude = requireCoordinate(file, 'longitude', height.dimensions, height);
  const time = requireCoordinate(file, 'time', [lineDimension], height);
  const timeDays = decodeTimes(
    await readNumbers(file, time),
    textAttribute(time.attributes, 'units') || (options.assumedTimeUnits ?? ''),
    textAttribute(time.attributes, 'calendar'),
    `coordinate '${time.name}'`,
  );
  requireFinite(timeDays, time.name, 'line');
  const observed = file.variables.find(
    (variable) =>
      variable !== height &&
      baseName(variable.name) === 'ssh_obs' &&
      hasDimensions(variable, height.dimensions),
  );
  const across = file.variables.find(
    (variable) => baseName(variable.name) === 'x_ac' && hasDimensions(variable, [cellDimension]),
  );
  return {
    lineCount,
    cellCount,
    timeDays,
    acrossTrackKm: across ? await readNumbers(file, across) : null,
    variableName: height.name,
    satellite: satelliteOf(file),
    attributes: file.attributes,
    async readLines(lineStart, count) {
      if (!(lineStart >= 0 && count >= 1 && lineStart + count <= lineCount))
        throw new RangeError(`lines ${lineStart} + ${count} lie outside the swath of ${lineCount}`);
      const range = { start: [lineStart, 0], count: [count, cellCount] };
      const sshM = await readHeights(file, height, options.missingAboveM, range);
      const sshObservedM = observed ? await readHeights(file, observed, options.missingAboveM, range) : null;
      const latDeg = await readNumbers(file, latitude, range);
      const lonDeg = (await readNumbers(file, longitude, range)).map(wrapLongitude);
      for (let cell = 0; cell < sshM.length; cell++) {
        if (!Number.isNaN(sshM[cell]!) && Math.abs(latDeg[cell]!) <= 90 && Number.isFinite(lonDeg[cell]!))
          continue;
        sshM[cell] = NaN;
        latDeg[cell] = NaN;
        lonDeg[cell] = NaN;
        if (sshObservedM) sshObservedM[cell] = NaN;
      }
      const times = timeDays.slice(lineStart, lineStart + count);
      return { lineStart, lineCount: count, timeDays: times, latDeg, lonDeg, sshM, sshObservedM };
    },
    close: () => file.close(),
  };
}

/** The heights of a swath: two dimensions, of which neither is a latitude or longitude axis; undefined if there are none. */
export function findSwathHeight(file: NetcdfFile, wanted?: string): NetcdfVariable | undefined {
  const candidates = file.variables.filter(
    (variable) =>
      variable.dimensions.length === 2 &&
      elementBytesOf(variable.type) !== undefined &&
      variable.type !== 'char' &&
      (['latitude', 'longitude'] as const).every((kind) => findCoordinate(file, kind, variable.dimensions)),
  );
  const names = wanted === undefined ? OBSERVED_HEIGHT_NAMES : [wanted.toLowerCase()];
  for (const name of names) {
    const match = candidates.find((variable) => baseName(variable.name) === name);
    if (match) return match;
  }
  return undefined;
}

function requireSwathHeight(file: NetcdfFile, wanted: string | undefined): NetcdfVariable {
  const height = findSwathHeight(file, wanted);
  if (height) return height;
  throw new NetcdfError({
    code: 'variable-not-found',
    where: 'the variables of the file',
    found: whatThereIs(file.variables.map((variable) => variable.name)),
    expected: `${wanted === undefined ? 'heights called ssh_model' : `'${wanted}'`} along time and cell, with lat and lon of the same two dimensions`,
    fix: 'Write the swath as lat, lon and ssh_model with the dimensions time × nC, and time along the first.',
  });
}

function requireSize(height: NetcdfVariable, lineCount: number, cellCount: number): void {
  if (lineCount <= MAX_LINES && cellCount <= MAX_CELLS) return;
  throw new NetcdfError({
    code: 'declared-size-too-large',
    where: `variable '${height.name}'`,
    found: `it has ${lineCount} lines of ${cellCount} cells`,
    expected: `at most ${MAX_LINES} lines of ${MAX_CELLS} cells`,
    fix: 'Cut the file to the period that is asked for; time is its first dimension.',
  });
}

function requireCoordinate(
  file: NetcdfFile,
  kind: AxisKind,
  dimensions: readonly string[],
  height: NetcdfVariable,
): NetcdfVariable {
  const coordinate = findCoordinate(file, kind, dimensions);
  if (coordinate) return coordinate;
  throw new NetcdfError({
    code: 'coordinate-not-found',
    where: `variable '${height.name}'`,
    found: `there is no ${kind} along ${dimensions.join(' and ')}`,
    expected: `a variable with the dimensions (${dimensions.join(', ')}) and standard_name '${kind}'`,
    fix: `Write the ${kind} of every ${dimensions.length === 1 ? 'line' : 'cell'} to the file.`,
  });
}

function findCoordinate(
  file: NetcdfFile,
  kind: AxisKind,
  dimensions: readonly string[],
): NetcdfVariable | undefined {
  const matches = file.variables.filter(
    (variable) => hasDimensions(variable, dimensions) && axisKindOf(variable) === kind,
  );
  return matches.find((variable) => [kind, kind.slice(0, 3)].includes(baseName(variable.name))) ?? matches[0];
}

function hasDimensions(variable: NetcdfVariable, dimensions: readonly string[]): boolean {
  return (
    variable.dimensions.length === dimensions.length &&
    dimensions.every((name, axis) => variable.dimensions[axis] === name)
  );
}

function satelliteOf(file: NetcdfFile): string {
  const text = ['satellite', 'mission', 'platform'].map((name) => textAttribute(file.attributes, name));
  return text.find((name) => name !== '') ?? 'unknown';
}
