import { LOGARITHMIC_TICKS, type MethodSeries } from '../../../charts/lines/method-lines-chart.config';
import { methodDash, type MethodSlot } from '../../../charts/method-colours';
import { formatFixed } from '../../../lib/format-number';
import { dateOfDays, formatShortDay } from '../../../lib/format-time';
import {
  CHARACTER_PX,
  FAINT,
  fixed,
  INK,
  LINE,
  LINE_PX,
  MARGIN_PX,
  SMALL_PX,
  text,
  TEXT_PX,
  titleText,
  wrapped,
  type FigurePart,
} from './view-svg';

/** `--method-0` … of the page in its light theme; a test compares them with the style sheet. */
export const METHOD_COLOURS = [
  '#4b5b66',
  '#0b6aa8',
  '#c4520a',
  '#0a7d5c',
  '#a0508a',
  '#8f6400',
  '#5b4bc4',
] as const;

const PLOT_PX = { left: MARGIN_PX + 52, width: 600, height: 300 };
const WIDTH_PX = PLOT_PX.left + PLOT_PX.width + MARGIN_PX;
const SAMPLE_PX = 26;
const DAY_STEPS = [1, 2, 5, 7, 10, 14, 30, 60, 90];
const MOST_DAY_TICKS = 8;

/** `days`: since 1950, shown as dates. `logarithmic`: small values at the right, or at the top. */
export type CurveAxis = { kind: 'days' | 'linear' | 'logarithmic'; label: string };

export type CurveFigure = {
  title: string;
  series: readonly MethodSeries[];
  x: CurveAxis;
  y: CurveAxis & { range?: readonly [number, number] };
  /** A line across the figure. */
  level?: number;
  /** What it shows, and what it is tied to. */
  notes: readonly string[];
};

/** Curves of methods on shared axes, as the page draws them in its light theme. */
export function curvePart(figure: CurveFigure): FigurePart {
  return { title: figure.title, draw: (top, index) => drawCurves(figure, top, index) };
}

function drawCurves(figure: CurveFigure, top: number, index: number) {
  const { title, series, x, y, level, notes } = figure;
  const svg: string[] = [];
  let at = top + TEXT_PX + 4;
  const heading = titleText(title, at, WIDTH_PX);
  svg.push(heading.svg);
  at = heading.bottom + LINE_PX + 4;
  let left = MARGIN_PX;
  for (const { label, slot } of series) {
    const needed = SAMPLE_PX + 8 + label.length * TEXT_PX * CHARACTER_PX + 18;
    if (left > MARGIN_PX && left + needed > WIDTH_PX) {
      left = MARGIN_PX;
      at += LINE_PX;
    }
    svg.push(`<path d="M${fixed(left)} ${fixed(at - 4)}h${SAMPLE_PX}" ${stroke(slot)}/>`);
    svg.push(text(label, left + SAMPLE_PX + 8, at));
    left += needed;
  }
  at += 14;
  const bottom = at + PLOT_PX.height;
  const right = PLOT_PX.left + PLOT_PX.width;
  const across = scaleOf(x, values(series, 'x'), [PLOT_PX.left, right]);
  const up =
    y.range === undefined ? scaleOf(y, values(series, 'y'), [bottom, at]) : exactScale(y.range, [bottom, at]);
  for (const { value, label } of up.ticks) {
    const height = up.place(value);
    svg.push(
      `<path d="M${PLOT_PX.left} ${fixed(height)}H${right}" stroke="${LINE}" stroke-width="0.6"/>`,
      text(label, PLOT_PX.left - 8, height + 4, { anchor: 'end', size: TEXT_PX - 1, fill: FAINT }),
    );
  }
  for (const { value, label } of across.ticks) {
    const position = across.place(value);
    svg.push(
      `<path d="M${fixed(position)} ${fixed(bottom)}v5" stroke="${LINE}"/>`,
      text(label, position, bottom + 18, { anchor: 'middle', size: TEXT_PX - 1, fill: FAINT }),
    );
  }
  svg.push(`<path d="M${PLOT_PX.left} ${fixed(bottom)}H${right}" stroke="${FAINT}"/>`);
  if (level !== undefined)
    svg.push(`<path d="M${PLOT_PX.left} ${fixed(up.place(level))}H${right}" stroke="${FAINT}"/>`);
  // Values beyond a given range are cut off at the frame, as on the page.
  svg.push(
    `<clipPath id="plot-${index}"><rect x="${PLOT_PX.left - 1}" y="${fixed(at - 1)}" width="${PLOT_PX.width + 2}" height="${PLOT_PX.height + 2}"/></clipPath>`,
    `<g clip-path="url(#plot-${index})">`,
    ...series.map(({ slot, points }) =>
      curve(points, slot, (point) => [across.place(point.x), up.place(point.y)]),
    ),
    '</g>',
  );
  const middle = (at + bottom) / 2;
  svg.push(
    `<g transform="rotate(-90 ${MARGIN_PX} ${fixed(middle)})">${text(y.label, MARGIN_PX, middle, { anchor: 'middle', size: TEXT_PX - 1, fill: FAINT })}</g>`,
  );
  let end = bottom + 18;
  if (x.label !== '') {
    end += LINE_PX;
    svg.push(
      text(x.label, (PLOT_PX.left + right) / 2, end, { anchor: 'middle', size: TEXT_PX - 1, fill: FAINT }),
    );
  }
  end += LINE_PX + 2;
  for (const note of notes) {
    for (const line of wrapped(note, (WIDTH_PX - 2 * MARGIN_PX) / (SMALL_PX * CHARACTER_PX * 0.92))) {
      svg.push(text(line, MARGIN_PX, end, { size: SMALL_PX, fill: FAINT }));
      end += LINE_PX - 2;
    }
  }
  return { svg: svg.join('\n'), bottom: end, width: WIDTH_PX };
}

