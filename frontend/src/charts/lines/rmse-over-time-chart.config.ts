import type { Diagnostics } from '@sillage/contracts';
import type { ChartConfiguration, Plugin } from 'chart.js';
import { formatFixed } from '../../lib/format-number';
import { dateOfDays, formatDay, formatShortDay } from '../../lib/format-time';
import type { ChartColours } from '../chart-colours';

export type Quantity = 'score' | 'rmse';
export type Daily = Diagnostics['daily'];
export type DailySeries = { label: string; role: 'submission' | 'reference'; daily: Daily };

type Options = {
  series: readonly DailySeries[];
  quantity: Quantity;
  colours: ChartColours;
  /** Day that the maps show, as an index; `null`: none is marked. Asked for at each drawing, so that a film draws no new chart. */
  selectedDay: () => number | null;
  onSelectDay?: (day: number) => void;
  /** A day that is pointed at, and null when it is left. */
  onPointDay?: (day: number | null) => void;
};

/**
 * Width of the axis of values: the charts of one page that share their days stand under each other to the pixel. Room for the
 * title on its side and for labels of four decimals.
 */
export const VALUE_AXIS_WIDTH_PX = 74;
/** What the axis of days goes beyond the first and the last, days: half a bar. */
export const DAY_MARGIN = 0.5;

export const QUANTITY_TEXTS: Record<Quantity, { name: string; axis: string; decimals: number }> = {
  score: { name: 'RMSE score', axis: 'RMSE score (1 is perfect)', decimals: 3 },
  rmse: { name: 'RMSE', axis: 'RMSE (cm)', decimals: 2 },
};

export function valuesOf(daily: Daily, quantity: Quantity): number[] {
  return quantity === 'score' ? daily.rmseScore : daily.rmseM.map((rmseM) => rmseM * 100);
}

/** Index of the day that a time belongs to; `null` where there is none within half a day: a track does not pass every day. */
export function nearestDay(timeDays: readonly number[], wantedDays: number): number | null {
  let best: number | null = null;
  timeDays.forEach((time, index) => {
    const isNearer = best === null || Math.abs(time - wantedDays) < Math.abs(timeDays[best]! - wantedDays);
    if (Math.abs(time - wantedDays) <= 0.5 && isNearer) best = index;
  });
  return best;
}

/** RMSE or its score by day, the submission over the reference; the day shown in the maps is marked by a line. */
export function rmseOverTimeChartConfig(
  options: Options,
): ChartConfiguration<'line', { x: number; y: number }[]> {
  const { series, quantity, colours, selectedDay, onSelectDay, onPointDay } = options;
  const text = QUANTITY_TEXTS[quantity];
  const font = { size: 12 };
  return {
    type: 'line',
    data: {
      datasets: series.map(({ label, role, daily }) => ({
        label,
        data: valuesOf(daily, quantity).map((y, day) => ({ x: daily.timeDays[day] ?? Number.NaN, y })),
        borderColor: colours[role],
        backgroundColor: colours[role],
        borderWidth: role === 'submission' ? 2 : 1.5,
        borderDash: role === 'reference' ? [5, 4] : [],
        pointRadius: hasGaps(daily.timeDays) ? 2 : 0,
        pointHoverRadius: 4,
        pointHitRadius: 12,
      })),
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      interaction: { mode: 'index', intersect: false },
      onClick: (_event, elements) => {
        const day = elements[0]?.index;
        if (day !== undefined) onSelectDay?.(day);
      },
      onHover: (_event, elements) => onPointDay?.(elements[0]?.index ?? null),
      scales: {
        x: {
          type: 'linear',
          ...dayBounds(series[0]?.daily.timeDays ?? []),
          grid: { display: false },
          border: { color: colours.line },
          // No room for labels beside the days: the bars of what was observed stand under theirs to the pixel.
          afterFit: (axis) => {
            axis.paddingLeft = 0;
            axis.paddingRight = 0;
          },
          ticks: {
            color: colours.inkFaint,
            font,
            align: 'inner',
            includeBounds: false, // half a day beside the first and the last
            maxRotation: 0,
            display: series.length > 0,
            maxTicksLimit: 7,
            autoSkipPadding: 24,
            callback: (value) => formatShortDay(dateOfDays(Number(value))),
          },
        },
        y: {
          title: { display: true, text: text.axis, color: colours.inkFaint, font },
          grid: { color: colours.line },
          border: { display: false },
          afterFit: (axis) => {
            axis.width = VALUE_AXIS_WIDTH_PX;
          },
          ticks: { color: colours.inkFaint, font, maxTicksLimit: 6 },
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
            title: (items) => formatDay(dateOfDays(items[0]?.parsed.x ?? 0)),
            label: (item) =>
              `${item.dataset.label}: ${formatFixed(item.parsed.y ?? Number.NaN, text.decimals)}`,
          },
        },
      },
    },
    plugins: [dayLine(() => series[0]?.daily.timeDays[selectedDay() ?? -1], colours)],
  };
}

/** First and last day of an axis, with half a day around them. */
export function dayBounds(timeDays: readonly number[]): { min?: number; max?: number } {
  const first = timeDays[0];
  const last = timeDays.at(-1);
  return first === undefined || last === undefined ? {} : { min: first - DAY_MARGIN, max: last + DAY_MARGIN };
}

function dayLine(dayOf: () => number | undefined, colours: ChartColours): Plugin<'line'> {
  return {
    id: 'selected-day',
    beforeDatasetsDraw: (chart) => {
      const timeDays = dayOf();
      const scale = chart.scales['x'];
      if (timeDays === undefined || scale === undefined) return;
      const x = scale.getPixelForValue(timeDays);
      const { ctx, chartArea } = chart;
      ctx.save();
      ctx.strokeStyle = colours.inkFaint;
      ctx.lineWidth = 1;
      ctx.beginPath();
      ctx.moveTo(x, chartArea.top);
      ctx.lineTo(x, chartArea.bottom);
      ctx.stroke();
      ctx.restore();
    },
  };
}

/** A withheld track does not pass every day: then the days it does are marked, or the lines between them look like data. */
function hasGaps(timeDays: readonly number[]): boolean {
  return timeDays.some((time, index) => index > 0 && time - timeDays[index - 1]! > 1.5);
}

/** The same as the chart in one sentence. */
export function rmseOverTimeSentence(daily: Daily, quantity: Quantity): string {
  const values = valuesOf(daily, quantity);
  if (values.length === 0) return 'There is no day to show.';
  const { name, decimals } = QUANTITY_TEXTS[quantity];
  const lowest = values.indexOf(Math.min(...values));
  const highest = values.indexOf(Math.max(...values));
  const [best, worst] = quantity === 'score' ? [highest, lowest] : [lowest, highest];
  const unit = quantity === 'rmse' ? ' cm' : '';
  const say = (day: number) =>
    `${formatFixed(values[day] ?? Number.NaN, decimals)}${unit} on ${formatShortDay(dateOfDays(daily.timeDays[day] ?? 0))}`;
  return `Daily ${name} over ${values.length} days: best ${say(best)}, worst ${say(worst)}.`;
}
