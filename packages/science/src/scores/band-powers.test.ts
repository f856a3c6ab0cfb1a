import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alongTrackStatistics } from '../along-track-scores/along-track-statistics.js';
import { alongTrackBandPowers, bandStarts, griddedBandPowers } from './band-powers.js';
import { finishStatistic, statisticsOfMap } from '../statistics/map-statistics.js';

const total = (powers: readonly (readonly number[])[]) =>
  powers.flat().reduce((sum, value) => sum + value, 0);

function sample() {
  const axis = (count: number, first: number, step: number) =>
    Float64Array.from({ length: count }, (_, index) => first + step * index);
  const grid = { timeDays: axis(20, 22_940, 1), latDeg: axis(3, 40, 0.25), lonDeg: axis(40, -65, 0.25) };
  // A sine of every harmonic, so that no band is empty; the reconstruction has less of the short ones.
  const reference = new Float64Array(20 * 3 * 40);
  const reconstruction = new Float64Array(reference.length);
  for (let index = 0; index < reference.length; index++) {
    const [t, y, x] = [Math.floor(index / 120), Math.floor(index / 40) % 3, index % 40];
    for (let k = 1; k < 20; k++) {
      const wave =
        Math.sin((2 * Math.PI * k * x) / 40 + k * k + y + ((2 * Math.PI * t) / 20) * (1 + (k % 9))) / k;
      reference[index] = (reference[index] ?? 0) + wave;
      reconstruction[index] = (reconstruction[index] ?? 0) + wave * (1 - k / 25);
    }
  }
  return statisticsOfMap(['spectrum'], { protocol: 'osse-2020a', grid, reconstruction, reference });
}

describe('bands of a PSD score', () => {
  it('take every harmonic once, from long to short', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(2 ** 0.25, 2 ** 0.5), (count, ratio) => {
        const starts = bandStarts(count, ratio);
        expect(starts[0]).toBe(1);
        expect(starts.at(-1)).toBe(count + 1);
        for (let index = 1; index < starts.length; index++)
          expect(starts[index]).toBeGreaterThan(starts[index - 1] ?? 0);
      }),
    );
  });

  it('are single harmonics at the long end and about a quarter of an octave at the short end', () => {
    const starts = bandStarts(860, 2 ** 0.25);
    expect(starts.slice(0, 4)).toEqual([1, 2, 3, 4]);
    expect(starts.length).toBeLessThan(45);
    const [before, last] = starts.slice(-3);
    expect(((last ?? 0) - 0.5) / ((before ?? 0) - 0.5)).toBeCloseTo(2 ** 0.25, 1);
  });

  it('have edges half a harmonic apart from the harmonics of the grid', () => {
    const bands = griddedBandPowers(sample());
    expect(bands?.wavelengthEdges[0]).toBeCloseTo(20, 9); // 10° row: half of the first harmonic
    expect(bands?.wavelengthEdges[1]).toBeCloseTo(10 / 1.5, 9);
    expect(bands?.periodEdgesDays?.[0]).toBeCloseTo(40, 9);
    expect(bands?.error).toHaveLength((bands?.periodEdgesDays?.length ?? 0) - 1);
    expect(bands?.error[0]).toHaveLength((bands?.wavelengthEdges.length ?? 0) - 1);
  });

  it('add up to the power of the whole spectrum', () => {
    const statistics = sample();
    const bands = griddedBandPowers(statistics);
    const { spectrum } = statistics;
    const whole = spectrum.errorPsdSum.reduce((sum, value) => sum + value, 0) / spectrum.errorRowCount;
    expect(total(bands?.error ?? [])).toBeCloseTo(whole, 9);
  });

  it('give the PSD score of a band that is a single harmonic and period', () => {
    const statistics = sample();
    const bands = griddedBandPowers(statistics);
    const score = finishStatistic('spectrum', statistics)?.score[0];
    expect(1 - (bands?.error[0]?.[0] ?? 0) / (bands?.reference[0]?.[0] ?? 0)).toBeCloseTo(
      score ?? Number.NaN,
      12,
    );
  });

  it('along a track leave out the mean and add up to the rest', () => {
    const count = 700;
    const timeDays = Float64Array.from({ length: count }, (_, index) => 22_940 + (index * 0.9434) / 86_400);
    const trackM = timeDays.map((_, index) => Math.sin(index / 9) + 0.3 * Math.sin(index / 2) + 1);
    const mapM = timeDays.map((_, index) => Math.sin(index / 9) + 1.1);
    const points = Float64Array.from(timeDays, () => 0);
    const statistics = alongTrackStatistics({ timeDays, latDeg: points, lonDeg: points, trackM, mapM });
    const bands = alongTrackBandPowers(statistics, 'ose-along-track');
    const { segmentCount, errorPsdSum } = statistics.spectra['ose-along-track'];
    expect(segmentCount).toBeGreaterThan(0);
    expect(total(bands?.error ?? [])).toBeCloseTo(
      errorPsdSum.slice(1).reduce((sum, value) => sum + value, 0) / segmentCount,
      9,
    );
    expect(bands?.periodEdgesDays).toBeNull();
    const cut = (values: Float64Array) => values.slice(0, 50);
    const short = alongTrackStatistics({
      timeDays: cut(timeDays),
      latDeg: cut(points),
      lonDeg: cut(points),
      trackM: cut(trackM),
      mapM: cut(mapM),
    });
    expect(alongTrackBandPowers(short, 'ose-along-track')).toBeNull();
  });
});