type Point = MethodSeries['points'][number];

function curve(
  points: readonly Point[],
  slot: MethodSlot,
  place: (point: Point) => [number, number],
): string {
  const [first] = points;
  if (first === undefined) return '';
  if (points.length === 1) {
    const [x, y] = place(first);
    return `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="3" fill="${colourOf(slot)}"/>`;
  }
  const path = points.map((point) => place(point).map(fixed).join(' ')).join('L');
  return `<path d="M${path}" ${stroke(slot)}/>`;
}

function colourOf(slot: MethodSlot): string {
  return METHOD_COLOURS[slot % METHOD_COLOURS.length] ?? INK;
}

function stroke(slot: MethodSlot): string {
  const dash = methodDash(slot);
  const dashes = dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`;
  return `fill="none" stroke="${colourOf(slot)}" stroke-width="2" stroke-linejoin="round"${dashes}`;
}

function values(series: readonly MethodSeries[], axis: 'x' | 'y'): number[] {
  return series.flatMap(({ points }) => points.map((point) => point[axis])).filter(Number.isFinite);
}

type Scale = { place: (value: number) => number; ticks: { value: number; label: string }[] };

/** From values to pixels: `from` is the left or lower end. */
function scaleOf(
  { kind }: CurveAxis,
  shown: readonly number[],
  [from, to]: readonly [number, number],
): Scale {
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  if (kind === 'logarithmic') {
    const span = Math.log(high / low) || 1;
    return {
      place: (value) => from + ((to - from) * Math.log(high / value)) / span, // the largest first
      ticks: LOGARITHMIC_TICKS.filter((value) => value >= low && value <= high).map((value) => ({
        value,
        label: String(value),
      })),
    };
  }
  const step = kind === 'days' ? dayStep(high - low) : niceStep(high - low);
  const [first, last] =
    kind === 'days'
      ? [low, high]
      : [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
  const count = Math.floor((last - first) / step + 1e-6) + 1;
  return {
    place: (value) => from + ((to - from) * (value - first)) / (last - first || 1),
    ticks: Array.from({ length: count }, (_, index) => first + index * step).map((value) => ({
      value,
      label: kind === 'days' ? formatShortDay(dateOfDays(value)) : formatFixed(value, decimalsOf(step)),
    })),
  };
}

/** Just the range, with ticks at whole steps inside of it. */
function exactScale([low, high]: readonly [number, number], [from, to]: readonly [number, number]): Scale {
  const step = niceStep(high - low);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return {
    place: (value) => from + ((to - from) * (value - low)) / (high - low),
    ticks: Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step).map((value) => ({
      value,
      label: formatFixed(value, decimalsOf(step)),
    })),
  };
}

/** As many as it takes to write multiples of a step. */
function decimalsOf(step: number): number {
  for (let decimals = 0; decimals < 12; decimals += 1) {
    const scaled = step * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6) return decimals;
  }
  return 12;
}

function dayStep(spanDays: number): number {
  return DAY_STEPS.find((step) => spanDays / step <= MOST_DAY_TICKS) ?? 180;
}

/** 1, 2, 2.5 or 5 times a power of ten, some five of them in the span. */
function niceStep(span: number): number {
  const raw = (span || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  return ([1, 2, 2.5, 5].find((factor) => factor * power >= raw * (1 - 1e-9)) ?? 10) * power;
}
