import { csvText } from '@sillage/contracts/csv-line';
import type { BoxResolutionView, ResolutionByBox } from '@sillage/contracts';
import { colourIndex, palette } from '../../drawing/colour-scale.js';
import type { Figure } from './figures.js';
import { chartSvg, colourBar, hex, linearTicks, PLOT, px, readable, text, withParts } from './svg-chart.js';

/** λx of every box at its middle, as numbers on a map. */
export function boxResolutionFigure(resolution: ResolutionByBox, { subtitle }: { subtitle: string }): Figure {
  const { latDeg, lonDeg, sizeDeg, boxes, direction, longestWavelength } = resolution;
  const mark = resolution.unit === 'deg' ? '°' : ' km';
  const decimals = resolution.unit === 'deg' ? 2 : 0;
  const [west, east] = cellEdges(lonDeg, sizeDeg);
  const [south, north] = cellEdges(latDeg, sizeDeg);
  const [lonStep, latStep] = [(east - west) / lonDeg.length, (north - south) / latDeg.length];
  const numbers = boxes.flatMap(({ wavelength }) => (wavelength === null ? [] : [wavelength]));
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const range: [number, number] = most > least ? [least, most] : [least * 0.9, least * 1.1];
  // From the light end on: black numbers have to be read on it.
  const colours = palette('temperature').slice(0, -1);
  const middleLat = ((south + north) / 2) * (Math.PI / 180);
  const plotHeight = Math.min(
    620,
    Math.max(180, (PLOT.width * (north - south)) / ((east - west) * Math.cos(middleLat))),
  );
  const label = `λx (${resolution.unit === 'deg' ? '° of longitude' : 'km'})`;
  const whole = resolution.whole.wavelength;
  const svg = chartSvg({
    title: `Effective resolution by box of ${sizeDeg}°${whole === null ? '' : `; whole area ${whole.toFixed(decimals)}${mark}`}`,
    subtitle,
    plotHeight,
    x: { scale: 'linear', from: west, to: east, label: 'longitude (°)', ticks: linearTicks(west, east) },
    y: { scale: 'linear', from: south, to: north, label: 'latitude (°)', ticks: linearTicks(south, north) },
    draw: (place) =>
      boxes.flatMap((box, index) => {
        const column = index % lonDeg.length;
        const row = Math.floor(index / lonDeg.length);
        const [left, right] = [place.x(west + column * lonStep), place.x(west + (column + 1) * lonStep)];
        const [top, bottom] = [place.y(south + (row + 1) * latStep), place.y(south + row * latStep)];
        const fill =
          box.wavelength === null
            ? '#e4e4e4'
            : hex(colours[Math.min(colourIndex(box.wavelength, range), colours.length - 1)]!);
        const [x, y] = [(left + right) / 2, (top + bottom) / 2];
        const words = textOf(box, longestWavelength, decimals);
        const size = Math.min(15, (right - left) / 3.4);
        return [
          `<rect x="${px(left)}" y="${px(top)}" width="${px(right - left)}" height="${px(bottom - top)}" fill="${fill}" stroke="#fff"/>`,
          // A light ground under the number: it can be read on every colour.
          ...(words === ''
            ? []
            : [
                `<rect x="${px(x - words.length * size * 0.31)}" y="${px(y - size * 0.62)}" width="${px(words.length * size * 0.62)}" height="${px(size * 1.24)}" fill="#fff" fill-opacity="0.75"/>`,
                text(x, y + size * 0.36, words, { size, anchor: 'middle' }),
              ]),
        ];
      }),
  });
  const withBar =
    numbers.length === 0
      ? svg
      : withParts(
          svg,
          colourBar({
            colours,
            ticks: [0, 0.5, 1].map((share) => ({
              share,
              text: readable(range[0] + share * (range[1] - range[0])),
            })),
            label,
            plotHeight,
          }),
        );
  const along = direction === 'zonal' ? 'latitude rows' : 'the withheld track';
  return {
    name: 'resolution-by-box',
    caption:
      `Wavelength where the error has half the power of the reference, from spectra along ${along} in boxes of ${sizeDeg}° ` +
      `(overlapping; drawn at their middles), over all days. Grey without a number: longer than ${longestWavelength}${mark}, which is the longest that a box tells ` +
      `(“>”), or not enough sea or passes (empty).`,
    svg: withBar,
    csv: csvText([
      [
        'box_middle_lat_deg',
        'box_middle_lon_deg',
        'box_size_deg',
        ...WAVELENGTH_COLUMNS,
        'unresolved',
        'rows_or_passes',
      ],
      ...boxes.map((box, index) => [
        latDeg[Math.floor(index / lonDeg.length)],
        lonDeg[index % lonDeg.length],
        sizeDeg,
        ...wavelengthsOf(box, resolution.unit),
        box.unresolved,
        box.pieceCount,
      ]),
    ]),
  };
}

const WAVELENGTH_COLUMNS = ['lambda_x_deg', 'lambda_x_km'] as const;

function wavelengthsOf({ wavelength, kmPerDeg }: BoxResolutionView, unit: 'deg' | 'km'): (number | null)[] {
  if (unit === 'km') return [null, wavelength];
  return [wavelength, wavelength === null || kmPerDeg === null ? null : wavelength * kmPerDeg];
}

function textOf({ wavelength, unresolved }: BoxResolutionView, longest: number, decimals: number): string {
  if (wavelength !== null) return wavelength.toFixed(decimals);
  if (unresolved === 'longer-than-box') return `> ${longest.toFixed(decimals)}`;
  return unresolved === 'everything-resolved' ? 'all' : '';
}

/** Ends of cells around middles that are evenly apart; a single one is as wide as its box. */
function cellEdges(middles: readonly number[], sizeDeg: number): [number, number] {
  const step = middles.length > 1 ? (middles.at(-1)! - middles[0]!) / (middles.length - 1) : sizeDeg;
  return [middles[0]! - step / 2, middles.at(-1)! + step / 2];
}
