import type { Period } from '@sillage/contracts';
import { writeAlongTrack } from '@sillage/netcdf';
import type { AlongTrackSamples } from '@sillage/ocean';
import { daysSince1950 } from '@sillage/science';
import { extentOf } from './coverage.js';
import { cropOf } from './grid-alignment.js';
import { historyLine } from './provenance.js';
import { fileDays } from './day-source.js';
import { openField } from './open-field.js';
import type { ProgressListener } from './progress.js';
import { RejectionError } from './rejection-error.js';
import { rejectionFromError } from './rejection-from-error.js';

export type SimulateObservationsOptions = {
  truthPath: string;
  truthVariable?: string | null;
  /** Scenario slug known to @sillage/ocean, e.g. `nadir4`. */
  scenario: string;
  /** UTC days, both included. Default: the whole truth. */
  period?: Period | null;
  outputPath: string;
  /** Instant for the history attribute. */
  now: Date;
  onProgress?: ProgressListener;
};

export type SimulateObservationsResult = {
  outputPath: string;
  observationCount: number;
  /** Slugs, in the order of the satellite index in the file. */
  satellites: string[];
};

/**
 * Samples a gridded truth along the ground tracks of a scenario, between its first and its last map, and writes the
 * error-free heights as NetCDF (`ssh_model`). Points with land among their eight grid neighbours are left out.
 *
 * @throws RejectionError for a truth that cannot be read or sampled; RangeError for an unknown scenario.
 */
export async function simulateObservations(
  options: SimulateObservationsOptions,
): Promise<SimulateObservationsResult> {
  const subject = options.truthPath.split('/').at(-1) ?? options.truthPath;
  // Loaded here, because the other functions of this package have no use for orbits.
  const { concatenateSamples, groundTrack, sampleAlongTrack, scenarioSatellites } =
    await import('@sillage/ocean');
  const satellites = scenarioSatellites(options.scenario);
  const field = await openField({ path: options.truthPath, variable: options.truthVariable, subject });
  try {
    const { timeDays, latDeg, lonDeg } = field.grid;
    if (timeDays.length < 2 || latDeg.length < 2 || lonDeg.length < 2) {
      throw new RejectionError({
        code: 'wrong-dimensions',
        where: `${subject}, variable '${field.variableName}'`,
        found: `${timeDays.length} times, ${latDeg.length} latitudes, ${lonDeg.length} longitudes`,
        expected: 'at least two of each: observations are interpolated between maps',
        fix: 'Give a truth with several days.',
      });
    }
    const box = extentOf(field.grid);
    const first = options.period ? daysSince1950(options.period.start) : Number.NEGATIVE_INFINITY;
    const end = options.period ? daysSince1950(options.period.end) + 1 : Number.POSITIVE_INFINITY;
    const days = fileDays(field, cropOf(field.grid, null, null));
    const pieces: AlongTrackSamples[] = [];
    let before = Float64Array.from(await days.readDay(0));
    for (let index = 0; index + 1 < timeDays.length; index++) {
      const after = Float64Array.from(await days.readDay(index + 1));
      const pair = timeDays.slice(index, index + 2);
      const startDays = Math.max(pair[0] ?? 0, first);
      const endDays = Math.min(pair[1] ?? 0, end);
      if (startDays < endDays) {
        const valuesM = new Float64Array(before.length * 2);
        valuesM.set(before);
        valuesM.set(after, before.length);
        const tracks = satellites.map((satellite) => groundTrack(satellite, { startDays, endDays, box }));
        pieces.push(sampleAlongTrack({ grid: { timeDays: pair, latDeg, lonDeg }, valuesM }, tracks));
      }
      before = after;
      options.onProgress?.(
        (index + 1) / (timeDays.length - 1),
        `sampling day ${index + 1} of ${timeDays.length - 1}`,
      );
    }
    const samples = concatenateSamples(pieces);
    await writeAlongTrack(options.outputPath, {
      timeDays: samples.timeDays,
      latDeg: samples.latDeg,
      lonDeg: samples.lonDeg,
      sshM: samples.sshM,
      satelliteIndex: samples.satelliteIndex,
      satellites: satellites.map((satellite) => satellite.id),
      cycle: samples.cycle,
      track: samples.pass,
      attributes: {
        title: `Simulated altimeter observations, scenario ${options.scenario}`,
        source: `variable '${field.variableName}' of ${subject}, sampled without error along computed ground tracks`,
        history: historyLine(options.now, `sillage simulate --scenario ${options.scenario}`),
      },
    });
    return {
      outputPath: options.outputPath,
      observationCount: samples.timeDays.length,
      satellites: satellites.map((satellite) => satellite.id),
    };
  } catch (error) {
    throw rejectionFromError(error, { subject });
  } finally {
    field.close();
  }
}
