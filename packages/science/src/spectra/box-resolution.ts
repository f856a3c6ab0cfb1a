/** Why a box has no λ. */
export type UnresolvedBoxReason =
  /** The score is below the level at the longest wavelength that a box of this size tells. */
  | 'longer-than-box'
  /** It never falls below the level: λ is shorter than what the samples show. */
  | 'everything-resolved'
  /** Land, or too few passes of the satellite. */
  | 'too-few-pieces'
  /** The reference has no power at some wavelength. */
  | 'undefined-spectrum';

/** Effective resolution of a box; exactly one of the two is null. */
export type BoxResolution =
  | { readonly wavelength: number; readonly unresolved: null }
  | { readonly wavelength: null; readonly unresolved: UnresolvedBoxReason };

/** Powers of a box by wavenumber k = 1 …, in any unit. */
export type BoxPowers = { readonly reference: ArrayLike<number>; readonly error: ArrayLike<number> };

/**
 * The first wavenumber that counts: a periodic Hann window spreads each over its two neighbours, so k = 1 also holds what is
 * left of the mean.
 */
export const FIRST_TOLD_WAVENUMBER = 2;
const LEVEL = 0.5;

/** Wavelengths of `count` wavenumbers k = 1 … of pieces of a length, in its unit, descending. */
export function pieceWavelengths(length: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => length / (index + 1));
}

/**
 * The wavelength where 1 − PSD(error)/PSD(reference) first falls below 0.5, from half the length of a piece on to shorter ones;
 * between two wavenumbers it is linear in the score, as the protocols have it.
 *
 * @param pieceLength - in any unit; λ has the same.
 */
export function boxResolution({ reference, error }: BoxPowers, pieceLength: number): BoxResolution {
  const wavelengths = pieceWavelengths(pieceLength, reference.length);
  const score = Array.from(wavelengths, (_, index) => 1 - error[index]! / reference[index]!);
  const first = FIRST_TOLD_WAVENUMBER - 1;
  if (score.length <= first || !score.every(Number.isFinite)) return unresolved('undefined-spectrum');
  if (score[first]! < LEVEL) return unresolved('longer-than-box');
  const below = score.findIndex((value, index) => index > first && value < LEVEL);
  if (below < 0) return unresolved('everything-resolved');
  const [longer, shorter] = [wavelengths[below - 1]!, wavelengths[below]!];
  const fraction = (score[below - 1]! - LEVEL) / (score[below - 1]! - score[below]!);
  return { wavelength: longer + fraction * (shorter - longer), unresolved: null };
}

export function unresolved(reason: UnresolvedBoxReason): BoxResolution {
  return { wavelength: null, unresolved: reason };
}
