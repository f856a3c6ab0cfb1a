import type { AlongTrack, AlongTrackReadOptions } from './along-track.js';
import { axisKindOf, type AxisKind } from './cf/axis-kind.js';
import { baseName, numberAttributes, textAttribute } from './cf/attributes.js';
import { requireMetresPerUnit } from './cf/length-units.js';
import { wrapLongitude } from './cf/spatial-axis.js';
import { decodeTimes } from './cf/time-axis.js';
import { createValueDecoder } from './cf/value-decoder.js';
import { listed } from './cf/variable-choice.js';
import { NetcdfError } from './netcdf-error.js';
import type { NetcdfFile, NetcdfVariable } from './netcdf-file.js';
import { openNetcdf } from './open-netcdf.js';
import { elementBytesOf } from './slab.js';

const HEIGHT_NAMES = ['ssh_model', 'ssh_mod', 'ssh', 'adt', 'sla', 'sla_filtered', 'sla_unfiltered'];
const MAX_OBSERVATIONS = 50_000_000; // a year of KaRIn in the 2020a challenge has 10 million

/**
 * Reads altimeter observations: 1-D variables along one dimension, as in the 2020a challenge's files.
 *
 * @throws NetcdfError for everything that is wrong with the file.
 */
export async function openAlongTrack(path: string, options: AlongTrackReadOptions = {}): Promise<AlongTrack> {
  const file = await openNetcdf(path);
  try {
    return await readTrack(file, options);
  } finally {
    file.close();
  }
}

async function readTrack(file: NetcdfFile, options: AlongTrackReadOptions): Promise<AlongTrack> {
  const height = chooseHeight(file, options.variable);
  const [dimension] = height.dimensions;
  const count = height.shape[0]!;
  if (count > MAX_OBSERVATIONS) {
    throw new NetcdfError({
      code: 'declared-size-too-large',
      where: `variable '${height.name}'`,
      found: `it has ${count} observations`,
      expected: `at most ${MAX_OBSERVATIONS}`,
      fix: 'Cut the file to the period that is asked for.',
    });
  }
  const along = file.variables.filter(
    (variable) => variable.dimensions.length === 1 && variable.dimensions[0] === dimension,
  );
  const named = (names: readonly string[]): NetcdfVariable | undefined =>
    along.find((variable) => names.includes(baseName(variable.name)));
  const time = requireCoordinate(along, 'time', height);
  const latitude = requireCoordinate(along, 'latitude', height);
  const longitude = requireCoordinate(along, 'longitude', height);
  const observed = named(['ssh_obs']);
  const satellite = named(['satellite']);
  const cycle = named(['ncycle', 'cycle']);
  const track = named(['track', 'ntrack']);
  const distance = named(['x_al']);

  const timeDays = decodeTimes(
    await readPlain(file, time),
    textAttribute(time.attributes, 'units') || (options.assumedTimeUnits ?? ''),
    textAttribute(time.attributes, 'calendar'),
    `coordinate '${time.name}'`,
  );
  const latDeg = await readPlain(file, latitude);
  const lonDeg = (await readPlain(file, longitude)).map(wrapLongitude);
  requireFinite(timeDays, time.name);
  requireFinite(latDeg, latitude.name);
  requireFinite(lonDeg, longitude.name);
  const satelliteIndex = satellite
    ? Uint8Array.from(await readPlain(file, satellite))
    : new Uint8Array(count);
  return {
    timeDays,
    latDeg,
    lonDeg,
    sshM: await readHeights(file, height),
    sshObservedM: observed && observed !== height ? await readHeights(file, observed) : null,
    satelliteIndex,
    satellites: satelliteNames(file, satellite, satelliteIndex),
    cycle: cycle ? Int32Array.from(await readPlain(file, cycle)) : null,
    track: track ? Int32Array.from(await readPlain(file, track)) : null,
    alongTrackKm: distance ? Float32Array.from(await readPlain(file, distance)) : null,
    attributes: file.attributes,
  };
}

