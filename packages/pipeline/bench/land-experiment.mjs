/**
 * `npm run experiment:land`: what the land rule of `osse-natl` does to the scores, on the synthetic ocean. Prints the tables of
 * docs/scores/osse-natl.md. Truth: 42 days; reconstruction: the truth smoothed in space and time, so that it is known what
 * it resolves, and the same with and without land.
 */
import { oceanMask, simulateArea } from '@sillage/ocean';
import { finishStatistic, scoresFromStatistics, statisticsOfMap } from '@sillage/science';

const FIRST_DAY = 22_940; // 2012-10-22
const DAY_COUNT = 42;
const MARGIN_DAYS = 8; // so that smoothing in time sees both sides of every scored day
const SMOOTHING_DEG = 0.3; // standard deviation of the spatial filter
const SMOOTHING_DAYS = 2.5;
const SEGMENT_DEG = 10; // the width of GF
const TAPER_DEG = 2; // the taper rises from the coast over this distance along the row

const axis = (first, count, step) => Float64Array.from({ length: count }, (_, index) => first + index * step);

/** Truth and reconstruction of an area, shape [T, Y, X], NaN on land. */
function makePair(area, latDeg, lonDeg) {
  const mapLength = latDeg.length * lonDeg.length;
  const truth = [];
  const start = FIRST_DAY - MARGIN_DAYS;
  for (const { sshM } of simulateArea({
    area,
    latDeg,
    lonDeg,
    startDays: start,
    dayCount: DAY_COUNT + 2 * MARGIN_DAYS,
  }))
    truth.push(sshM);
  const spacingDeg = lonDeg[1] - lonDeg[0];
  const smoothed = truth.map((map) =>
    smoothMap(map, latDeg.length, lonDeg.length, SMOOTHING_DEG / spacingDeg),
  );
  const kernel = gaussian(SMOOTHING_DAYS);
  const reach = (kernel.length - 1) / 2;
  const reference = new Float32Array(DAY_COUNT * mapLength);
  const reconstruction = new Float32Array(DAY_COUNT * mapLength);
  for (let day = 0; day < DAY_COUNT; day++) {
    const centre = day + MARGIN_DAYS;
    reference.set(truth[centre], day * mapLength);
    for (let point = 0; point < mapLength; point++) {
      let sum = 0;
      for (let lag = -reach; lag <= reach; lag++) sum += kernel[lag + reach] * smoothed[centre + lag][point];
      reconstruction[day * mapLength + point] = sum;
    }
  }
  const grid = { timeDays: axis(FIRST_DAY, DAY_COUNT, 1), latDeg, lonDeg };
  return { grid, reference, reconstruction };
}

function gaussian(deviation) {
  const reach = Math.ceil(3 * deviation);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, index) =>
    Math.exp(-(((index - reach) / deviation) ** 2) / 2),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Gaussian mean over the points that are there, along rows, then along columns. */
function smoothMap(map, rows, columns, deviation) {
  const kernel = gaussian(deviation);
  const reach = (kernel.length - 1) / 2;
  const along = (values, count, stride, starts) => {
    const result = new Float64Array(values.length).fill(NaN);
    for (const start of starts) {
      for (let index = 0; index < count; index++) {
        if (Number.isNaN(values[start + index * stride])) continue;
        let sum = 0;
        let weight = 0;
        for (let lag = Math.max(-reach, -index); lag <= Math.min(reach, count - 1 - index); lag++) {
          const value = values[start + (index + lag) * stride];
          if (Number.isNaN(value)) continue;
          sum += kernel[lag + reach] * value;
          weight += kernel[lag + reach];
        }
        result[start + index * stride] = sum / weight;
      }
    }
    return result;
  };
  const rowStarts = Array.from({ length: rows }, (_, row) => row * columns);
  const columnStarts = Array.from({ length: columns }, (_, column) => column);
  return along(along(map, columns, 1, rowStarts), rows, columns, columnStarts);
}

