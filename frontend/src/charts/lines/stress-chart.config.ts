import type { ChartConfiguration } from 'chart.js';
import { formatFixed, formatSigned } from '../../lib/format-number';
import type { ChartColours } from '../chart-colours';

/** µ of one run, and of the normal run that it is compared with. */
export type StressBar = { label: string; mu: number; normalMu: number };

const DECIMALS = 3;

/** What each change of the inputs does to µ: bars from the normal score, to the left where the maps become worse. */
export function stressChartConfig(
  bars: readonly StressBar[],
  colours: ChartColours,
): ChartConfiguration<'bar', number[], string> {
  const font = { size: 12 };
  const changes = bars.map(({ mu, normalMu }) => mu - normalMu);
  return {
    type: 'bar',
    data: {
      labels: bars.map(({ label }) => label),
      datasets: [
        {
          data: changes,
          backgroundColor: changes.map((change) => (change < 0 ? colours.reference : colours.submission)),
          maxBarThickness: 18,
          minBarLength: 2,
        },
      ],
    },
    options: {
      indexAxis: 'y',
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      scales: {
        x: {
          title: { display: true, text: 'Change of µ against the normal run', color: colours.inkFaint, font },
          grid: { color: colours.line },
          border: { display: false },
          ticks: {
            color: colours.inkFaint,
            font,
            maxTicksLimit: 6,
            callback: (value) => formatSigned(Number(value), DECIMALS),
          },
        },
        y: {
          grid: { display: false },
          border: { color: colours.line },
          ticks: { color: colours.ink, font, autoSkip: false },
        },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          backgroundColor: colours.ink,
          titleColor: colours.surface,
          bodyColor: colours.surface,
          cornerRadius: 4,
          displayColors: false,
          callbacks: {
            label: (item) => {
              const bar = bars[item.dataIndex];
              return bar === undefined
                ? ''
                : `µ ${formatFixed(bar.mu, DECIMALS)}, normal ${formatFixed(bar.normalMu, DECIMALS)}`;
            },
          },
        },
      },
    },
  };
}

/** The same as the chart in one sentence. */
export function stressSentence(bars: readonly StressBar[]): string {
  if (bars.length === 0) return 'No run has a score yet.';
  const by = (bar: StressBar) => bar.mu - bar.normalMu;
  const sorted = bars.toSorted((left, right) => by(left) - by(right));
  const say = (bar: StressBar) => `${bar.label} (µ ${formatSigned(by(bar), DECIMALS)})`;
  const [worst, best] = [sorted[0]!, sorted.at(-1)!];
  return bars.length === 1
    ? `Change of µ against the normal run: ${say(worst)}.`
    : `Change of µ against the normal run, ${bars.length} runs: lowest ${say(worst)}, highest ${say(best)}.`;
}
