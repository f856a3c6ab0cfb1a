import type { ChartConfiguration } from 'chart.js';
import { formatFixed } from '../../lib/format-number';
import { dateOfDays, formatDay, formatShortDay } from '../../lib/format-time';
import type { ChartColours } from '../chart-colours';
import { DAY_MARGIN, VALUE_AXIS_WIDTH_PX } from './rmse-over-time-chart.config';

/** Share of the scored area that the public observations of a task reach, by day. */
export type Coverage = { timeDays: readonly number[]; share: readonly number[] };

type Options = {
  coverage: Coverage;
  /** The days of the chart above. */
  bounds: { min?: number; max?: number };
  colours: ChartColours;
  /** Day that the maps show, days since 1950; asked for at each drawing. */
  selectedTimeDays: () => number | null;
  onSelectTime: (timeDays: number) => void;
};

/** Per cent of the area observed each day, as bars on the axis of days of the chart above; the day of the maps is marked. */
export function observationCoverageChartConfig(
  options: Options,
): ChartConfiguration<'bar', { x: number; y: number }[]> {
  const { coverage, bounds, colours, selectedTimeDays, onSelectTime } = options;
  const font = { size: 12 };
  const colourOf = (timeDays: number) =>
    timeDays === selectedTimeDays() ? colours.reference : colours.inkFaint;
  return {
    type: 'bar',
    data: {
      datasets: [
        {
          label: 'observed',
          data: coverage.timeDays.map((x, day) => ({ x, y: (coverage.share[day] ?? 0) * 100 })),
          backgroundColor: (context) => colourOf(coverage.timeDays[context.dataIndex] ?? Number.NaN),
          barPercentage: 1,
          categoryPercentage: 0.82,
          grouped: false,
        },
      ],
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      interaction: { mode: 'index', intersect: false },
      onClick: (_event, elements) => {
        const timeDays = coverage.timeDays[elements[0]?.index ?? -1];
        if (timeDays !== undefined) onSelectTime(timeDays);
      },
      scales: {
        x: {
          type: 'linear',
          min: bounds.min ?? (coverage.timeDays[0] ?? 0) - DAY_MARGIN,
          max: bounds.max ?? (coverage.timeDays.at(-1) ?? 0) + DAY_MARGIN,
          offset: false,
          grid: { display: false },
          border: { color: colours.line },
          ticks: { display: false },
        },
        y: {
          min: 0,
          suggestedMax: 1,
          title: { display: true, text: 'observed (%)', color: colours.inkFaint, font: { size: 11 } },
          grid: { display: false },
          border: { display: false },
          afterFit: (axis) => {
            axis.width = VALUE_AXIS_WIDTH_PX;
          },
          ticks: { color: colours.inkFaint, font: { size: 11 }, maxTicksLimit: 3 },
        },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          backgroundColor: colours.ink,
          titleColor: colours.surface,
          bodyColor: colours.surface,
          bodyFont: font,
          cornerRadius: 4,
          displayColors: false,
          callbacks: {
            title: (items) => formatDay(dateOfDays(items[0]?.parsed.x ?? 0)),
            label: (item) => `${shareText((item.parsed.y ?? 0) / 100)} of the area observed`,
          },
        },
      },
    },
  };
}

/** Two figures of a share. */
export function shareText(share: number): string {
  const percent = share * 100;
  return `${formatFixed(percent, percent >= 10 ? 0 : percent >= 1 ? 1 : 2)} %`;
}

/** The same as the strip in one sentence. */
export function observationCoverageSentence({ timeDays, share }: Coverage): string {
  if (share.length === 0) return 'It is not known what was observed.';
  const least = share.indexOf(Math.min(...share));
  const most = share.indexOf(Math.max(...share));
  const mean = share.reduce((sum, value) => sum + value, 0) / share.length;
  const say = (day: number) =>
    `${shareText(share[day] ?? 0)} on ${formatShortDay(dateOfDays(timeDays[day] ?? 0))}`;
  return `Observed on a day: ${shareText(mean)} of the scored nodes on average, least ${say(least)}, most ${say(most)}.`;
}
