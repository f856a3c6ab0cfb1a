/** One day of optimal interpolation: 3000 observations in its window, the baseline's 52 × 52 grid. */
import { OI_2020A, optimalInterpolationDay } from '@sillage/science';

let seed = 1;
const random = () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};
const count = 3000;
const numbers = (first, extent) => Float64Array.from({ length: count }, () => first + extent * random());
const observations = {
  timeDays: numbers(22_940 - 13.9, 27.8),
  latDeg: numbers(32, 12),
  lonDeg: numbers(-66, 12),
  sshM: numbers(-0.5, 1),
};
const axis = (first) => Float64Array.from({ length: 52 }, (_, index) => first + index * 0.2);
const grid = { latDeg: axis(33), lonDeg: axis(-65) };
const started = process.hrtime.bigint();
optimalInterpolationDay({ ...OI_2020A, observations, grid, timeDays: 22_940 });
const analysisSeconds = Number(process.hrtime.bigint() - started) / 1e9;
console.log(JSON.stringify({ analysisSeconds }));
