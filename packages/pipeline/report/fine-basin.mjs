/**
 * `npm run report:fine-basin`: slopes of the basin's spectrum on finer nodes than the demo ships, in the open ocean that the
 * report of the ocean measures, with its short waves and without. A minute or two: the flows spin up for each of the seas.
 */
import { OCEANS, simulateAreaOf, spectralSlopeWithin, zonalSpectrum } from '@sillage/ocean';

const FIRST_DAY = 22_919; // 2012-10-01
const DAY_COUNT = 2;
const PER_DEGREE = 20;
const BANDS = [
  { longestKm: 250, shortestKm: 50 },
  { longestKm: 400, shortestKm: 100 },
  { longestKm: 100, shortestKm: 50 },
  { longestKm: 100, shortestKm: 30 },
];

const backgroundAlone = { ...OCEANS.natl.detail, noneAboveM: 2, fullBelowM: 1 };
const seas = [
  ['with short waves', OCEANS],
  ['background alone', { ...OCEANS, natl: { ...OCEANS.natl, detail: backgroundAlone } }],
];

const nodes = (first, last) =>
  Float64Array.from({ length: (last - first) * PER_DEGREE + 1 }, (_, index) => first + index / PER_DEGREE);

/** Every so many-th column of a series of rows. */
function thinned({ latDeg, lonDeg, sshM }, step) {
  const isKept = (_, index) => (index % lonDeg.length) % step === 0;
  return { latDeg, lonDeg: lonDeg.filter(isKept), sshM: sshM.filter(isKept) };
}

console.log(
  `| sea | nodes eastward | ${BANDS.map(({ longestKm, shortestKm }) => `${longestKm}–${shortestKm} km`).join(' | ')} |`,
);
console.log(`|---|---|${BANDS.map(() => '---|').join('')}`);
for (const [label, oceans] of seas) {
  const grid = { latDeg: nodes(28, 52), lonDeg: nodes(-50, -32) };
  const days = simulateAreaOf(oceans, { area: 'natl', ...grid, startDays: FIRST_DAY, dayCount: DAY_COUNT });
  const series = { ...grid, sshM: Float64Array.from([...days].flatMap((day) => [...day.sshM])) };
  for (const step of [1, 2]) {
    const spectrum = zonalSpectrum(thinned(series, step));
    const slopes = BANDS.map((band) => spectralSlopeWithin(spectrum, band).toFixed(2));
    console.log(`| ${label} | 1/${PER_DEGREE / step}° | ${slopes.join(' | ')} |`);
  }
}
