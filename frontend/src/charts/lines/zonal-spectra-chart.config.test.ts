import { describe, expect, test } from 'vitest';
import type { ChartColours } from '../chart-colours';
import { zonalSpectraChartConfig, zonalSpectraSentence } from './zonal-spectra-chart.config';

const spectra = {
  version: 1 as const,
  segmentDeg: 10,
  segmentCount: 8400,
  wavelengthDeg: [10, 5, 10 / 3, 2.5],
  reference: [1, 0.1, 0.01, 1e-3],
  reconstruction: [1, 0.09, 0.006, 1e-4],
  error: [0.01, 0.01, 0.006, 1e-3],
};
const colours = { ink: '#000', submission: '#08f', reference: '#f80' } as ChartColours;

describe('zonal spectra', () => {
  test('are drawn from long waves to short ones, and round-off is left out', () => {
    const config = zonalSpectraChartConfig({
      wavelengthDeg: spectra.wavelengthDeg,
      lines: [
        { label: 'truth', values: spectra.reference, role: 'truth' },
        { label: 'map', values: [1, 0.1, 0, 1e-12], role: 'submission' },
      ],
      colours,
    });
    expect(config.options?.scales?.['x']).toMatchObject({ reverse: true, min: 2.5, max: 10 });
    expect(config.data.datasets[0]?.data).toHaveLength(4);
    expect(config.data.datasets[1]?.data).toEqual([
      { x: 10, y: 1 },
      { x: 5, y: 0.1 },
    ]);
    expect(config.data.datasets.map(({ borderColor }) => borderColor)).toEqual(['#000', '#08f']);
  });

  test('say in words where the map is too smooth and where its error takes over', () => {
    expect(zonalSpectraSentence(spectra)).toBe(
      'The map first holds less than half of the truth’s power at a wavelength of 2.50°. Its error first exceeds half of the truth’s power at 3.33°.',
    );
    const perfect = { ...spectra, reconstruction: spectra.reference, error: [0, 0, 0, 0] };
    expect(zonalSpectraSentence(perfect)).toBe(
      'The map holds at least half of the truth’s power at every wavelength. Its error stays below half of the truth’s power.',
    );
  });
});
