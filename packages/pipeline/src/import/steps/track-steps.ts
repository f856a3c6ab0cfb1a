import { copyFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { AlongTrackProtocol, Area, DatasetFile, Period } from '@sillage/contracts';
import { openAlongTrack, openNetcdf, writeAlongTrack, type AlongTrack } from '@sillage/netcdf';
import { daysSince1950 } from '@sillage/science';
import { refuseOtherSampling, type EvaluationTrack } from '@sillage/scoring';
import { readEvaluationTrack } from '../../files/read-evaluation-track.js';
import { compareWithTruth, samplePoints } from './compare-with-truth.js';
import { ImportError, importErrorFrom } from '../import-error.js';
import type { Quirk } from '../import-report.js';
import { fileAttributes, tell, type Provenance } from './map-steps.js';
import type { ImportStep } from '../run-import.js';
import { accumulateStatistics } from '../../files/value-statistics.js';

/** Observations this far outside the scored box still serve its edges. */
export const OBSERVATION_MARGIN_DEG = 1;

export type TrackInput = { path: string; satellite: string };

/** What the tracks of one satellite give inside an area and period. */
type TrackPart = Pick<AlongTrack, 'timeDays' | 'latDeg' | 'lonDeg' | 'sshM'> & {
  sshObservedM: Float64Array | null;
  cycle: Int32Array | null;
  alongTrackKm: Float32Array | null;
};

/** The nadir altimeters of a scenario, merged in order of time. */
export function alongTrackStep(options: {
  area: Area;
  target: string;
  files: Omit<DatasetFile, 'path' | 'sha256'>[];
  inputs: readonly TrackInput[];
  period: Period;
  /** `challenge`: ssh_model and ssh_obs; `2021a`: the height is sla_unfiltered + mdt − lwe. */
  layout: 'challenge' | '2021a';
  /** File of the truth that they must belong to, and the tolerance; null where there is none. */
  truth: { step: string; name: string; tolerance: number } | null;
  provenance: Provenance;
}): ImportStep {
  const { area, inputs } = options;
  return {
    path: options.target,
    files: options.files,
    inputPaths: inputs.map((input) => input.path),
    estimatedBytes: 8_000_000 * inputs.length,
    write: async (target, context) => {
      const parts: TrackPart[] = [];
      const quirks: Quirk[] = [];
      for (const [index, { path }] of inputs.entries()) {
        context.onProgress((0.8 * index) / inputs.length, `reading ${basename(path)}`);
        parts.push(await readPart(path, options, quirks));
      }
      const merged = inOrderOfTime(parts);
      const points = samplePoints();
      merged.timeDays.forEach((time, index) => {
        const height = merged.sshM[index]!;
        if (!Number.isNaN(height)) points.add(time, merged.latDeg[index]!, merged.lonDeg[index]!, height);
      });
      const subject = inputs.map((input) => basename(input.path)).join(', ');
      const truthMatch = options.truth
        ? await compareWithTruth({
            truthPath: context.finishedPath(options.truth.step),
            truthName: options.truth.name,
            points: points.points(),
            placements: [{ how: 'daily means around noon, interpolated to the time and place', shiftDeg: 0 }],
            tolerance: options.truth.tolerance,
            subject,
          })
        : null;
      if (options.truth && truthMatch === null)
        context.warn(`${options.target}: too few points in the scored days to compare them with the truth`);
      const model = accumulateStatistics('ssh_model', 'm');
      model.add(merged.sshM);
      const observed = accumulateStatistics('ssh_obs', 'm');
      if (merged.sshObservedM) observed.add(merged.sshObservedM);
      await writeAlongTrack(target, {
        ...merged,
        satellites: inputs.map((input) => input.satellite),
        attributes: fileAttributes(options.provenance, `Observations of ${area.name}`, subject),
      });
      tell(context, quirks);
      return {
        statistics: [model.result(), ...(merged.sshObservedM ? [observed.result()] : [])],
        truthMatch,
      };
    },
  };
}

async function readPart(
  path: string,
  options: { area: Area; period: Period; layout: 'challenge' | '2021a' },
  quirks: Quirk[],
): Promise<TrackPart> {
  const file = basename(path);
  const track = await readTrack(path, options.layout);
  const { west, east, south, north } = options.area.scoredBox;
  const margin = OBSERVATION_MARGIN_DEG;
  const first = daysSince1950(options.period.start);
  const end = daysSince1950(options.period.end) + 1;
  const inside = Array.from(track.timeDays.keys()).filter((index) => {
    const [time, lat, lon] = [track.timeDays[index]!, track.latDeg[index]!, track.lonDeg[index]!];
    return (
      time >= first &&
      time < end &&
      lat >= south - margin &&
      lat <= north + margin &&
      lon >= west - margin &&
      lon <= east + margin &&
      !Number.isNaN(track.sshM[index]!)
    );
  });
  if (inside.length === 0) {
    throw new ImportError({
      code: 'no-observations',
      where: file,
      found: `none of its ${track.timeDays.length} observations lies in the area between ${options.period.start} and ${options.period.end}`,
      expected: `observations of ${options.area.name} in that period`,
      fix: 'Check that this is the file of the challenge.',
    });
  }
  if (track.hasLongitudesTo360)
    quirks.push({ file, found: 'longitudes run from 0 to 360', handled: 'turned into −180…180' });
  if (options.layout === '2021a')
    quirks.push({
      file,
      found: 'height is given in parts',
      handled: 'ssh_model is sla_unfiltered + mdt − lwe, as the 2021a challenge has it',
    });
  const pick = (values: Float64Array): Float64Array => Float64Array.from(inside, (index) => values[index]!);
  return {
    timeDays: pick(track.timeDays),
    latDeg: pick(track.latDeg),
    lonDeg: pick(track.lonDeg),
    sshM: pick(track.sshM),
    sshObservedM: track.sshObservedM && pick(track.sshObservedM),
    cycle: track.cycle && Int32Array.from(inside, (index) => track.cycle![index]!),
    alongTrackKm: track.alongTrackKm && Float32Array.from(inside, (index) => track.alongTrackKm![index]!),
  };
}

async function readTrack(
  path: string,
  layout: 'challenge' | '2021a',
): Promise<TrackPart & { hasLongitudesTo360: boolean }> {
  const file = basename(path);
  try {
    if (layout === 'challenge') {
      const track = await openAlongTrack(path, {
        variable: 'ssh_model',
        assumedTimeUnits: 'seconds since 2012-10-01',
      });
      return { ...track, hasLongitudesTo360: await exceeds180(path) };
    }
    const { timeDays, latDeg, lonDeg, trackM } = await readEvaluationTrack(path, { subject: file });
    return {
      timeDays,
      latDeg,
      lonDeg,
      sshM: trackM,
      sshObservedM: null,
      cycle: null,
      alongTrackKm: null,
      hasLongitudesTo360: await exceeds180(path),
    };
  } catch (error) {
    throw importErrorFrom(error, file);
  }
}

/** Whether longitudes are stored from 0 to 360; the reader has turned them already. */
export async function exceeds180(path: string): Promise<boolean> {
  const file = await openNetcdf(path);
  try {
    const variable = file.variables.find(({ name }) => name === 'lon' || name === 'longitude');
    if (!variable || variable.shape.some((size) => size === 0)) return false;
    const count = variable.shape.map((size, axis) => (axis === 0 ? Math.min(size, 10_000) : size));
    const stored = await file.readSlab(
      variable.name,
      variable.shape.map(() => 0),
      count,
    );
    const scale = Number(variable.attributes['scale_factor'] ?? 1);
    return stored.some((value) => Number(value) * scale > 180 && Number(value) * scale <= 360);
  } finally {
    file.close();
  }
}

/** Merged observations keep what all of their satellites have. */
function inOrderOfTime(parts: readonly TrackPart[]): TrackPart & { satelliteIndex: Uint8Array } {
  const places = parts.flatMap((part, satellite) =>
    Array.from(part.timeDays, (time, index) => ({ time, satellite, index })),
  );
  places.sort((a, b) => a.time - b.time || a.satellite - b.satellite || a.index - b.index);
  const pick = (of: (part: TrackPart) => ArrayLike<number>): Float64Array =>
    Float64Array.from(places, ({ satellite, index }) => of(parts[satellite]!)[index]!);
  return {
    timeDays: pick((part) => part.timeDays),
    latDeg: pick((part) => part.latDeg),
    lonDeg: pick((part) => part.lonDeg),
    sshM: pick((part) => part.sshM),
    sshObservedM: parts.every((part) => part.sshObservedM) ? pick((part) => part.sshObservedM!) : null,
    cycle: parts.every((part) => part.cycle) ? Int32Array.from(pick((part) => part.cycle!)) : null,
    alongTrackKm: parts.every((part) => part.alongTrackKm)
      ? Float32Array.from(pick((part) => part.alongTrackKm!))
      : null,
    satelliteIndex: Uint8Array.from(places, ({ satellite }) => satellite),
  };
}

/** The withheld altimeter: its file as it is, byte for byte, once it has proved to be what it should be. */
export function evaluationTrackStep(options: {
  area: Area;
  protocol: AlongTrackProtocol;
  path: string;
  period: Period;
}): ImportStep {
  const { area, path } = options;
  const file = basename(path);
  return {
    path: `evaluation-track-${area.id}.nc`,
    files: [
      {
        role: 'evaluation-track',
        area: area.id,
        description: `The withheld altimeter, ${file} as it was distributed: the height is sla_unfiltered + mdt − lwe.`,
      },
    ],
    inputPaths: [path],
    estimatedBytes: 20_000_000,
    write: async (target, context) => {
      const track = await readWithheld(path, options.protocol);
      const { west, east, south, north } = area.scoredBox;
      const first = daysSince1950(options.period.start);
      const end = daysSince1950(options.period.end) + 1;
      const heights = track.trackM.filter((_, index) => {
        const [time, lat, lon] = [track.timeDays[index]!, track.latDeg[index]!, track.lonDeg[index]!];
        return time >= first && time < end && lat >= south && lat <= north && lon >= west && lon <= east;
      });
      if (heights.length === 0) {
        throw new ImportError({
          code: 'no-observations',
          where: file,
          found: `none of its ${track.timeDays.length} points lies in the area between ${options.period.start} and ${options.period.end}`,
          expected: 'the withheld track of the challenge',
          fix: 'Check that this is the file of the challenge.',
        });
      }
      const statistics = accumulateStatistics('sla_unfiltered + mdt − lwe', 'm');
      statistics.add(heights);
      context.quirk({
        file,
        found: `${heights.length} points in the box and period of ${track.timeDays.length} in the file`,
        handled: 'the file is kept whole, byte for byte; the scorer takes the points that count',
      });
      await copyFile(path, target);
      return { statistics: [statistics.result()] };
    },
  };
}

async function readWithheld(path: string, protocol: AlongTrackProtocol): Promise<EvaluationTrack> {
  const file = basename(path);
  try {
    const track = await readEvaluationTrack(path, { subject: file });
    refuseOtherSampling(track, protocol, file);
    return track;
  } catch (error) {
    throw importErrorFrom(error, file);
  }
}
