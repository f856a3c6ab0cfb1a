import { openGriddedField } from '@sillage/netcdf';
import { createTrackInterpolator } from '@sillage/science';
import { ImportError } from '../import-error.js';
import type { TruthMatch } from '../import-report.js';

/** Some thousand places and the heights that the observations give there, metres. */
export type SampledPoints = {
  /** Days since 1950-01-01 UTC. */
  timeDays: number[];
  latDeg: number[];
  lonDeg: number[];
  sshM: number[];
};

/** As many points as tell one truth from another beyond doubt; more cost time only. */
export const SAMPLED_POINTS = 5000;
/** Fewer points that can be compared say nothing. */
const FEWEST_POINTS = 100;
/**
 * Accepted RMS difference as a share of the truth's standard deviation. Daily means against instants, and the coarser grid of some
 * truths, cost a few centimetres where the truth varies by decimetres; heights of another truth differ by as much as it varies.
 */
export const DEFAULT_MATCH_TOLERANCE = 0.35;
/** Maps are means of a day that are stamped 00:00: they are centred on noon. */
const CENTRE_OF_DAY = 0.5;

/** One way of looking: gridded observations went to the next node north-east of them. */
export type Placement = { how: string; shiftDeg: number };

/**
 * Compares observations with the truth at their places: daily maps, interpolated in time between noons and bilinearly in space.
 *
 * @param placements - of several, the one that fits best is taken.
 * @returns null where fewer than 100 points can be compared.
 * @throws ImportError 'other-truth' with the numbers.
 */
export async function compareWithTruth(options: {
  truthPath: string;
  points: SampledPoints;
  placements: readonly Placement[];
  tolerance: number;
  subject: string;
  truthName: string;
}): Promise<TruthMatch | null> {
  const { points, tolerance } = options;
  const field = await openGriddedField(options.truthPath, { spacing: 'any' });
  const matches: TruthMatch[] = [];
  try {
    const { grid } = field;
    const interpolators = options.placements.map(({ shiftDeg }) =>
      createTrackInterpolator(grid, {
        timeDays: Float64Array.from(points.timeDays, (time) => time - CENTRE_OF_DAY),
        latDeg: Float64Array.from(points.latDeg, (lat) => lat - shiftDeg),
        lonDeg: Float64Array.from(points.lonDeg, (lon) => lon - shiftDeg),
      }),
    );
    for (let timeStart = 0; timeStart < grid.timeDays.length; timeStart++) {
      const values = await field.readDays(timeStart, 1);
      const latCount = grid.latDeg.length;
      for (const interpolator of interpolators)
        interpolator.add({ timeStart, timeCount: 1, latStart: 0, latCount, values });
    }
    options.placements.forEach(({ how }, index) => {
      const match = matchOf(points.sshM, interpolators[index]!.heightsM(), tolerance, how);
      if (match) matches.push(match);
    });
  } finally {
    field.close();
  }
  matches.sort((a, b) => a.rmsDifferenceM - b.rmsDifferenceM);
  const [best] = matches;
  if (!best) return null;
  if (best.rmsDifferenceM > tolerance * best.truthStandardDeviationM) throw otherTruth(best, options);
  return best;
}

function matchOf(
  observedM: readonly number[],
  truthM: Float64Array,
  tolerance: number,
  how: string,
): TruthMatch | null {
  const both = observedM
    .map((observed, index) => ({ observed, truth: truthM[index] ?? NaN }))
    .filter(({ observed, truth }) => Number.isFinite(observed) && Number.isFinite(truth));
  if (both.length < FEWEST_POINTS) return null;
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const differences = both.map(({ observed, truth }) => observed - truth);
  const truthMean = mean(both.map(({ truth }) => truth));
  return {
    pointCount: both.length,
    rmsDifferenceM: Math.sqrt(mean(differences.map((value) => value ** 2))),
    biasM: mean(differences),
    truthStandardDeviationM: Math.sqrt(mean(both.map(({ truth }) => (truth - truthMean) ** 2))),
    tolerance,
    how,
  };
}

function otherTruth(
  match: TruthMatch,
  { subject, truthName }: { subject: string; truthName: string },
): ImportError {
  const metres = (value: number): string => `${value.toFixed(3)} m`;
  return new ImportError({
    code: 'other-truth',
    where: subject,
    found:
      `its error-free heights differ from ${truthName} by ${metres(match.rmsDifferenceM)} (RMS over ${match.pointCount} points, ` +
      `bias ${metres(match.biasM)}; ${match.how}), where that truth varies by ${metres(match.truthStandardDeviationM)} (σ)`,
    expected: `at most ${metres(match.tolerance * match.truthStandardDeviationM)}, ${match.tolerance} σ, for observations of the same truth`,
    fix: 'Give observations and truth of the same simulation and period. If you are sure that they belong together, raise --match-tolerance.',
  });
}

/** Keeps every n-th of a stream of points, so that about SAMPLED_POINTS of them remain however many come. */
export function samplePoints(): {
  add: (timeDays: number, latDeg: number, lonDeg: number, sshM: number) => void;
  points: () => SampledPoints;
} {
  let kept: SampledPoints = { timeDays: [], latDeg: [], lonDeg: [], sshM: [] };
  let stride = 1;
  let seen = 0;
  const thin = (values: number[]): number[] => values.filter((_, index) => index % 2 === 0);
  return {
    add(timeDays, latDeg, lonDeg, sshM) {
      if (seen++ % stride !== 0) return;
      kept.timeDays.push(timeDays);
      kept.latDeg.push(latDeg);
      kept.lonDeg.push(lonDeg);
      kept.sshM.push(sshM);
      if (kept.timeDays.length < 2 * SAMPLED_POINTS) return;
      kept = {
        timeDays: thin(kept.timeDays),
        latDeg: thin(kept.latDeg),
        lonDeg: thin(kept.lonDeg),
        sshM: thin(kept.sshM),
      };
      stride *= 2;
    },
    points: () => kept,
  };
}
