import { csvText } from '@sillage/contracts/csv-line';
import type { Diagnostics, Scores } from '@sillage/contracts';
import { isoDay, type RegularGrid } from '@sillage/science';
import { colourIndex, palette } from '../../drawing/colour-scale.js';
import { pngImage } from '../../drawing/png-image.js';
import type { ZonalSpectra } from './zonal-spectra.js';
import {
  chartSvg,
  colourBar,
  CURVE_COLOURS,
  curvePath,
  hex,
  linearTicks,
  logarithmicTicks,
  PLOT,
  px,
  readable,
  text,
  withParts,
  type ChartAxis,
  type ChartCurve,
} from './svg-chart.js';

/** A figure and the numbers that it is drawn from. */
export type Figure = { name: string; caption: string; svg: string; csv: string };

type Headings = { subtitle: string };

/** RMSE score and RMSE of every day. */
export function dailyFigure({ daily }: Diagnostics, scores: Scores, { subtitle }: Headings): Figure {
  const { timeDays, rmseM, rmseScore } = daily;
  const x = timeAxis(timeDays);
  const top = niceTop(Math.max(...rmseM));
  const y: ChartAxis = {
    scale: 'linear',
    from: 0,
    to: top,
    label: 'RMSE (m)',
    ticks: linearTicks(0, top),
  };
  const curve: ChartCurve = {
    label: 'each day',
    colour: CURVE_COLOURS.blue,
    points: timeDays.map((day, index) => [day, rmseM[index] ?? Number.NaN]),
  };
  const whole: ChartCurve = {
    label: 'all days',
    colour: CURVE_COLOURS.grey,
    dash: '6 4',
    points: [
      [x.from, scores.rmseM],
      [x.to, scores.rmseM],
    ],
  };
  return {
    name: 'rmse-over-time',
    caption: 'Root mean square error of each day (m), and of all days together (dashed).',
    svg: chartSvg({
      title: 'Error over time',
      subtitle,
      x,
      y,
      draw: (place) => [curvePath(whole, place), curvePath(curve, place)],
      legend: [curve, whole],
    }),
    csv: csvText([
      ['date', 'days_since_1950', 'rmse_m', 'rmse_score'],
      ...timeDays.map((day, index) => [isoDay(Math.floor(day)), day, rmseM[index], rmseScore[index]]),
    ]),
  };
}

