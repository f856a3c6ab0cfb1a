import type { ChartConfiguration, ChartDataset, Plugin, ScaleOptionsByType } from 'chart.js';
import { formatFixed } from '../../lib/format-number';
import { dateOfDays, formatDay, formatShortDay } from '../../lib/format-time';
import type { ChartColours } from '../chart-colours';
import { methodDash, type MethodSlot } from '../method-colours';

/** A curve of one method. */
export type MethodSeries = { label: string; slot: MethodSlot; points: readonly { x: number; y: number }[] };
export type LinesConfig = ChartConfiguration<'line', { x: number; y: number }[]>;
export type Palette = { colours: ChartColours; ofMethod: (slot: MethodSlot) => string };

const FONT = { size: 12 };
export const HALF = 0.5; // PSD score at which the effective resolution is read
export const SCORE_FLOOR = -0.25; // where the error has more power than the truth, how much more is nothing to read
/** Ticks of logarithmic axes. */
export const LOGARITHMIC_TICKS = [
  0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000,
] as const;

/** A score or an error by day; the days of all methods are one axis. */
export function dailyLinesConfig(
  series: readonly MethodSeries[],
  { axis, decimals }: { axis: string; decimals: number },
  palette: Palette,
): LinesConfig {
  const { colours } = palette;
  return frame(series, palette, {
    mode: 'index',
    title: (x) => formatDay(dateOfDays(x)),
    value: (_x, y) => formatFixed(y, decimals),
    x: {
      type: 'linear',
      bounds: 'data',
      grid: { display: false },
      border: { color: colours.line },
      afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
        axis.ticks = evenTicks(axis.ticks);
      },
      ticks: {
        color: colours.inkFaint,
        font: FONT,
        includeBounds: false,
        maxRotation: 0,
        autoSkipPadding: 24,
        callback: (value: number | string) => formatShortDay(dateOfDays(Number(value))),
      },
    },
    y: linearAxis(axis, colours),
  });
}

/** Ticks without a last one that ends the axis between two steps: its label would lie on that of its neighbour. */
export function evenTicks(ticks: readonly { value: number }[]): { value: number }[] {
  const [first, second] = ticks;
  const [before, last] = ticks.slice(-2);
  if (first === undefined || second === undefined || before === undefined || last === undefined)
    return [...ticks];
  return last.value - before.value < second.value - first.value ? ticks.slice(0, -1) : [...ticks];
}

/** PSD score by wavelength on a logarithmic axis, long waves at the left, with the line at 0.5. */
export function psdScoreLinesConfig(
  series: readonly MethodSeries[],
  unit: 'degrees' | 'km',
  palette: Palette,
): LinesConfig {
  const { colours } = palette;
  const isDeep = series.some(({ points }) => points.some(({ y }) => y < 0));
  const unitText = unit === 'km' ? ' km' : '°';
  const config = frame(series, palette, {
    mode: 'nearest',
    title: (x) => `${formatFixed(x, unit === 'km' ? 0 : 2)}${unitText}`,
    value: (_x, y) => formatFixed(y, 2),
    x: wavelengthAxis(unit === 'km' ? 'wavelength (km)' : 'wavelength (° of longitude)', colours),
    y: {
      ...linearAxis('PSD score', colours),
      min: isDeep ? SCORE_FLOOR : 0,
      max: 1,
      ticks: {
        color: colours.inkFaint,
        font: FONT,
        stepSize: 0.25,
        callback: (value: number | string) => formatFixed(Number(value), 2),
      },
    },
  });
  return { ...config, plugins: [halfLine(colours)] };
}

/** First 0.5 contours of several methods: wavelength and period, both logarithmic, large scales at the left and at the bottom. */
export function contourLinesConfig(series: readonly MethodSeries[], palette: Palette): LinesConfig {
  const { colours } = palette;
  return frame(series, palette, {
    mode: 'nearest',
    title: () => '',
    value: (x, y) => `${formatFixed(x, 2)}° and ${formatFixed(y, 1)} days`,
    x: wavelengthAxis('wavelength (° of longitude)', colours),
    y: {
      ...wavelengthAxis('period (days)', colours),
      grid: { color: colours.line },
      border: { display: false },
    },
  });
}

