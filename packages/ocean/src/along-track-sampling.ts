import type { FieldValues, RegularGrid } from '@sillage/science';
import type { GroundTrack } from './ground-track.js';

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
  const latCount = grid.latDeg.length;
  const lonCount = grid.lonDeg.length;
  const timeCount = grid.timeDays.length;
  if (latCount < 2 || lonCount < 2 || timeCount < 2) {
    throw new RangeError(
      `a sampled field needs at least 2 times, latitudes and longitudes, found ${timeCount}, ${latCount}, ${lonCount}`,
    );
  }
  if (valuesM.length !== timeCount * latCount * lonCount) {
    throw new RangeError(
      `the field has ${valuesM.length} values, its axes need ${timeCount * latCount * lonCount}`,
    );
  }
  const total = tracks.reduce((sum, track) => sum + track.timeDays.length, 0);
  const samples = emptySamples(total);
  const time: Bracket = { index: 0, fraction: 0 };
  const lat: Bracket = { index: 0, fraction: 0 };
  const lon: Bracket = { index: 0, fraction: 0 };
  let count = 0;
  tracks.forEach((track, satelliteIndex) => {
    for (let point = 0; point < track.timeDays.length; point++) {
      if (!bracket(grid.timeDays, track.timeDays[point]!, time)) continue;
      if (!bracket(grid.latDeg, track.latDeg[point]!, lat)) continue;
      if (!bracket(grid.lonDeg, track.lonDeg[point]!, lon)) continue;
      const southWest = (time.index * latCount + lat.index) * lonCount + lon.index;
      const before = bilinear(valuesM, southWest, lonCount, lat.fraction, lon.fraction);
      const after = bilinear(valuesM, southWest + latCount * lonCount, lonCount, lat.fraction, lon.fraction);
      const height = (1 - time.fraction) * before + time.fraction * after;
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

/** Joins the samples of consecutive pieces of a long field, in order of time, then satellite. */
export function concatenateSamples(pieces: readonly AlongTrackSamples[]): AlongTrackSamples {
  const joined = emptySamples(pieces.reduce((sum, piece) => sum + piece.timeDays.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    joined.timeDays.set(piece.timeDays, offset);
    joined.latDeg.set(piece.latDeg, offset);
    joined.lonDeg.set(piece.lonDeg, offset);
    joined.sshM.set(piece.sshM, offset);
    joined.satelliteIndex.set(piece.satelliteIndex, offset);
    joined.cycle.set(piece.cycle, offset);
    joined.pass.set(piece.pass, offset);
    offset += piece.timeDays.length;
  }
  return inTimeOrder(joined, offset);
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

type Bracket = { index: number; fraction: number };

/** The last node at or below `value` and how far on it is; false outside the axis. The last node uses the last cell. */
function bracket(axis: Float64Array, value: number, result: Bracket): boolean {
  const last = axis.length - 1;
  if (!(value >= axis[0]! && value <= axis[last]!)) return false;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (axis[middle]! <= value) low = middle;
    else high = middle;
  }
  result.index = low;
  result.fraction = (value - axis[low]!) / (axis[low + 1]! - axis[low]!);
  return true;
}

function bilinear(
  values: FieldValues,
  southWest: number,
  lonCount: number,
  latFraction: number,
  lonFraction: number,
): number {
  const south = (1 - lonFraction) * values[southWest]! + lonFraction * values[southWest + 1]!;
  const northWest = southWest + lonCount;
  const north = (1 - lonFraction) * values[northWest]! + lonFraction * values[northWest + 1]!;
  return (1 - latFraction) * south + latFraction * north;
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