/** The PSD score by wavelength and period, its 0.5 contour, and λx and λt read off it. */
export function psdScoreFigure(
  psd: NonNullable<Diagnostics['psdScore']>,
  scores: Scores,
  { subtitle }: Headings,
): Figure {
  const { wavelengthDeg, periodDays, score, contour } = psd;
  const [xEdges, yEdges] = [logEdges(wavelengthDeg), logEdges(periodDays)];
  const x: ChartAxis = logAxis(xEdges, 'wavelength (° of longitude)');
  const y: ChartAxis = logAxis(yEdges, 'period (days)');
  const colours = palette('height').slice(0, -1);
  const line: ChartCurve = { label: 'PSD score 0.5', colour: '#ffffff', points: contour };
  const marks: ChartCurve[] =
    scores.lambdaXDeg === null || scores.lambdaTDays === null
      ? []
      : [
          {
            label: 'λx',
            colour: '#ffffff',
            dash: '2 4',
            points: [
              [scores.lambdaXDeg, y.from],
              [scores.lambdaXDeg, y.to],
            ],
          },
          {
            label: 'λt',
            colour: '#ffffff',
            dash: '7 4',
            points: [
              [x.from, scores.lambdaTDays],
              [x.to, scores.lambdaTDays],
            ],
          },
        ];
  const reading =
    scores.lambdaXDeg === null || scores.lambdaTDays === null
      ? 'no 0.5 contour'
      : `λx = ${scores.lambdaXDeg.toFixed(2)}° (dotted), λt = ${scores.lambdaTDays.toFixed(2)} days (dashed)`;
  const svg = chartSvg({
    title: `PSD score: ${reading}`,
    subtitle,
    x,
    y,
    draw: (place) => [
      ...score.flatMap((row, j) =>
        row.map((value, i) => {
          const [left, right] = [place.x(xEdges[i]!), place.x(xEdges[i + 1]!)];
          const [high, low] = [place.y(yEdges[j + 1]!), place.y(yEdges[j]!)];
          const colour =
            value === null
              ? '#b0b0b0'
              : hex(colours[Math.min(colourIndex(value, [0, 1]), colours.length - 1)]!);
          return `<rect x="${px(Math.min(left, right))}" y="${px(Math.min(high, low))}" width="${px(Math.abs(right - left) + 0.3)}" height="${px(Math.abs(low - high) + 0.3)}" fill="${colour}" shape-rendering="crispEdges"/>`;
        }),
      ),
      // A dark line under the white one: it can be seen on every colour.
      curvePath({ ...line, colour: '#000000' }, place).replace('stroke-width="1.8"', 'stroke-width="4"'),
      curvePath(line, place),
      ...marks.map((mark) => curvePath(mark, place)),
    ],
  });
  return {
    name: 'psd-score',
    caption:
      'Score 1 − PSD(error)/PSD(reference) by zonal wavelength and period; the line is its first contour at 0.5. Scores below 0 have the colour of 0.',
    svg: withParts(
      svg,
      colourBar({
        colours,
        ticks: [0, 0.25, 0.5, 0.75, 1].map((share) => ({
          share,
          text: share === 0 ? '≤ 0' : readable(share),
        })),
        label: 'PSD score',
      }),
    ),
    csv: csvText([
      ['wavelength_deg', 'period_days', 'psd_score'],
      ...score.flatMap((row, j) => row.map((value, i) => [wavelengthDeg[i], periodDays[j], value])),
    ]),
  };
}

/** Zonal spectra of the reference and of the error, as the protocol windows them. */
export function zonalSpectraFigure(spectra: ZonalSpectra, { subtitle }: Headings): Figure {
  const { wavelengthDeg, referencePsd, errorPsd } = spectra;
  const curves: ChartCurve[] = [
    {
      label: 'reference',
      colour: CURVE_COLOURS.grey,
      points: wavelengthDeg.map((length, k) => [length, referencePsd[k] ?? Number.NaN]),
    },
    {
      label: 'error',
      colour: CURVE_COLOURS.vermilion,
      points: wavelengthDeg.map((length, k) => [length, errorPsd[k] ?? Number.NaN]),
    },
  ];
  return {
    name: 'zonal-spectra',
    caption:
      'Power spectral densities along latitude rows, summed over the periods of the protocol. The score is 0.5 where the error has half the power of the reference: where the curves are a factor of 2 apart. Waves of one direction, windowed as in the protocol.',
    svg: spectraChart('Spectra of reference and error', subtitle, curves, {
      x: 'wavelength (° of longitude)',
      y: 'power spectral density (m² per cycle/°)',
    }),
    csv: csvText([
      ['wavelength_deg', 'reference_psd_m2_per_cycle_per_deg', 'error_psd_m2_per_cycle_per_deg', 'score'],
      ...wavelengthDeg.map((length, k) => [
        length,
        referencePsd[k],
        errorPsd[k],
        1 - (errorPsd[k] ?? Number.NaN) / (referencePsd[k] ?? Number.NaN),
      ]),
    ]),
  };
}