/** The same fields with land where `isLand(row, column)`. */
function withLand(pair, isLand) {
  const { latDeg, lonDeg } = pair.grid;
  const reference = pair.reference.slice();
  for (let row = 0; row < latDeg.length; row++) {
    for (let column = 0; column < lonDeg.length; column++) {
      if (!isLand(row, column)) continue;
      for (let day = 0; day < DAY_COUNT; day++)
        reference[(day * latDeg.length + row) * lonDeg.length + column] = NaN;
    }
  }
  return { ...pair, reference };
}

/**
 * Other rules for the spectrum, as fields without a missing value: per row both fields minus their ocean mean, times a
 * weight of the column, 0 on land.
 */
function prepared(pair, weightOf) {
  const { latDeg, lonDeg } = pair.grid;
  const columns = lonDeg.length;
  const reference = new Float64Array(pair.reference.length);
  const reconstruction = new Float64Array(pair.reference.length);
  for (let row = 0; row < latDeg.length; row++) {
    const at = (day, column) => (day * latDeg.length + row) * columns + column;
    const weights = weightOf(
      Array.from({ length: columns }, (_, column) => Number.isNaN(pair.reference[at(0, column)])),
    );
    let referenceMean = 0;
    let errorMean = 0;
    let count = 0;
    for (let day = 0; day < DAY_COUNT; day++) {
      for (let column = 0; column < columns; column++) {
        const value = pair.reference[at(day, column)];
        if (Number.isNaN(value)) continue;
        referenceMean += value;
        errorMean += pair.reconstruction[at(day, column)] - value;
        count++;
      }
    }
    referenceMean /= count;
    errorMean /= count;
    for (let day = 0; day < DAY_COUNT; day++) {
      for (let column = 0; column < columns; column++) {
        const index = at(day, column);
        const value = pair.reference[index];
        if (Number.isNaN(value)) continue;
        reference[index] = (value - referenceMean) * weights[column];
        const error = (pair.reconstruction[index] - value - errorMean) * weights[column];
        reconstruction[index] = reference[index] + error;
      }
    }
  }
  return { ...pair, reference, reconstruction };
}

/** 1 in the open ocean, falling as a squared sine to 0 at the coast. */
function taper(spacingDeg) {
  return (land) => {
    const distance = land.map((isLand) => (isLand ? 0 : Infinity));
    for (let column = 1; column < land.length; column++)
      distance[column] = Math.min(distance[column], distance[column - 1] + 1);
    for (let column = land.length - 2; column >= 0; column--)
      distance[column] = Math.min(distance[column], distance[column + 1] + 1);
    return distance.map(
      (steps) => Math.sin((Math.PI / 2) * Math.min(1, (steps * spacingDeg) / TAPER_DEG)) ** 2,
    );
  };
}

/**
 * Every piece of 10° of a latitude row that has no land, as a row of a field of its own: as many as fit into each stretch of
 * ocean, spread evenly over it. Null if there is none.
 */
function segments(pair) {
  const { timeDays, latDeg, lonDeg } = pair.grid;
  const columns = lonDeg.length;
  const width = Math.round(SEGMENT_DEG / (lonDeg[1] - lonDeg[0]));
  const places = [];
  for (let row = 0; row < latDeg.length; row++) {
    for (let start = 0; start < columns; start++) {
      let end = start;
      while (end < columns && !Number.isNaN(pair.reference[row * columns + end])) end++;
      const count = Math.floor((end - start) / width);
      for (let index = 0; index < count; index++) {
        const slack = end - start - count * width;
        places.push({ row, column: start + index * width + Math.round((slack * (index + 0.5)) / count) });
      }
      start = end;
    }
  }
  if (places.length === 0) return null;
  const cut = (field) => {
    const result = new Float32Array(timeDays.length * places.length * width);
    for (let day = 0; day < timeDays.length; day++) {
      places.forEach(({ row, column }, index) => {
        const from = (day * latDeg.length + row) * columns + column;
        result.set(field.subarray(from, from + width), (day * places.length + index) * width);
      });
    }
    return result;
  };
  const latitudes = Float64Array.from(places, (_, index) => index);
  return {
    grid: { timeDays, latDeg: latitudes, lonDeg: lonDeg.slice(0, width) },
    reference: cut(pair.reference),
    reconstruction: cut(pair.reconstruction),
  };
}

