/** Over all values of a variable; in its unit. */
export type VariableStatistics = {
  variable: string;
  unit: string;
  count: number;
  missing: number;
  min: number | null;
  max: number | null;
  mean: number | null;
  standardDeviation: number | null;
};

/** Sums over values as they are written: nothing is kept of them. NaN is missing. */
export type StatisticsAccumulator = {
  add(values: ArrayLike<number>): void;
  result(): VariableStatistics;
};

export function accumulateStatistics(variable: string, unit: string): StatisticsAccumulator {
  let count = 0;
  let missing = 0;
  let min = Infinity;
  let max = -Infinity;
  // Welford's update over whole arrays: no cancellation for temperatures in kelvin.
  let mean = 0;
  let squares = 0;
  return {
    add(values) {
      let sum = 0;
      let valid = 0;
      for (let i = 0; i < values.length; i++) {
        const value = values[i]!;
        if (Number.isNaN(value)) continue;
        valid++;
        sum += value;
        if (value < min) min = value;
        if (value > max) max = value;
      }
      missing += values.length - valid;
      if (valid === 0) return;
      const ownMean = sum / valid;
      let ownSquares = 0;
      for (let i = 0; i < values.length; i++) {
        const difference = values[i]! - ownMean;
        if (!Number.isNaN(difference)) ownSquares += difference * difference;
      }
      const total = count + valid;
      const shift = ownMean - mean;
      squares += ownSquares + (shift * shift * count * valid) / total;
      mean += (shift * valid) / total;
      count = total;
    },
    result: () => ({
      variable,
      unit,
      count,
      missing,
      min: count > 0 ? min : null,
      max: count > 0 ? max : null,
      mean: count > 0 ? mean : null,
      standardDeviation: count > 0 ? Math.sqrt(squares / count) : null,
    }),
  };
}