/** Spectra along the withheld track, and the score whose 0.5 is λx. */
export function trackSpectraFigures(
  spectrum: NonNullable<NonNullable<Diagnostics['alongTrack']>['spectrum']>,
  scores: Scores,
  { subtitle }: Headings,
): Figure[] {
  const { wavelengthKm, track, error, score } = spectrum;
  const curve = (label: string, colour: string, values: readonly (number | null)[]): ChartCurve => ({
    label,
    colour,
    points: wavelengthKm.map((length, k) => [length, values[k] ?? Number.NaN]),
  });
  const x = logAxis(ends(wavelengthKm), 'wavelength along the track (km)');
  const reading: ChartCurve[] =
    scores.lambdaXKm === null
      ? []
      : [
          {
            label: `λx = ${scores.lambdaXKm.toFixed(0)} km`,
            colour: CURVE_COLOURS.grey,
            dash: '2 4',
            points: [
              [scores.lambdaXKm, -10],
              [scores.lambdaXKm, 10],
            ],
          },
        ];
  const half: ChartCurve = {
    label: 'score 0.5',
    colour: CURVE_COLOURS.grey,
    dash: '6 4',
    points: [
      [x.from, 0.5],
      [x.to, 0.5],
    ],
  };
  const scoreCurve = curve('score', CURVE_COLOURS.green, score);
  const data = csvText([
    ['wavelength_km', 'track_psd_m2_per_cycle_per_km', 'error_psd_m2_per_cycle_per_km', 'score'],
    ...wavelengthKm.map((length, k) => [length, track[k], error[k], score[k]]),
  ]);
  return [
    {
      name: 'track-spectra',
      caption:
        'Mean power spectral densities of the withheld track and of maps − track, over the segments of the protocol.',
      svg: spectraChart(
        'Spectra along the track',
        subtitle,
        [curve('track', CURVE_COLOURS.grey, track), curve('error', CURVE_COLOURS.vermilion, error)],
        { x: 'wavelength along the track (km)', y: 'power spectral density (m² per cycle/km)' },
      ),
      csv: data,
    },
    {
      name: 'track-psd-score',
      caption: 'Score 1 − PSD(maps − track)/PSD(track) by wavelength, and λx where it is 0.5.',
      svg: chartSvg({
        title: 'PSD score along the track',
        subtitle,
        x,
        y: { scale: 'linear', from: -0.2, to: 1.02, label: 'PSD score', ticks: linearTicks(0, 1) },
        draw: (place) => [half, ...reading, scoreCurve].map((one) => curvePath(one, place)),
        legend: [scoreCurve, half, ...reading],
      }),
      csv: data,
    },
  ];
}

/** RMSE of each place over all days. */
export function rmseMapFigure(
  map: { grid: Pick<RegularGrid, 'latDeg' | 'lonDeg'>; rmseM: ArrayLike<number> },
  { subtitle }: Headings,
): Figure {
  const latDeg = Array.from(map.grid.latDeg);
  const lonDeg = Array.from(map.grid.lonDeg);
  const values = Array.from(map.rmseM);
  const most = niceTop(quantile(values, 0.995));
  const [xEnds, yEnds] = [cellEnds(lonDeg), cellEnds(latDeg)];
  const middle = ((yEnds[0] + yEnds[1]) / 2) * (Math.PI / 180);
  const plotHeight = Math.min(
    620,
    Math.max(180, (PLOT.width * (yEnds[1] - yEnds[0])) / ((xEnds[1] - xEnds[0]) * Math.cos(middle))),
  );
  const colours = palette('temperature');
  const indices = new Uint8Array(values.length);
  latDeg.forEach((_, row) =>
    lonDeg.forEach((__, column) => {
      const value = values[(latDeg.length - 1 - row) * lonDeg.length + column] ?? Number.NaN;
      indices[row * lonDeg.length + column] = colourIndex(value, [0, most]);
    }),
  );
  const picture = pngImage({ width: lonDeg.length, height: latDeg.length, indices, palette: colours });
  const svg = chartSvg({
    title: 'Root mean square error of each place',
    subtitle,
    plotHeight,
    x: {
      scale: 'linear',
      from: xEnds[0],
      to: xEnds[1],
      label: 'longitude (°)',
      ticks: linearTicks(...xEnds),
    },
    y: { scale: 'linear', from: yEnds[0], to: yEnds[1], label: 'latitude (°)', ticks: linearTicks(...yEnds) },
    draw: () => [
      `<image x="${PLOT.left}" y="${PLOT.top}" width="${PLOT.width}" height="${px(plotHeight)}" preserveAspectRatio="none" style="image-rendering:pixelated" href="data:image/png;base64,${picture.toString('base64')}"/>`,
    ],
  });
  return {
    name: 'rmse-map',
    caption: 'Root mean square error over all days (m); grey where nothing is scored, land mostly.',
    svg: withParts(
      svg,
      colourBar({
        colours: colours.slice(0, -1),
        ticks: [0, 0.25, 0.5, 0.75, 1].map((share) => ({ share, text: readable(share * most) })),
        label: 'RMSE (m)',
        plotHeight,
      }),
      text(PLOT.left + PLOT.width, PLOT.top - 6, 'grey: not scored', {
        size: 10.5,
        anchor: 'end',
        colour: '#444',
      }),
    ),
    csv: csvText([
      ['lat_deg', 'lon_deg', 'rmse_m'],
      ...latDeg.flatMap((lat, row) =>
        lonDeg.map((lon, column) => [lat, lon, values[row * lonDeg.length + column]]),
      ),
    ]),
  };
}

