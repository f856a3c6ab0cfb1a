import { patchCount, patchPlace, type CoveringAxis, type PatchAxis, type PatchPlan } from './patch-plan.js';
import { axisWeights, type ReconstructionWeights } from './reconstruction-weights.js';

/** A day on which no later patch has a say. */
export type FinishedDay = {
  /** Position along the plan's time axis. */
  readonly dayIndex: number;
  /** Weighted mean of the patches, C order [lat, lon]; NaN where no patch has a weight. */
  readonly values: Float64Array;
};

/** Averages patches into maps while they come, and holds no more days than one patch has. */
export type Stitcher = {
  /**
   * Takes the next patch of the plan.
   *
   * @param values - shape `[time, lat, lon]` of a patch, in whatever unit the maps are wanted.
   * @returns the days that are finished by it, ascending.
   * @throws RangeError if it has another length, or if the plan has no patch left.
   */
  add(values: Float32Array | Float64Array): FinishedDay[];
};

/**
 * Prepares the weighted mean Σ w·patch / Σ w of all patches of a plan, in float64.
 *
 * The weights are products of one factor per axis and the plan is complete, so Σ w is a product as well: only the
 * numerators of open days are kept.
 *
 * Source: `XrDataset.reconstruct` of CIA-Oceanix/4dvarnet-starter.
 */
export function createStitcher(plan: PatchPlan, weights: ReconstructionWeights): Stitcher {
  const { time, lat, lon } = plan;
  const perAxis = {
    time: axisWeights(weights.time, time),
    lat: axisWeights(weights.lat, lat),
    lon: axisWeights(weights.lon, lon),
  };
  const sums = {
    time: summed(time, perAxis.time),
    lat: summed(lat, perAxis.lat),
    lon: summed(lon, perAxis.lon),
  };
  const total = patchCount(plan);
  const perTime = lat.starts.length * lon.starts.length;
  const mapLength = lat.length * lon.length;
  const patchLength = time.patch * lat.patch * lon.patch;
  const open = new Map<number, Float64Array>();
  let next = 0;
  let firstOpen = 0;

  const close = (end: number): FinishedDay[] => {
    const finished: FinishedDay[] = [];
    for (; firstOpen < end; firstOpen++) {
      const numerators = open.get(firstOpen) ?? new Float64Array(mapLength);
      open.delete(firstOpen);
      divide(numerators, sums.time[firstOpen]!, sums.lat, sums.lon);
      finished.push({ dayIndex: firstOpen, values: numerators });
    }
    return finished;
  };

  return {
    add: (values) => {
      if (next >= total) throw new RangeError(`the plan has ${total} patches, this is one more`);
      if (values.length !== patchLength)
        throw new RangeError(`a patch has ${patchLength} values, this one ${values.length}`);
      const place = patchPlace(plan, next);
      const index = {
        time: Math.floor(next / perTime),
        lat: Math.floor((next % perTime) / lon.starts.length),
        lon: next % lon.starts.length,
      };
      const latWeights = perAxis.lat[index.lat]!;
      const lonWeights = perAxis.lon[index.lon]!;
      for (let day = 0; day < time.patch; day++) {
        const timeWeight = perAxis.time[index.time]![day]!;
        if (timeWeight === 0) continue;
        let map = open.get(place.time + day);
        if (map === undefined) open.set(place.time + day, (map = new Float64Array(mapLength)));
        for (let row = 0; row < lat.patch; row++) {
          const rowWeight = timeWeight * latWeights[row]!;
          if (rowWeight === 0) continue;
          const from = (day * lat.patch + row) * lon.patch;
          const to = (place.lat + row) * lon.length + place.lon;
          for (let column = 0; column < lon.patch; column++) {
            const weight = rowWeight * lonWeights[column]!;
            if (weight !== 0) map[to + column] = map[to + column]! + weight * values[from + column]!;
          }
        }
      }
      next++;
      if (next === total) return close(time.length);
      return close(patchPlace(plan, next).time);
    },
  };
}

/** Sum of the weights of all patches, node by node along one axis. */
function summed(axis: PatchAxis | CoveringAxis, weights: readonly Float64Array[]): Float64Array {
  const sums = new Float64Array(axis.length);
  axis.starts.forEach((start, patch) => {
    weights[patch]!.forEach((weight, index) => {
      sums[start + index] = sums[start + index]! + weight;
    });
  });
  return sums;
}

function divide(map: Float64Array, timeSum: number, latSums: Float64Array, lonSums: Float64Array): void {
  for (let row = 0; row < latSums.length; row++) {
    const rowSum = timeSum * latSums[row]!;
    const from = row * lonSums.length;
    for (let column = 0; column < lonSums.length; column++) {
      const sum = rowSum * lonSums[column]!;
      map[from + column] = sum === 0 ? Number.NaN : map[from + column]! / sum;
    }
  }
}
