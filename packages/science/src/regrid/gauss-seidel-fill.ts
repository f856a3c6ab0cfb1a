import { requireLength } from '../grid.js';

/** Metres: the original stops when no cell moves by more than this in a sweep. */
const STOP_BELOW_M = 1e-4;

/**
 * Fills every missing value of each time slice, land too, in place, as the 2020a notebooks do before they score:
 * the mean of the latitude row as a first guess (0 if the row is empty), then red-black over-relaxation of Laplace's
 * equation. A slice without any value becomes all zeros. Only for the explicit historical mode: the platform refuses holes.
 *
 * @param values - metres, shape `[T, Y, X]`.
 * @param shape - Y and X, each ≥ 2.
 * @returns how many values were filled.
 * @throws ShapeMismatchError if `values` is not a whole number of slices.
 * Source: pyinterp.fill.gauss_seidel (FirstGuess.Zonal, epsilon 1e-4) as src/mod_regrid.py calls it. It stops at 1e-4 m,
 * so two implementations agree to about 1e-4 m only.
 */
export function gaussSeidelFill(
  values: Float32Array | Float64Array,
  shape: { latCount: number; lonCount: number },
): number {
  const placeCount = shape.latCount * shape.lonCount;
  const sliceCount = Math.floor(values.length / placeCount);
  requireLength('values', values, sliceCount * placeCount);
  let filled = 0;
  for (let slice = 0; slice < sliceCount; slice++) {
    const start = slice * placeCount;
    const work = Float64Array.from(values.subarray(start, start + placeCount));
    const missing = missingPlaces(work);
    if (missing.length === 0) continue;
    guessRowMeans(work, shape);
    relax(work, missing, shape);
    values.set(work, start);
    filled += missing.length;
  }
  return filled;
}

function missingPlaces(field: Float64Array): number[] {
  const places: number[] = [];
  for (let place = 0; place < field.length; place++) if (!Number.isFinite(field[place]!)) places.push(place);
  return places;
}

function guessRowMeans(
  field: Float64Array,
  { latCount, lonCount }: { latCount: number; lonCount: number },
): void {
  for (let row = 0; row < latCount; row++) {
    const values = field.subarray(row * lonCount, (row + 1) * lonCount);
    const valid = values.filter(Number.isFinite);
    const mean = valid.length === 0 ? 0 : valid.reduce((sum, value) => sum + value, 0) / valid.length;
    for (let x = 0; x < lonCount; x++) if (!Number.isFinite(values[x]!)) values[x] = mean;
  }
}

function relax(
  field: Float64Array,
  missing: readonly number[],
  { latCount, lonCount }: { latCount: number; lonCount: number },
): void {
  const size =
    latCount === lonCount ? lonCount : lonCount * latCount * Math.sqrt(2 / (lonCount ** 2 + latCount ** 2));
  const relaxation = 2 / (1 + Math.PI / size);
  const isRed = (place: number): boolean => ((place % lonCount) + Math.floor(place / lonCount)) % 2 === 0;
  const inOrder = [...missing.filter(isRed), ...missing.filter((place) => !isRed(place))];
  for (let sweep = 0; sweep < latCount * lonCount; sweep++) {
    let largest = 0;
    for (const place of inOrder) {
      const x = place % lonCount;
      const y = (place - x) / lonCount;
      const left = x === 0 ? place + 1 : place - 1; // edges mirror the row inside
      const right = x === lonCount - 1 ? place - 1 : place + 1;
      const below = y === 0 ? place + lonCount : place - lonCount;
      const above = y === latCount - 1 ? place - lonCount : place + lonCount;
      const mean = 0.25 * (field[left]! + field[right]! + field[below]! + field[above]!);
      const change = relaxation * (mean - field[place]!);
      field[place]! += change;
      largest = Math.max(largest, Math.abs(change));
    }
    if (largest < STOP_BELOW_M) return;
  }
}