function scoresOf(pair, protocol) {
  const statistics = statisticsOfMap(['daily', 'holes', 'spectrum'], { protocol, ...pair });
  return { ...scoresFromStatistics(statistics), psd: finishStatistic('spectrum', statistics) };
}

const REASONS = {
  'everything-resolved': 'everything',
  'nothing-resolved': 'nothing',
  identical: 'identical',
  'undefined-spectrum': '–',
};
function lambdas({ lambdaXDeg, lambdaTDays, unresolved, atGridLimit }) {
  if (unresolved !== null) return REASONS[unresolved];
  const limit = (name) => (atGridLimit.includes(name) ? '≤ ' : '');
  return `${limit('lambdaXDeg')}${lambdaXDeg.toFixed(2)}° / ${limit('lambdaTDays')}${lambdaTDays.toFixed(1)} d`;
}

function landShare(pair) {
  const count = pair.grid.latDeg.length * pair.grid.lonDeg.length;
  return (
    pair.reference.subarray(0, count).reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0) / count
  );
}

const HEAD = [
  'case',
  'land',
  'µ',
  'osse-natl: 0 on land',
  'ocean mean on land',
  'tapered coast',
  'all-ocean rows only',
  'all-ocean pieces of 10°',
];
function row(label, pair) {
  const { lonDeg } = pair.grid;
  const natl = scoresOf(pair, 'osse-natl');
  const spacingDeg = lonDeg[1] - lonDeg[0];
  const pieces = segments(pair);
  return [
    label,
    `${(100 * landShare(pair)).toFixed(0)} %`,
    natl.mu.toFixed(3),
    lambdas(natl),
    lambdas(
      scoresOf(
        prepared(pair, (land) => land.map(() => 1)),
        'osse-natl',
      ),
    ),
    lambdas(scoresOf(prepared(pair, taper(spacingDeg)), 'osse-natl')),
    lambdas(scoresOf(pair, 'osse-2020a')),
    pieces === null ? '–' : lambdas(scoresOf(pieces, 'osse-2020a')),
  ];
}

function printTable(head, rows) {
  console.log(`\n| ${head.join(' | ')} |`);
  console.log(`|${head.map(() => '---').join('|')}|`);
  for (const cells of rows) console.log(`| ${cells.join(' | ')} |`);
}

/** PSD of reference and error over the periods, by wavelength: where the coast's power is. */
function spectra(pair) {
  const { spectrum, grid } = statisticsOfMap(['spectrum'], { protocol: 'osse-natl', ...pair });
  const { frequencyCount, wavenumberCount } = spectrum;
  const sumAt = (psd, k) => {
    let sum = 0;
    for (let f = 0; f < frequencyCount; f++) sum += psd[f * wavenumberCount + k];
    return sum;
  };
  const spacingDeg = grid.lonDeg[1] - grid.lonDeg[0];
  return (wavelengthDeg) => {
    const k = Math.round((grid.lonDeg.length * spacingDeg) / wavelengthDeg) - 1;
    return { reference: sumAt(spectrum.referencePsdSum, k), error: sumAt(spectrum.errorPsdSum, k) };
  };
}

// --- GF alone, and with coasts cut out of the same fields
const gfGrid = { latDeg: axis(33.025, 200, 0.05), lonDeg: axis(-64.975, 200, 0.05) };
const gf = makePair('gf', gfGrid.latDeg, gfGrid.lonDeg);
const wiggle = (latIndex) => 12 * Math.sin(latIndex / 9) + 6 * Math.sin(latIndex / 2.3);
const westCoast = (share) =>
  withLand(gf, (latIndex, lonIndex) => lonIndex < share * 200 + (share > 0.05 ? wiggle(latIndex) : 0));
