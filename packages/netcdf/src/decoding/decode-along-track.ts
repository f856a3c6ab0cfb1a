import type { AlongTrack, AlongTrackReadOptions } from '../along-track.js';
import { axisKindOf, type AxisKind } from '../cf/axis-kind.js';
import { baseName, textAttribute } from '../cf/attributes.js';
import { wrapLongitude } from '../cf/spatial-axis.js';
import { decodeTimes } from '../cf/time-axis.js';
import { whatThereIs } from '../cf/variable-choice.js';
import { NetcdfError } from '../netcdf-error.js';
import type { NetcdfFile, NetcdfVariable } from '../netcdf-file.js';
import { OBSERVED_HEIGHT_NAMES, readHeights, readNumbers, requireFinite } from './observation-values.js';
import { elementBytesOf } from './slab.js';

const MAX_OBSERVATIONS = 50_000_000; // a year of KaRIn in the 2020a challenge has 10 million

/**
 * Reads altimeter observations of an open file: 1-D variables along one dimension.
 *
 * @throws NetcdfError for everything that is wrong with the file.
 */
export async function decodeAlongTrack(
  file: NetcdfFile,
  options: AlongTrackReadOptions,
): Promise<AlongTrack> {
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
    await readNumbers(file, time),
    textAttribute(time.attributes, 'units') || (options.assumedTimeUnits ?? ''),
    textAttribute(time.attributes, 'calendar'),
    `coordinate '${time.name}'`,
  );
  const latDeg = await readNumbers(file, latitude);
  const lonDeg = (await readNumbers(file, longitude)).map(wrapLongitude);
  requireFinite(timeDays, time.name);
  requireFinite(latDeg, latitude.name);
  requireFinite(lonDeg, longitude.name);
  const satelliteIndex = satellite
    ? Uint8Array.from(await readNumbers(file, satellite))
    : new Uint8Array(count);
  return {
    timeDays,
    latDeg,
    lonDeg,
    sshM: await readHeights(file, height, options.missingAboveM),
    sshObservedM:
      observed && observed !== height ? await readHeights(file, observed, options.missingAboveM) : null,
    satelliteIndex,
    satellites: satelliteNames(file, satellite, satelliteIndex),
    cycle: cycle ? Int32Array.from(await readNumbers(file, cycle)) : null,
    track: track ? Int32Array.from(await readNumbers(file, track)) : null,
    alongTrackKm: distance ? Float32Array.from(await readNumbers(file, distance)) : null,
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
  const names = wanted === undefined ? OBSERVED_HEIGHT_NAMES : [wanted.toLowerCase()];
  for (const name of names) {
    const match = candidates.find((variable) => baseName(variable.name) === name);
    if (match) return match;
  }
  throw new NetcdfError({
    code: 'variable-not-found',
    where: 'the variables of the file',
    found: whatThereIs(file.variables.map((variable) => variable.name)),
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
