import { describe, expect, test } from 'vitest';
import { alongTrackPsdConfig, alongTrackScoreConfig, alongTrackSentence } from './along-track-chart.config';

const colours = {
  ink: '#111',
  inkFaint: '#222',
  line: '#333',
  surface: '#444',
  land: '#777',
  submission: '#555',
  reference: '#666',
};
const spectrum = {
  wavelengthKm: [1000, 200, 50],
  track: [1, 0.1, 0.001],
  error: [0.01, 0.05, 0],
  score: [0.99, 0.5, null],
};
const diagnostics = {
  pointCount: 100,
  dayCount: 10,
  segmentCount: 7,
  segmentLengthKm: 1000,
  spectrum,
  variants: [],
};

describe('the along-track figure', () => {
  test('draws track and error, and leaves out what a logarithm cannot show', () => {
    const { data } = alongTrackPsdConfig({ spectrum, lambdaXKm: 200, colours });
    expect(data.datasets.map((set) => set.label)).toEqual(['withheld track', 'error']);
    expect(data.datasets[0]!.data).toHaveLength(3);
    expect(data.datasets[1]!.data).toEqual([
      { x: 1000, y: 0.01 },
      { x: 200, y: 0.05 },
    ]);
  });

  test('has a gap where the score is undefined, and long waves at the left', () => {
    const { data, options } = alongTrackScoreConfig({ spectrum, lambdaXKm: 200, colours });
    expect(data.datasets[0]!.data.map(({ x }) => x)).toEqual([1000, 200]);
    expect(options?.scales?.['x']).toMatchObject({ reverse: true, min: 50, max: 1000 });
    expect(options?.scales?.['y']).toMatchObject({ min: 0, max: 1 });
  });

  test('marks λx only where there is one inside the figure', () => {
    const marks = (lambdaXKm: number | null) =>
      alongTrackPsdConfig({ spectrum, lambdaXKm, colours }).plugins?.map((plugin) => plugin.id);
    expect(marks(200)).toEqual(['effective-resolution']);
    expect(marks(null)).toEqual([]);
    expect(marks(20)).toEqual([]);
  });

  test('says the same in words', () => {
    expect(alongTrackSentence(152.4, diagnostics)).toContain('Over 7 segments of 1000 km');
    expect(alongTrackSentence(152.4, diagnostics)).toContain('152 km (λx)');
    expect(alongTrackSentence(null, diagnostics)).toContain('no effective resolution');
  });
});
