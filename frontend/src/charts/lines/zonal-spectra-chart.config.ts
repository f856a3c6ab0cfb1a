import type { ZonalSpectraView } from '@sillage/contracts';
import type { ChartConfiguration } from 'chart.js';
import { formatFixed } from '../../lib/format-number';
import type { ChartColours } from '../chart-colours';

type Points = { x: number; y: number }[];

const TICKS_DEG = [0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 10];
const DECADES_SHOWN = 8; // below, a spectrum is round-off

export type SpectrumLine = {
  label: string;
  values: readonly number[];
  role: 'truth' | 'submission' | 'error' | 'reference';
};

type Options = { wavelengthDeg: readonly number[]; lines: readonly SpectrumLine[]; colours: ChartColours };

const STYLES: Record<SpectrumLine['role'], { colour: keyof ChartColours; dash: number[]; width: number }> = {
  truth: { colour: 'ink', dash: [], width: 1.5 },
  submission: { colour: 'submission', dash: [], width: 2 },
  error: { colour: 'submission', dash: [2, 3], width: 2 },
  reference: { colour: 'reference', dash: [6, 4], width: 1.5 },
};

/** Zonal power spectral densities on logarithmic axes, long waves at the left. */
export function zonalSpectraChartConfig(options: Options): ChartConfiguration<'line', Points> {
  const { wavelengthDeg, lines, colours } = options;
  const font = { size: 12 };
  const largest = Math.max(...lines.flatMap(({ values }) => values));
  return {
    type: 'line',
    data: {
      datasets: lines.map(({ label, values, role }) => ({
        label,
        data: wavelengthDeg
          .map((x, index) => ({ x, y: values[index] ?? 0 }))
          .filter(({ y }) => y > largest * 10 ** -DECADES_SHOWN),
        borderColor: colours[STYLES[role].colour],
        backgroundColor: colours[STYLES[role].colour],
        borderDash: STYLES[role].dash,
        borderWidth: STYLES[role].width,
        pointRadius: 0,
        pointHitRadius: 10,
      })),
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      interaction: { mode: 'index', axis: 'x', intersect: false },
      scales: {
        x: {
          type: 'logarithmic',
          reverse: true,
          min: wavelengthDeg.at(-1) ?? 0.1,
          max: wavelengthDeg[0] ?? 10,
          title: { display: true, text: 'wavelength (° of longitude)', color: colours.inkFaint, font },
          grid: { display: false },
          border: { color: colours.line },
          afterBuildTicks: (axis) => {
            axis.ticks = TICKS_DEG.filter((value) => value >= axis.min && value <= axis.max).map((value) => ({
              value,
            }));
          },
          ticks: { color: colours.inkFaint, font, maxRotation: 0, callback: (value) => `${value}` },
        },
        y: {
          type: 'logarithmic',
          title: { display: true, text: 'PSD (m² per cycle/°)', color: colours.inkFaint, font },
          grid: { color: colours.line },
          border: { display: false },
          afterBuildTicks: (axis) => {
            axis.ticks = axis.ticks.filter(({ value }) => Number.isInteger(Math.log10(value)));
          },
          ticks: {
            color: colours.inkFaint,
            font,
            callback: (value) => `10${superscript(Math.log10(Number(value)))}`,
          },
        },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          backgroundColor: colours.ink,
          titleColor: colours.surface,
          bodyColor: colours.surface,
          cornerRadius: 4,
          callbacks: {
            title: (items) => `${formatFixed(items[0]?.parsed.x ?? Number.NaN, 2)}°`,
            label: (item) => `${item.dataset.label}: ${(item.parsed.y ?? Number.NaN).toExponential(2)}`,
          },
        },
      },
    },
  };
}

function superscript(power: number): string {
  return `${power}`.replace(/[-\d]/g, (sign) => (sign === '-' ? '⁻' : ('⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)] ?? '')));
}

/** Longest wavelength below which a ratio of densities stays on one side of a half; null if it never gets there. */
export function halfWavelength(
  wavelengthDeg: readonly number[],
  above: readonly number[],
  below: readonly number[],
): number | null {
  const index = wavelengthDeg.findIndex((_, k) => (above[k] ?? 0) < 0.5 * (below[k] ?? 0));
  return wavelengthDeg[index] ?? null;
}

/** The same as the chart in words: where the map is too smooth, and where its error is as large as half of the truth. */
export function zonalSpectraSentence(spectra: ZonalSpectraView): string {
  const { wavelengthDeg, reconstruction, reference, error } = spectra;
  const smooth = halfWavelength(wavelengthDeg, reconstruction, reference);
  const wrongIndex = wavelengthDeg.findIndex((_, k) => (error[k] ?? 0) > 0.5 * (reference[k] ?? 0));
  const wrong = wavelengthDeg[wrongIndex];
  const degrees = (value: number) => `${formatFixed(value, 2)}°`;
  return [
    smooth === null
      ? 'The map holds at least half of the truth’s power at every wavelength.'
      : `The map first holds less than half of the truth’s power at a wavelength of ${degrees(smooth)}.`,
    wrong === undefined
      ? 'Its error stays below half of the truth’s power.'
      : `Its error first exceeds half of the truth’s power at ${degrees(wrong)}.`,
  ].join(' ');
}
