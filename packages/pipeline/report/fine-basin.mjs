/**
 * `npm run report:fine-basin`: slopes of the basin's spectrum on finer nodes than the demo ships, in the open ocean that the
 * report of the ocean measures, with its short waves and without. A minute: both flows spin up once for each line.
 */
import { OCEANS, simulateAreaOf, spectralSlopeWithin, zonalSpectrum } from '@sillage/ocean';

const FIRST_DAY = 22_919; // 2012-10-01
const DAY_COUNT = 2;
const BANDS = [
  [250, 50],
  [400, 100],
  [100, 50],
  [100, 30],
];

const nodes = (first, last, perDegree) =>
  Float64Array.from({ length: (last - first) * perDegree + 1 }, (_, index) => first + index / perDegree);
const backgroundAlone = { ...OCEANS.natl.detail, noneAboveM: 2, fullBelowM: 1 };
const basins = [
  ['with short waves', OCEANS, 20],
  ['with short waves', OCEANS, 10],
  ['background alone', { ...OCEANS, natl: { ...OCEANS.natl, detail: backgroundAlone } }, 10],
];

console.log(
  `| basin | nodes | ${BANDS.map(([longest, shortest]) => `${longest}–${shortest} km`).join(' | ')} |`,
);
console.log(`|---|---|${BANDS.map(() => '---|').join('')}`);
for (const [label, oceans, perDegree] of basins) {
  const grid = { latDeg: nodes(28, 52, perDegree), lonDeg: nodes(-50, -32, perDegree) };
  const days = simulateAreaOf(oceans, { area: 'natl', ...grid, startDays: FIRST_DAY, dayCount: DAY_COUNT });
  const sshM = Float64Array.from([...days].flatMap((day) => [...day.sshM]));
  const spectrum = zonalSpectrum({ ...grid, sshM });
  const slopes = BANDS.map(([longestKm, shortestKm]) =>
    spectralSlopeWithin(spectrum, { longestKm, shortestKm }).toFixed(2),
  );
  console.log(`| ${label} | 1/${perDegree}° | ${slopes.join(' | ')} |`);
}
