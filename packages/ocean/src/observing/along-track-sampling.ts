import type { FieldValues, RegularGrid } from '@sillage/science';
import type { GroundTrack } from './ground-track.js';
import { createMapSampler } from './map-sampler.js';

/** A height on a regular grid: metres, [time, lat, lon] in C order, NaN = land or missing. */
export type SampledField = { grid: RegularGrid; valuesM: FieldValues };

/** Heights along ground tracks. All arrays have one entry per observation. */
export type AlongTrackSamples = {
  /** Days since 1950-01-01 UTC. */
  timeDays: Float64Array;
  latDeg: Float64Array;
  lonDeg: Float64Array;
  /** Height of the field at the point, without any instrument error (`ssh_model`), metres. */
  sshM: Float64Array;
  /** Position of the satellite in the list of tracks. */
  satelliteIndex: Uint8Array;
  cycle: Int32Array;
  pass: Int32Array;
};

/**
 * Samples a field along ground tracks, linearly in time, latitude and longitude.
 *
 * Points outside the field and points with a missing node among the eight around them are left out. The result is
 * ordered by time, then satellite. A long field can be sampled piece by piece: take the ground track of the half-open
 * period between the first and the last time of each piece.
 *
 * @param field - at least two times, latitudes and longitudes; axes strictly ascending.
 * @throws RangeError if the field is too small or its values do not fit its axes.
 */
export function sampleAlongTrack(field: SampledField, tracks: readonly GroundTrack[]): AlongTrackSamples {
  const { grid, valuesM } = field;
  const mapLength = grid.latDeg.length * grid.lonDeg.length;
  if (valuesM.length !== grid.timeDays.length * mapLength) {
    throw new RangeError(
      `the field has ${valuesM.length} values, its axes need ${grid.timeDays.length * mapLength}`,
    );
  }
  const sampler = createMapSampler({
    ...grid,
    maps: Array.from(grid.timeDays, (_, time) => valuesM.subarray(time * mapLength, (time + 1) * mapLength)),
  });
  const total = tracks.reduce((sum, track) => sum + track.timeDays.length, 0);
  const samples = emptySamples(total);
  let count = 0;
  tracks.forEach((track, satelliteIndex) => {
    for (let point = 0; point < track.timeDays.length; point++) {
      if (!sampler.setTime(track.timeDays[point]!)) continue;
      const height = sampler.heightAt(track.latDeg[point]!, track.lonDeg[point]!);
      if (Number.isNaN(height)) continue;
      samples.timeDays[count] = track.timeDays[point]!;
      samples.latDeg[count] = track.latDeg[point]!;
      samples.lonDeg[count] = track.lonDeg[point]!;
      samples.sshM[count] = height;
      samples.satelliteIndex[count] = satelliteIndex;
      samples.cycle[count] = track.cycle[point]!;
      samples.pass[count] = track.pass[point]!;
      count++;
    }
  });
  return inTimeOrder(samples, count);
}

/** The first `count` samples, sorted by time, then satellite. */
function inTimeOrder(samples: AlongTrackSamples, count: number): AlongTrackSamples {
  const order = Uint32Array.from({ length: count }, (_, index) => index).sort(
    (a, b) =>
      samples.timeDays[a]! - samples.timeDays[b]! || samples.satelliteIndex[a]! - samples.satelliteIndex[b]!,
  );
  const sorted = emptySamples(count);
  order.forEach((from, to) => {
    sorted.timeDays[to] = samples.timeDays[from]!;
    sorted.latDeg[to] = samples.latDeg[from]!;
    sorted.lonDeg[to] = samples.lonDeg[from]!;
    sorted.sshM[to] = samples.sshM[from]!;
    sorted.satelliteIndex[to] = samples.satelliteIndex[from]!;
    sorted.cycle[to] = samples.cycle[from]!;
    sorted.pass[to] = samples.pass[from]!;
  });
  return sorted;
}

function emptySamples(count: number): AlongTrackSamples {
  return {
    timeDays: new Float64Array(count),
    latDeg: new Float64Array(count),
    lonDeg: new Float64Array(count),
    sshM: new Float64Array(count),
    satelliteIndex: new Uint8Array(count),
    cycle: new Int32Array(count),
    pass: new Int32Array(count),
  };
}
