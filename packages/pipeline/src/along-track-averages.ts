import type { AlongTrack } from '@sillage/netcdf';
import type { AlongTrackObservations } from '@sillage/science';

/** s: measurements of one pass come about one a second; a longer pause is land or the edge of the area. */
const LONGEST_PAUSE_S = 10;
const SECONDS_PER_DAY = 86_400;

/**
 * Averages neighbouring observations of each satellite, `groupSize` at a time, as the baseline does against the size
 * of the linear system. Missing heights are left out first.
 *
 * Source: `coarsen(time=5, boundary='trim').mean()` in notebooks/baseline_oi.ipynb of the 2020a challenge.
 * Differs: a group never spans a pause of the track (there the mean position may lie on land, far from every
 * measurement), and what is left at the end of a piece of track is a smaller group instead of being dropped.
 */
export function averagedAlongTrack(
  track: Pick<AlongTrack, 'timeDays' | 'latDeg' | 'lonDeg' | 'sshM' | 'satelliteIndex'>,
  groupSize: number,
): AlongTrackObservations {
  const means: { timeDays: number; latDeg: number; lonDeg: number; sshM: number }[] = [];
  for (const piece of continuousPieces(track)) {
    for (let start = 0; start < piece.length; start += groupSize) {
      const group = piece.slice(start, start + groupSize);
      const mean = (values: Float64Array): number =>
        group.reduce((sum, index) => sum + values[index]!, 0) / group.length;
      means.push({
        timeDays: mean(track.timeDays),
        latDeg: mean(track.latDeg),
        lonDeg: meanLongitude(group.map((index) => track.lonDeg[index]!)),
        sshM: mean(track.sshM),
      });
    }
  }
  return {
    timeDays: Float64Array.from(means, (mean) => mean.timeDays),
    latDeg: Float64Array.from(means, (mean) => mean.latDeg),
    lonDeg: Float64Array.from(means, (mean) => mean.lonDeg),
    sshM: Float64Array.from(means, (mean) => mean.sshM),
  };
}

/** Indices of valid observations, by satellite and time, cut at pauses. */
function continuousPieces(track: Pick<AlongTrack, 'timeDays' | 'sshM' | 'satelliteIndex'>): number[][] {
  const valid = Array.from(track.sshM.keys()).filter((index) => Number.isFinite(track.sshM[index]));
  valid.sort(
    (a, b) => track.satelliteIndex[a]! - track.satelliteIndex[b]! || track.timeDays[a]! - track.timeDays[b]!,
  );
  const pieces: number[][] = [];
  valid.forEach((index, position) => {
    const previous = valid[position - 1];
    const follows =
      previous !== undefined &&
      track.satelliteIndex[previous] === track.satelliteIndex[index] &&
      (track.timeDays[index]! - track.timeDays[previous]!) * SECONDS_PER_DAY <= LONGEST_PAUSE_S;
    if (follows) pieces.at(-1)?.push(index);
    else pieces.push([index]);
  });
  return pieces;
}

/** Neighbours on both sides of ±180° average to a longitude beside them, not to 0°. */
function meanLongitude(lonDeg: readonly number[]): number {
  const first = lonDeg[0] ?? Number.NaN;
  const unwrapped = lonDeg.map((lon) => first + ((((lon - first + 180) % 360) + 360) % 360) - 180);
  const mean = unwrapped.reduce((sum, lon) => sum + lon, 0) / unwrapped.length;
  return ((((mean + 180) % 360) + 360) % 360) - 180;
}
