import type { UnresolvedReason } from '../scores/scores-from-statistics.js';

/** Where a PSD score passes a level; exactly one of the two is null. */
export type ResolvedWavelength =
  | { readonly lambdaKm: number; readonly unresolved: null }
  | { readonly lambdaKm: null; readonly unresolved: UnresolvedReason };

/** A PSD score by wavelength, from long to short. */
export type TrackPsdScore = {
  /** km, descending, shape `[K]`; the first may be infinite. */
  readonly wavelengthKm: ArrayLike<number>;
  /** Dimensionless, shape `[K]`; 1 is perfect. */
  readonly score: ArrayLike<number>;
};

/**
 * The wavelength where the score first falls from `level` or above to below it, going from long to short wavelengths;
 * between two samples the wavelength is linear in the score.
 *
 * @returns where it never falls: `everything-resolved` if the shortest wavelength is at the level or above, else
 *   `nothing-resolved` (all are below); `undefined-spectrum` if a score is not finite or there are fewer than two.
 */
export function firstFallThrough(psd: TrackPsdScore, level: number): ResolvedWavelength {
  const score = Array.from(psd.score);
  if (score.length < 2 || !score.every(Number.isFinite)) return unresolved('undefined-spectrum');
  const before = score.findIndex((value, index) => value >= level && score[index + 1]! < level);
  if (before < 0) return unresolved(score.at(-1)! >= level ? 'everything-resolved' : 'nothing-resolved');
  const fraction = (score[before]! - level) / (score[before]! - score[before + 1]!);
  const longer = psd.wavelengthKm[before]!;
  return { lambdaKm: longer + fraction * (psd.wavelengthKm[before + 1]! - longer), unresolved: null };
}

/**
 * The wavelength at `level` by linear interpolation in a table of wavelength against score, sorted by score: its two rows
 * need not be neighbours in the spectrum.
 *
 * @returns where all scores lie on one side: `everything-resolved` or `nothing-resolved`; the same by the finite
 *   wavelengths where one of the two rows has an infinite one; else `undefined-spectrum`.
 * Source: `find_wavelength_05_crossing` (scipy.interpolate.interp1d), ocean-data-challenges/2021a_SSH_mapping_OSE,
 * src/mod_plot.py.
 */
export function interpolatedBetweenSortedScores(psd: TrackPsdScore, level: number): ResolvedWavelength {
  const rows = Array.from(psd.score, (score, index) => ({ score, wavelengthKm: psd.wavelengthKm[index]! }));
  if (rows.length < 2 || !rows.every((row) => Number.isFinite(row.score)))
    return unresolved('undefined-spectrum');
  const finite = rows.filter((row) => Number.isFinite(row.wavelengthKm));
  rows.sort((a, b) => a.score - b.score);
  const above = rows.findIndex((row) => row.score > level);
  const last = rows.at(-1)!;
  if (above < 0 && last.score === level && Number.isFinite(last.wavelengthKm))
    return { lambdaKm: last.wavelengthKm, unresolved: null };
  if (above < 0) return unresolved('nothing-resolved');
  if (above === 0) return unresolved('everything-resolved');
  const low = rows[above - 1]!;
  const high = rows[above]!;
  const lambdaKm =
    low.wavelengthKm +
    ((high.wavelengthKm - low.wavelengthKm) / (high.score - low.score)) * (level - low.score);
  if (Number.isFinite(lambdaKm)) return { lambdaKm, unresolved: null };
  if (finite.every((row) => row.score < level)) return unresolved('nothing-resolved');
  return unresolved(finite.every((row) => row.score > level) ? 'everything-resolved' : 'undefined-spectrum');
}

function unresolved(reason: UnresolvedReason): ResolvedWavelength {
  return { lambdaKm: null, unresolved: reason };
}