function chooseHeight(file: NetcdfFile, wanted: string | undefined): NetcdfVariable {
  const candidates = file.variables.filter(
    (variable) =>
      variable.dimensions.length === 1 &&
      elementBytesOf(variable.type) !== undefined &&
      variable.type !== 'char',
  );
  const names = wanted === undefined ? HEIGHT_NAMES : [wanted.toLowerCase()];
  for (const name of names) {
    const match = candidates.find((variable) => baseName(variable.name) === name);
    if (match) return match;
  }
  throw new NetcdfError({
    code: 'variable-not-found',
    where: 'the variables of the file',
    found:
      file.variables.length === 0
        ? 'there are none'
        : `there are ${listed(file.variables.map((variable) => variable.name))}`,
    expected:
      wanted === undefined
        ? 'observations called ssh_model along a dimension time'
        : `'${wanted}' along one dimension`,
    fix: 'Write the observations as 1-D variables time, lon, lat and ssh_model.',
  });
}

function requireCoordinate(
  along: readonly NetcdfVariable[],
  kind: AxisKind,
  height: NetcdfVariable,
): NetcdfVariable {
  const matches = along.filter((variable) => variable !== height && axisKindOf(variable) === kind);
  const preferred =
    matches.find((variable) => [kind, kind.slice(0, 3)].includes(baseName(variable.name))) ?? matches[0];
  if (preferred) return preferred;
  throw new NetcdfError({
    code: 'coordinate-not-found',
    where: `variable '${height.name}'`,
    found: `there is no ${kind} along its dimension ${height.dimensions[0]}`,
    expected: `a 1-D variable with standard_name '${kind}'`,
    fix: `Write the ${kind} of every observation to the file.`,
  });
}

async function readPlain(file: NetcdfFile, variable: NetcdfVariable): Promise<Float64Array> {
  if (variable.shape[0] === 0) return new Float64Array(0);
  const stored = await file.readSlab(variable.name, [0], [variable.shape[0]!]);
  const scale = numberAttributes(variable.attributes, 'scale_factor')[0] ?? 1;
  const offset = numberAttributes(variable.attributes, 'add_offset')[0] ?? 0;
  const fill = numberAttributes(variable.attributes, '_FillValue')[0] ?? NaN;
  return Float64Array.from(stored as Float64Array, (value) =>
    Number(value) === fill ? NaN : Number(value) * scale + offset,
  );
}

async function readHeights(file: NetcdfFile, variable: NetcdfVariable): Promise<Float64Array> {
  if (variable.shape[0] === 0) return new Float64Array(0);
  const units = textAttribute(variable.attributes, 'units');
  const decoder = createValueDecoder(variable, units === '' ? 1 : requireMetresPerUnit(units, variable.name));
  const decoded = decoder.decode(await file.readSlab(variable.name, [0], [variable.shape[0]!]));
  return decoded instanceof Float64Array ? decoded : Float64Array.from(decoded);
}

function requireFinite(values: Float64Array, name: string): void {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index < 0) return;
  throw new NetcdfError({
    code: 'coordinate-not-found',
    where: `coordinate '${name}'`,
    found: `it is missing for observation ${index + 1} of ${values.length}`,
    expected: 'time, latitude and longitude of every observation',
    fix: 'Remove observations without a place or a time.',
  });
}

function satelliteNames(
  file: NetcdfFile,
  satellite: NetcdfVariable | undefined,
  index: Uint8Array,
): string[] {
  const meanings = satellite
    ? textAttribute(satellite.attributes, 'flag_meanings').split(/\s+/).filter(Boolean)
    : [];
  const highest = index.reduce((most, value) => Math.max(most, value), 0);
  const single = ['satellite', 'mission', 'platform']
    .map((name) => textAttribute(file.attributes, name))
    .find((text) => text !== '');
  if (!satellite) return [single ?? 'unknown'];
  return Array.from(
    { length: Math.max(meanings.length, highest + 1) },
    (_, i) => meanings[i] ?? `satellite_${i}`,
  );
}