function spectraChart(
  title: string,
  subtitle: string,
  curves: readonly ChartCurve[],
  labels: { x: string; y: string },
): string {
  const positive = curves.flatMap(({ points }) => points.map(([, y]) => y)).filter((y) => y > 0);
  const lengths = curves.flatMap(({ points }) => points.map(([x]) => x)).filter(Number.isFinite);
  const [low, high] = [Math.min(...positive), Math.max(...positive)];
  return chartSvg({
    title,
    subtitle,
    x: logAxis(ends(lengths), labels.x),
    y: logAxis([10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high))], labels.y),
    draw: (place) => curves.map((curve) => curvePath(curve, place)),
    legend: curves,
  });
}

function timeAxis(timeDays: readonly number[]): ChartAxis {
  const [from, to] = [timeDays[0] ?? 0, timeDays.at(-1) ?? 1];
  const step = Math.max(1, Math.ceil((to - from) / 5));
  const ticks: { value: number; text: string }[] = [];
  for (let day = Math.ceil(from); day <= to; day += step) ticks.push({ value: day, text: isoDay(day) });
  return { scale: 'linear', from, to: to > from ? to : from + 1, label: 'day (UTC)', ticks };
}

function logAxis(bounds: readonly number[], label: string): ChartAxis {
  const [from, to] = [bounds[0] ?? 1, bounds.at(-1) ?? 10];
  return { scale: 'logarithmic', from, to, label, ticks: logarithmicTicks(from, to) };
}

/** The longest first: long waves stand on the left, as the field has them. */
function ends(lengths: readonly number[]): [number, number] {
  const finite = lengths.filter(Number.isFinite);
  return [Math.max(...finite), Math.min(...finite)];
}

/** Borders of cells around values of a logarithmic axis; one more than there are values. */
function logEdges(values: readonly number[]): number[] {
  const between = values.slice(1).map((value, index) => Math.sqrt(value * values[index]!));
  const [first, second] = [values[0]!, between[0] ?? values[0]! * 0.9];
  const [last, beforeLast] = [values.at(-1)!, between.at(-1) ?? values.at(-1)! * 1.1];
  return [first * (first / second), ...between, last * (last / beforeLast)];
}

function cellEnds(axis: readonly number[]): [number, number] {
  const half = axis.length > 1 ? (axis[1]! - axis[0]!) / 2 : 0.5;
  return [axis[0]! - half, axis.at(-1)! + half];
}

function niceTop(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((top) => top >= value)!;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
