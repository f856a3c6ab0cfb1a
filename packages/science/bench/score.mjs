// Time of the score statistics on one thread, without reading files: node packages/science/bench/score.mjs
import { scoresFromStatistics, StatisticsCollector } from '../dist/index.js';

const SHAPES = [
  [42, 200, 200],
  [42, 600, 600],
  [42, 740, 1720],
];
const BAND_ROWS = 20;

function axis(start, step, count) {
  return Float64Array.from({ length: count }, (_, index) => start + index * step);
}

/** A few waves plus noise; the same band is scored again and again. */
function band(timeCount, lonCount) {
  const count = timeCount * BAND_ROWS * lonCount;
  const reference = new Float32Array(count);
  const reconstruction = new Float32Array(count);
  let state = 1;
  for (let index = 0; index < count; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    reference[index] = 0.4 * Math.sin(index / 37) + 0.2 * Math.cos(index / 1111) + 0.1 * (state / 2 ** 32);
    reconstruction[index] = reference[index] + 0.05 * Math.sin(index / 5);
  }
  return { reference, reconstruction };
}

const table = [];
for (const [timeCount, latCount, lonCount] of SHAPES) {
  const grid = {
    timeDays: axis(22940, 1, timeCount),
    latDeg: axis(30, 0.02, latCount),
    lonDeg: axis(-70, 0.02, lonCount),
  };
  const fields = band(timeCount, lonCount);
  const started = performance.now();
  const cpu = process.cpuUsage();
  const collector = new StatisticsCollector(['daily', 'holes', 'spectrum'], { protocol: 'osse-2020a', grid });
  for (let latStart = 0; latStart < latCount; latStart += BAND_ROWS) {
    const rows = Math.min(BAND_ROWS, latCount - latStart);
    const length = timeCount * rows * lonCount;
    collector.addBand({
      latStart,
      latCount: rows,
      reconstruction: fields.reconstruction.subarray(0, length),
      reference: fields.reference.subarray(0, length),
    });
  }
  const { mu } = scoresFromStatistics(collector.statistics());
  const used = process.cpuUsage(cpu);
  table.push({
    'time×lat×lon': `${timeCount}×${latCount}×${lonCount}`,
    'wall s': ((performance.now() - started) / 1000).toFixed(3),
    'cpu s': ((used.user + used.system) / 1e6).toFixed(3),
    mu: mu.toFixed(6),
  });
}
console.table(table);
