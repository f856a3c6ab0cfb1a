import type { AlongTrack } from '@sillage/netcdf';
import { ObservationCollector, type Observations } from './observations.js';

/** s: measurements of one pass come about one a second; a longer pause is land or the edge of the area. */
export const LONGEST_PAUSE_S = 10;
const SECONDS_PER_DAY = 86_400;

/** The columns of a track that are averaged. */
type TrackColumns = Pick<AlongTrack, 'timeDays' | 'latDeg' | 'lonDeg' | 'sshM' | 'satelliteIndex'> &
  Partial<Pick<AlongTrack, 'sshObservedM'>>;

/**
 * Averages neighbouring observations of each satellite, `groupSize` at a time, as the baseline does against the size
 * of the linear system. Missing heights are left out first.
 *
 * Source: `coarsen(time=5, boundary='trim').mean()` in notebooks/baseline_oi.ipynb of the 2020a challenge.
 * Differs: a group never spans a pause of the track (there the mean position may lie on land, far from every
 * measurement), and what is left at the end of a piece of track is a smaller group instead of being dropped.
 */
export function averagedAlongTrack(track: TrackColumns, groupSize: number): Observations {
  const observedM = track.sshObservedM ?? null;
  const means = new ObservationCollector(observedM !== null);
  for (const piece of continuousPieces(track)) {
    for (let start = 0; start < piece.length; start += groupSize) {
      for (const index of piece.subarray(start, start + groupSize)) {
        means.add(
          track.timeDays[index]!,
          track.latDeg[index]!,
          track.lonDeg[index]!,
          track.sshM[index]!,
          observedM?.[index] ?? Number.NaN,
        );
      }
      means.endGroup();
    }
  }
  return means.observations();
}

/** Indices of valid observations, by satellite and time, cut at pauses. */
function continuousPieces(track: TrackColumns): Int32Array[] {
  const { timeDays, satelliteIndex, sshM } = track;
  const valid = Int32Array.from(sshM.keys())
    .filter((index) => Number.isFinite(sshM[index]))
    .sort((a, b) => satelliteIndex[a]! - satelliteIndex[b]! || timeDays[a]! - timeDays[b]! || a - b);
  const pieces: Int32Array[] = [];
  let start = 0;
  for (let position = 1; position <= valid.length; position++) {
    const index = valid[position];
    const previous = valid[position - 1]!;
    const follows =
      index !== undefined &&
      satelliteIndex[previous] === satelliteIndex[index] &&
      (timeDays[index]! - timeDays[previous]!) * SECONDS_PER_DAY <= LONGEST_PAUSE_S;
    if (follows) continue;
    if (position > start) pieces.push(valid.subarray(start, position));
    start = position;
  }
  return pieces;
}
