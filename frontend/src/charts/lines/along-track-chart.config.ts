import type { AlongTrackDiagnostics } from '@sillage/contracts';
import type { ChartConfiguration, Plugin } from 'chart.js';
import { formatFixed, formatMetricWithUnit } from '../../lib/format-number';
import type { ChartColours } from '../chart-colours';

export type Spectrum = NonNullable<AlongTrackDiagnostics['spectrum']>;
type Points = { x: number; y: number }[];
type LineConfig = ChartConfiguration<'line', Points>;

const HALF = 0.5; // PSD score at which the effective resolution is read
const TICKS_KM = [20, 30, 50, 100, 200, 300, 500, 1000, 2000];
const SCORE_FLOOR = -0.25; // where the error has more power than the track, how much more is nothing to read

type Options = { spectrum: Spectrum; lambdaXKm: number | null; colours: ChartColours };

/** Power spectral densities of the withheld track and of the error along it, on logarithmic axes, long waves at the left. */
export function alongTrackPsdConfig({ spectrum, lambdaXKm, colours }: Options): LineConfig {
  const line = (label: string, values: readonly number[], colour: string, dash: number[]) => ({
    label,
    data: points(spectrum.wavelengthKm, values).filter(({ y }) => y > 0), // a logarithm needs more than nothing
    borderColor: colour,
    backgroundColor: colour,
    borderDash: dash,
    borderWidth: 2,
    pointRadius: 0,
    pointHitRadius: 10,
  });
  const config = frame(spectrum, lambdaXKm, colours);
  return {
    ...config,
    data: {
      datasets: [
        line('withheld track', spectrum.track, colours.ink, []),
        line('error', spectrum.error, colours.submission, [5, 3]),
      ],
    },
    options: {
      ...config.options,
      scales: {
        x: wavelengthAxis(spectrum, colours),
        y: {
          type: 'logarithmic',
          title: { display: true, text: 'PSD (m² per cycle/km)', color: colours.inkFaint, font: FONT },
          grid: { color: colours.line },
          border: { display: false },
          afterBuildTicks: (axis) => {
            axis.ticks = axis.ticks.filter(({ value }) => Number.isInteger(Math.log10(value)));
          },
          ticks: {
            color: colours.inkFaint,
            font: FONT,
            callback: (value) => `10${superscript(Math.log10(Number(value)))}`,
          },
        },
      },
    },
  };
}

/** 1 − error ÷ track by wavelength, with the line at 0.5 where λx is read. */
export function alongTrackScoreConfig({ spectrum, lambdaXKm, colours }: Options): LineConfig {
  const config = frame(spectrum, lambdaXKm, colours);
  const data = points(spectrum.wavelengthKm, spectrum.score);
  return {
    ...config,
    data: {
      datasets: [
        {
          label: 'PSD score',
          data,
          borderColor: colours.submission,
          backgroundColor: colours.submission,
          borderWidth: 2,
          pointRadius: 0,
          pointHitRadius: 10,
        },
      ],
    },
    options: {
      ...config.options,
      scales: {
        x: wavelengthAxis(spectrum, colours),
        y: {
          min: data.some(({ y }) => y < 0) ? SCORE_FLOOR : 0,
          max: 1,
          title: { display: true, text: 'PSD score', color: colours.inkFaint, font: FONT },
          grid: { color: colours.line },
          border: { display: false },
          ticks: {
            color: colours.inkFaint,
            font: FONT,
            stepSize: 0.25,
            callback: (value) => formatFixed(Number(value), 2),
          },
        },
      },
    },
    plugins: [halfLine(colours), ...(config.plugins ?? [])],
  };
}

const FONT = { size: 12 };

function points(wavelengthKm: readonly number[], values: readonly (number | null)[]): Points {
  return wavelengthKm.flatMap((x, index) => {
    const y = values[index];
    return y === undefined || y === null ? [] : [{ x, y }];
  });
}

function wavelengthAxis(spectrum: Spectrum, colours: ChartColours) {
  return {
    type: 'logarithmic' as const,
    reverse: true,
    min: Math.min(...spectrum.wavelengthKm),
    max: Math.max(...spectrum.wavelengthKm),
    title: { display: true, text: 'wavelength (km)', color: colours.inkFaint, font: FONT },
    grid: { display: false },
    border: { color: colours.line },
    afterBuildTicks: (axis: { min: number; max: number; ticks: { value: number }[] }) => {
      axis.ticks = TICKS_KM.filter((value) => value >= axis.min && value <= axis.max).map((value) => ({
        value,
      }));
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

function frame(spectrum: Spectrum, lambdaXKm: number | null, colours: ChartColours): LineConfig {
  return {
    type: 'line',
    data: { datasets: [] },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      plugins: {
        legend: { display: false },
        tooltip: {
          backgroundColor: colours.ink,
          titleColor: colours.surface,
          bodyColor: colours.surface,
          cornerRadius: 4,
          callbacks: {
            title: (items) => `${formatFixed(items[0]?.parsed.x ?? Number.NaN, 0)} km`,
            label: (item) => `${item.dataset.label}: ${(item.parsed.y ?? Number.NaN).toPrecision(3)}`,
          },
        },
      },
    },
    plugins:
      lambdaXKm === null || lambdaXKm < Math.min(...spectrum.wavelengthKm)
        ? []
        : [resolutionLine(lambdaXKm, colours)],
  };
}

function resolutionLine(lambdaXKm: number, colours: ChartColours): Plugin<'line'> {
  return {
    id: 'effective-resolution',
    afterDatasetsDraw: (chart) => {
      const scale = chart.scales['x'];
      if (scale === undefined) return;
      const x = scale.getPixelForValue(lambdaXKm);
      const { ctx, chartArea } = chart;
      ctx.save();
      ctx.strokeStyle = colours.reference;
      ctx.setLineDash([3, 3]);
      ctx.beginPath();
      ctx.moveTo(x, chartArea.top);
      ctx.lineTo(x, chartArea.bottom);
      ctx.stroke();
      ctx.fillStyle = colours.reference;
      ctx.font = `500 12px ${getComputedStyle(chart.canvas).fontFamily}`;
      const text = `λx ${formatMetricWithUnit('lambdaXKm', lambdaXKm)}`;
      const isLeft = x + ctx.measureText(text).width + 8 > chartArea.right;
      ctx.textAlign = isLeft ? 'right' : 'left';
      ctx.fillText(text, x + (isLeft ? -5 : 5), chartArea.top + 12);
      ctx.restore();
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

function superscript(power: number): string {
  return `${power}`.replace(/[-\d]/g, (sign) => (sign === '-' ? '⁻' : ('⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)] ?? '')));
}

/** The same as the figure in words. */
export function alongTrackSentence(lambdaXKm: number | null, diagnostics: AlongTrackDiagnostics): string {
  const { segmentCount, segmentLengthKm } = diagnostics;
  const of = `${segmentCount} ${segmentCount === 1 ? 'segment' : 'segments'} of ${formatFixed(segmentLengthKm, 0)} km`;
  if (lambdaXKm === null) {
    return `The PSD score of ${of} does not cross 0.5, so there is no effective resolution.`;
  }
  return `Over ${of}, the PSD score is 0.5 at a wavelength of ${formatMetricWithUnit('lambdaXKm', lambdaXKm)} (λx): longer waves are mapped better than that, shorter ones worse.`;
}
