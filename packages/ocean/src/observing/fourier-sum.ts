/** The periodic domain that a spectrum belongs to. */
export type PeriodicDomain = { columnCount: number; rowCount: number; widthM: number; heightM: number };

/**
 * Evaluates a real field's Fourier sum on a grid of points: first along north, then along east, with the columns of
 * positive wavenumber only (the others are their conjugates).
 */
export function fourierSum(
  domain: PeriodicDomain,
  eastM: Float64Array,
  northM: Float64Array,
): (spectrum: Float64Array) => Float64Array {
  const { columnCount, rowCount } = domain;
  const halfColumns = columnCount / 2;
  const northPhases = phases(northM, rowCount, domain.heightM);
  const eastPhases = phases(eastM, columnCount, domain.widthM);
  const scale = 1 / (columnCount * rowCount);
  const partial = new Float64Array(2 * halfColumns);
  return (spectrum) => {
    const result = new Float64Array(northM.length * eastM.length);
    for (let y = 0; y < northM.length; y++) {
      partial.fill(0);
      for (let row = 0; row < rowCount; row++) {
        const cosine = northPhases[2 * (y * rowCount + row)]!;
        const sine = northPhases[2 * (y * rowCount + row) + 1]!;
        const offset = 2 * row * columnCount;
        for (let index = 0; index < partial.length; index += 2) {
          const re = spectrum[offset + index]!;
          const im = spectrum[offset + index + 1]!;
          partial[index]! += re * cosine - im * sine;
          partial[index + 1]! += re * sine + im * cosine;
        }
      }
      for (let x = 0; x < eastM.length; x++) {
        const offset = 2 * x * columnCount;
        let sum = 0;
        for (let index = 2; index < partial.length; index += 2) {
          sum +=
            partial[index]! * eastPhases[offset + index]! -
            partial[index + 1]! * eastPhases[offset + index + 1]!;
        }
        result[y * eastM.length + x] = scale * (partial[0]! + 2 * sum);
      }
    }
    return result;
  };
}

/** e^(i k s) for each place s and each wavenumber of a periodic axis: shape [place, wavenumber, 2]; 0 at Nyquist. */
function phases(places: Float64Array, count: number, lengthM: number): Float64Array {
  const result = new Float64Array(2 * places.length * count);
  for (let place = 0; place < places.length; place++) {
    for (let index = 0; index < count; index++) {
      if (index === count / 2) continue;
      const turns = (index < count / 2 ? index : index - count) * (places[place]! / lengthM);
      const angle = 2 * Math.PI * (turns - Math.floor(turns));
      result[2 * (place * count + index)] = Math.cos(angle);
      result[2 * (place * count + index) + 1] = Math.sin(angle);
    }
  }
  return result;
}