const cornerCoast = (share) =>
  withLand(
    gf,
    (latIndex, lonIndex) => 199 - latIndex + lonIndex + wiggle(latIndex) < Math.sqrt(2 * share) * 200,
  );
const cases = [
  row('GF alone', gf),
  ...[0.005, 0.05, 0.1, 0.2, 0.4, 0.6].map((share) => row('coast along the west', westCoast(share))),
  ...[0.05, 0.2, 0.4].map((share) => row('coast in the north-west corner', cornerCoast(share))),
  row(
    'islands of 0.5°',
    withLand(gf, (latIndex, lonIndex) => latIndex % 50 < 10 && lonIndex % 50 < 10),
  ),
];
printTable(HEAD, cases);

// --- where the power is
const alone = spectra(gf);
const coastal = spectra(westCoast(0.2));
const scientific = (value) => value.toExponential(1);
printTable(
  [
    'wavelength',
    'PSD(reference), no land',
    'PSD(reference), 20 % land',
    'PSD(error), no land',
    'PSD(error), 20 % land',
  ],
  [5, 2, 1, 0.5, 0.25, 0.125].map((wavelengthDeg) => [
    `${wavelengthDeg}°`,
    scientific(alone(wavelengthDeg).reference),
    scientific(coastal(wavelengthDeg).reference),
    scientific(alone(wavelengthDeg).error),
    scientific(coastal(wavelengthDeg).error),
  ]),
);

// --- GF as the only ocean of a basin of 86°
const basinLon = axis(-78.975, 1720, 0.05);
const gfStart = Math.round((gfGrid.lonDeg[0] - basinLon[0]) / 0.05);
const inBasin = { grid: { ...gf.grid, lonDeg: basinLon } };
for (const name of ['reference', 'reconstruction']) {
  inBasin[name] = new Float32Array(DAY_COUNT * 200 * 1720).fill(NaN);
  for (let line = 0; line < DAY_COUNT * 200; line++)
    inBasin[name].set(gf[name].subarray(line * 200, (line + 1) * 200), line * 1720 + gfStart);
}
printTable(HEAD, [row('GF alone', gf), row('GF in a basin of land', inBasin)]);

// --- the basin with the real coastline
const natlGrid = { latDeg: axis(27, 191, 0.2), lonDeg: axis(-79, 431, 0.2) };
const natl = makePair('natl', natlGrid.latDeg, natlGrid.lonDeg);
const mask = oceanMask(natlGrid);
if (mask.some((isOcean, point) => (isOcean === 0) !== Number.isNaN(natl.reference[point])))
  throw new Error('the basin and its mask disagree');
const cutOf = (west, east, south, north) => {
  const inside = (values, first, last) =>
    [...values.keys()].filter((i) => values[i] > first - 1e-6 && values[i] < last + 1e-6);
  const rows = inside(natlGrid.latDeg, south, north);
  const columns = inside(natlGrid.lonDeg, west, east);
  const cut = (field) => {
    const result = new Float32Array(DAY_COUNT * rows.length * columns.length);
    let index = 0;
    for (let day = 0; day < DAY_COUNT; day++)
      for (const latIndex of rows)
        for (const lonIndex of columns) result[index++] = field[(day * 191 + latIndex) * 431 + lonIndex];
    return result;
  };
  const pick = (values, indices) => Float64Array.from(indices, (i) => values[i]);
  return {
    grid: {
      timeDays: natl.grid.timeDays,
      latDeg: pick(natlGrid.latDeg, rows),
      lonDeg: pick(natlGrid.lonDeg, columns),
    },
    reference: cut(natl.reference),
    reconstruction: cut(natl.reconstruction),
  };
};
const parts = [];
parts.push(row('NATL at 1/5°, coastline of the demo', natl));
parts.push(row('its open ocean: −50…−20, 30…45', cutOf(-50, -20, 30, 45)));
parts.push(row('its GF: −65…−55, 33…43', cutOf(-65, -55, 33, 43)));
parts.push(row('its European shelf: −12…7, 43…62', cutOf(-12, 7, 43, 62)));
printTable(HEAD, parts);