/** The best value so far, by date: it holds until the next one. */
export function recordLinesConfig(
  series: readonly MethodSeries[],
  { axis, decimals }: { axis: string; decimals: number },
  palette: Palette,
): LinesConfig {
  const config = dailyLinesConfig(series, { axis, decimals }, palette);
  return {
    ...config,
    data: {
      datasets: config.data.datasets.map((dataset) => ({
        ...dataset,
        stepped: true,
        pointRadius: 4,
        borderDash: [],
      })),
    },
  };
}

type FrameOptions = {
  mode: 'index' | 'nearest';
  title: (x: number) => string;
  value: (x: number, y: number) => string;
  x: unknown;
  y: unknown;
};

function frame(
  series: readonly MethodSeries[],
  { colours, ofMethod }: Palette,
  options: FrameOptions,
): LinesConfig {
  return {
    type: 'line',
    data: {
      datasets: series.map(({ label, slot, points }): ChartDataset<'line', { x: number; y: number }[]> => ({
        label,
        data: [...points],
        borderColor: ofMethod(slot),
        backgroundColor: ofMethod(slot),
        borderDash: methodDash(slot),
        borderWidth: 2,
        pointRadius: points.length === 1 ? 3 : 0,
        pointHoverRadius: 4,
        pointHitRadius: 12,
      })),
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      interaction: { mode: options.mode, intersect: false },
      scales: {
        x: options.x as ScaleOptionsByType<'linear'>,
        y: options.y as ScaleOptionsByType<'linear'>,
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          backgroundColor: colours.ink,
          titleColor: colours.surface,
          bodyColor: colours.surface,
          cornerRadius: 4,
          callbacks: {
            title: (items) => options.title(items[0]?.parsed.x ?? Number.NaN),
            label: (item) =>
              `${item.dataset.label}: ${options.value(item.parsed.x ?? Number.NaN, item.parsed.y ?? Number.NaN)}`,
          },
        },
      },
    },
  };
}

function linearAxis(text: string, colours: ChartColours) {
  return {
    type: 'linear' as const,
    title: { display: true, text, color: colours.inkFaint, font: FONT },
    grid: { color: colours.line },
    border: { display: false },
    ticks: { color: colours.inkFaint, font: FONT, maxTicksLimit: 6 } as Record<string, unknown>,
  };
}

function wavelengthAxis(text: string, colours: ChartColours) {
  return {
    type: 'logarithmic' as const,
    reverse: true, // small scales lie where more is resolved: right, and up
    bounds: 'data' as const,
    title: { display: true, text, color: colours.inkFaint, font: FONT },
    grid: { display: false } as Record<string, unknown>,
    border: { color: colours.line } as Record<string, unknown>,
    afterBuildTicks: (axis: { min: number; max: number; ticks: { value: number }[] }) => {
      axis.ticks = LOGARITHMIC_TICKS.filter((value) => value >= axis.min && value <= axis.max).map(
        (value) => ({ value }),
      );
    },
    ticks: {
      color: colours.inkFaint,
      font: FONT,
      maxRotation: 0,
      autoSkipPadding: 12,
      callback: (value: number | string) => `${value}`,
    },
  };
}

function halfLine(colours: ChartColours): Plugin<'line'> {
  return {
    id: 'half',
    beforeDatasetsDraw: (chart) => {
      const scale = chart.scales['y'];
      if (scale === undefined) return;
      const y = scale.getPixelForValue(HALF);
      const { ctx, chartArea } = chart;
      ctx.save();
      ctx.strokeStyle = colours.inkFaint;
      ctx.beginPath();
      ctx.moveTo(chartArea.left, y);
      ctx.lineTo(chartArea.right, y);
      ctx.stroke();
      ctx.restore();
    },
  };
}

/**
 * Where a curve first falls through 0.5, from long to short wavelengths; linear in the logarithm of the wavelength between
 * two samples. `null`: it never does, or begins below.
 *
 * @param points - wavelengths strictly decreasing.
 */
export function halfCrossing(points: readonly { x: number; y: number }[]): number | null {
  for (let index = 1; index < points.length; index += 1) {
    const before = points[index - 1]!;
    const after = points[index]!;
    if (before.y < HALF) return null;
    if (after.y < HALF) {
      const part = (before.y - HALF) / (before.y - after.y);
      return Math.exp(Math.log(before.x) + part * (Math.log(after.x) - Math.log(before.x)));
    }
  }
  return null;
}
