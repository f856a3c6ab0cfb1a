import { describe, expect, test } from 'vitest';
import type { ChartColours } from '../chart-colours';
import {
  observationCoverageChartConfig,
  observationCoverageSentence,
  shareText,
} from './observation-coverage-chart.config';

const colours = { reference: '#f80', inkFaint: '#666' } as ChartColours;
const coverage = { timeDays: [22940, 22941, 22942], share: [0.012, 0.16, 0.004] };

describe('the coverage strip', () => {
  test('shows per cent of the area by day, on the days of the chart above', () => {
    const config = observationCoverageChartConfig({
      coverage,
      bounds: { min: 22939.5, max: 22950.5 },
      colours,
      selectedTimeDays: () => 22941,
      onSelectTime: () => undefined,
    });
    expect(config.data.datasets[0]?.data[1]).toEqual({ x: 22941, y: 16 });
    expect(config.options?.scales?.['x']).toMatchObject({ min: 22939.5, max: 22950.5 });
    const colour = config.data.datasets[0]?.backgroundColor as (context: { dataIndex: number }) => string;
    expect([0, 1, 2].map((dataIndex) => colour({ dataIndex }))).toEqual(['#666', '#f80', '#666']);
  });

  test('opens the day that is clicked', () => {
    const opened: number[] = [];
    const config = observationCoverageChartConfig({
      coverage,
      bounds: {},
      colours,
      selectedTimeDays: () => null,
      onSelectTime: (timeDays) => opened.push(timeDays),
    });
    const click = config.options?.onClick as unknown as (event: object, elements: object[]) => void;
    click({}, [{ index: 2 }]);
    click({}, []);
    expect(opened).toEqual([22942]);
  });

  test('says the same in one sentence', () => {
    expect(observationCoverageSentence(coverage)).toBe(
      'Observed on a day: 5.9 % of the scored nodes on average, least 0.40 % on 24 Oct, most 16 % on 23 Oct.',
    );
    expect(observationCoverageSentence({ timeDays: [], share: [] })).toContain('not known');
    expect(shareText(0)).toBe('0.00 %');
  });
});
