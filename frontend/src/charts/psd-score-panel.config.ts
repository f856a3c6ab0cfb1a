import type { Diagnostics, Scores } from '@sillage/contracts';
import { scoreTextWithUnit } from '../lib/format-score';
import { colourIndex, deep } from './maps/colour-map';

const GRID_LIMIT_SENTENCE =
  '≤: the contour ends at the edge of the spectrum, so the resolution is this or finer.';

export type PsdScore = NonNullable<Diagnostics['psdScore']>;
export type Cell = {
  x: number;
  y: number;
  width: number;
  height: number;
  red: number;
  green: number;
  blue: number;
};
export type Tick = { position: number; label: string };
export type PsdPanel = {
  /** Pixels from a wavelength or a period, inside the plotting area. */
  x: (wavelengthDeg: number) => number;
  y: (periodDays: number) => number;
  cells: Cell[];
  xTicks: Tick[];
  yTicks: Tick[];
  contour: { x: number; y: number }[];
};

const NICE = [0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 10, 20, 30, 50, 100];

/**
 * Geometry of the PSD-score panel: logarithmic axes, large scales at the left and at the bottom (frequency grows to the
 * right and upwards). Each sample is a cell whose edges are the geometric means with its neighbours.
 */
export function psdScorePanelConfig(psd: PsdScore, width: number, height: number): PsdPanel {
  const xEdges = logarithmicEdges(psd.wavelengthDeg);
  const yEdges = logarithmicEdges(psd.periodDays);
  const x = logarithmicScale(xEdges[0] ?? 1, xEdges.at(-1) ?? 1, 0, width);
  const y = logarithmicScale(yEdges[0] ?? 1, yEdges.at(-1) ?? 1, height, 0);
  const cells: Cell[] = [];
  psd.score.forEach((row, period) => {
    row.forEach((score, wavelength) => {
      if (score === null) return;
      const left = x(xEdges[wavelength] ?? 1);
      const right = x(xEdges[wavelength + 1] ?? 1);
      const bottom = y(yEdges[period] ?? 1);
      const top = y(yEdges[period + 1] ?? 1);
      const offset = colourIndex(score, 0, 1) * 3;
      cells.push({
        x: left,
        y: top,
        width: right - left,
        height: bottom - top,
        red: deep.table[offset]!,
        green: deep.table[offset + 1]!,
        blue: deep.table[offset + 2]!,
      });
    });
  });
  const ticks = (edges: readonly number[], scale: (value: number) => number): Tick[] =>
    NICE.filter((value) => value < (edges[0] ?? 0) && value > (edges.at(-1) ?? 0)).map((value) => ({
      position: scale(value),
      label: `${value}`,
    }));
  return {
    x,
    y,
    cells,
    xTicks: ticks(xEdges, x),
    yTicks: ticks(yEdges, y),
    contour: psd.contour.map(([wavelengthDeg, periodDays]) => ({ x: x(wavelengthDeg), y: y(periodDays) })),
  };
}

/** One edge more than values: geometric means between neighbours, and the ends as far out again. Values decrease. */
export function logarithmicEdges(values: readonly number[]): number[] {
  if (values.length === 0) return [];
  if (values.length === 1) return [values[0]! * Math.SQRT2, values[0]! / Math.SQRT2];
  const inner = values.slice(1).map((value, index) => Math.sqrt(value * values[index]!));
  const first = values[0]! ** 2 / inner[0]!;
  const last = values.at(-1)! ** 2 / inner.at(-1)!;
  return [first, ...inner, last];
}

function logarithmicScale(from: number, to: number, start: number, end: number): (value: number) => number {
  const span = Math.log(to) - Math.log(from) || 1;
  return (value) => start + ((Math.log(value) - Math.log(from)) / span) * (end - start);
}

/** The same as the panel in one sentence. */
export function psdScoreSentence(scores: Scores): string {
  if (scores.lambdaXDeg === null || scores.lambdaTDays === null) {
    return 'The PSD score has no first 0.5 contour here, so there is no effective resolution.';
  }
  return `The first 0.5 contour of the PSD score reaches down to a wavelength of ${scoreTextWithUnit(scores, 'lambdaXDeg')} of longitude (λx) and a period of ${scoreTextWithUnit(scores, 'lambdaTDays')} (λt).${scores.atGridLimit.length === 0 ? '' : ` ${GRID_LIMIT_SENTENCE}`}`;
}
