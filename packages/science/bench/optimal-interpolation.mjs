// CPU time (one thread) of one day of optimal interpolation, and what the cut costs: node packages/science/bench/optimal-interpolation.mjs
import { OI_2020A, optimalInterpolationDay } from '../dist/index.js';

function random(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Straight tracks over a 12° × 12° box and 28 days around the analysis day. */
function tracks(count) {
  const next = random(7);
  const columns = { timeDays: [], latDeg: [], lonDeg: [], sshM: [] };
  while (columns.timeDays.length < count) {
    const timeDays = 22926 + 28 * next();
    const startLonDeg = -72 + 18 * next();
    const slope = next() < 0.5 ? 0.5 : -0.5;
    for (let latDeg = 32; latDeg < 44; latDeg += 0.3) {
      const lonDeg = startLonDeg + slope * (latDeg - 32);
      if (lonDeg < -66 || lonDeg > -54 || columns.timeDays.length >= count) continue;
      columns.timeDays.push(timeDays);
      columns.latDeg.push(latDeg);
      columns.lonDeg.push(lonDeg);
      columns.sshM.push(0.4 * Math.sin(lonDeg * 1.7 + timeDays / 9) * Math.cos(latDeg * 2.1) + 0.02 * next());
    }
  }
  return Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)]),
  );
}

function axis(start, step, count) {
  return Float64Array.from({ length: count }, (_, index) => start + index * step);
}

const table = [];
for (const count of [780, 3000]) {
  const observations = tracks(count);
  for (const [gridName, step, points] of [
    ['0.2°', 0.2, 51],
    ['0.05°', 0.05, 201],
  ]) {
    const grid = { latDeg: axis(33, step, points), lonDeg: axis(-65, step, points) };
    const day = (cutLengths) => {
      const started = process.cpuUsage();
      const map = optimalInterpolationDay({ ...OI_2020A, observations, grid, timeDays: 22940, cutLengths });
      return { map, seconds: process.cpuUsage(started).user / 1e6 };
    };
    const exact = day(Infinity);
    for (const cutLengths of [3.5, 4, undefined, 4.5, Infinity]) {
      const { map, seconds } = day(cutLengths);
      const worst = map.reduce(
        (largest, value, index) => Math.max(largest, Math.abs(value - exact.map[index])),
        0,
      );
      table.push({
        observations: count,
        grid: gridName,
        cutLengths: cutLengths ?? 'default',
        'cpu s a day': seconds.toFixed(3),
        'worst m': worst.toExponential(1),
      });
    }
  }
}
console.table(table);
