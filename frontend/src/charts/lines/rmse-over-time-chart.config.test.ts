import { describe, expect, test } from 'vitest';
import type { ChartColours } from '../chart-colours';
import {
  rmseOverTimeChartConfig,
  rmseOverTimeSentence,
  valuesOf,
  nearestDay,
} from './rmse-over-time-chart.config';

const colours: ChartColours = {
  ink: '#000',
  inkFaint: '#666',
  line: '#ddd',
  surface: '#fff',
  land: '#777',
  submission: '#08f',
  reference: '#f80',
};
const daily = { timeDays: [22940, 22941, 22942], rmseScore: [0.9, 0.95, 0.85], rmseM: [0.05, 0.04, 0.06] };

describe('the RMSE chart', () => {
  test('shows the score as it is and the RMSE in centimetres', () => {
    expect(valuesOf(daily, 'score')).toEqual([0.9, 0.95, 0.85]);
    expect(valuesOf(daily, 'rmse')).toEqual([5, 4, 6]);
  });

  test('keeps days as x, gives each role its colour, and tells the two lines apart without colour', () => {
    const config = rmseOverTimeChartConfig({
      series: [
        { label: 'Mine', role: 'submission', daily },
        { label: 'OI', role: 'reference', daily },
      ],
      quantity: 'score',
      colours,
      selectedDay: () => null,
    });
    expect(config.data.datasets[0]?.data[1]).toEqual({ x: 22941, y: 0.95 });
    expect(config.data.datasets.map((dataset) => dataset.borderColor)).toEqual(['#08f', '#f80']);
    expect(config.data.datasets[0]?.borderDash).not.toEqual(config.data.datasets[1]?.borderDash);
  });

  test('marks the days of a track that does not pass every day', () => {
    const radiusOf = (timeDays: number[]) =>
      rmseOverTimeChartConfig({
        series: [{ label: 'Mine', role: 'submission', daily: { ...daily, timeDays } }],
        quantity: 'score',
        colours,
        selectedDay: () => null,
      }).data.datasets[0]?.pointRadius;
    expect(radiusOf([22940, 22941, 22942])).toBe(0);
    expect(radiusOf([22940, 22941, 22944])).toBe(2);
  });

  test('names the unit on the axis', () => {
    const config = rmseOverTimeChartConfig({
      series: [],
      quantity: 'rmse',
      colours,
      selectedDay: () => null,
    });
    expect(config.options?.scales?.['y']).toMatchObject({ title: { text: 'RMSE (cm)' } });
  });

  test('has half a day around its days, and tells which day is pointed at or chosen', () => {
    const days: (number | null)[] = [];
    const config = rmseOverTimeChartConfig({
      series: [{ label: 'Mine', role: 'submission', daily }],
      quantity: 'score',
      colours,
      selectedDay: () => null,
      onSelectDay: (day) => days.push(day),
      onPointDay: (day) => days.push(day),
    });
    expect(config.options?.scales?.['x']).toMatchObject({ min: 22939.5, max: 22942.5 });
    const call = (handler: unknown, elements: object[]) =>
      (handler as (event: object, elements: object[]) => void)({}, elements);
    call(config.options?.onHover, [{ index: 2 }]);
    call(config.options?.onHover, []);
    call(config.options?.onClick, [{ index: 1 }]);
    expect(days).toEqual([2, null, 1]);
  });

  test('says the same in one sentence, with best and worst the right way round', () => {
    expect(rmseOverTimeSentence(daily, 'score')).toBe(
      'Daily RMSE score over 3 days: best 0.950 on 23 Oct, worst 0.850 on 24 Oct.',
    );
    expect(rmseOverTimeSentence(daily, 'rmse')).toBe(
      'Daily RMSE over 3 days: best 4.00 cm on 23 Oct, worst 6.00 cm on 24 Oct.',
    );
    expect(rmseOverTimeSentence({ timeDays: [], rmseScore: [], rmseM: [] }, 'score')).toBe(
      'There is no day to show.',
    );
  });
});

test('a time belongs to the nearest day, and to none more than half a day away', () => {
  expect(nearestDay([10, 11, 14], 11.2)).toBe(1);
  expect(nearestDay([10, 11, 14], 14)).toBe(2);
  expect(nearestDay([10, 11, 14], 12.6)).toBeNull();
  expect(nearestDay([], 12)).toBeNull();
});
