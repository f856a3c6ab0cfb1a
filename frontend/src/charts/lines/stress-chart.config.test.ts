import { describe, expect, test } from 'vitest';
import type { ChartColours } from '../chart-colours';
import { stressChartConfig, stressSentence } from './stress-chart.config';

const colours: ChartColours = {
  ink: 'ink',
  inkFaint: 'faint',
  line: 'line',
  surface: 'surface',
  land: 'land',
  submission: 'own',
  reference: 'other',
};
const bars = [
  { label: 'without Jason-1', mu: 0.88, normalMu: 0.9 },
  { label: 'with SWOT', mu: 0.95, normalMu: 0.9 },
];

describe('the chart of stress runs', () => {
  test('draws the change of µ, losses in another colour than gains', () => {
    const { data } = stressChartConfig(bars, colours);
    expect(data.labels).toEqual(['without Jason-1', 'with SWOT']);
    expect(data.datasets[0]?.data.map((value) => Number(value.toFixed(6)))).toEqual([-0.02, 0.05]);
    expect(data.datasets[0]?.backgroundColor).toEqual(['other', 'own']);
  });

  test('says the same in a sentence', () => {
    expect(stressSentence(bars)).toBe(
      'Change of µ against the normal run, 2 runs: lowest without Jason-1 (µ −0.020), highest with SWOT (µ +0.050).',
    );
    expect(stressSentence(bars.slice(0, 1))).toContain('without Jason-1 (µ −0.020).');
    expect(stressSentence([])).toBe('No run has a score yet.');
  });
});
