import type { Physics } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { parseBoardQuery, queryOn, sortDirection, sortRows } from './board-view';
import { meterPosition, physicsDistance, physicsText, smoothness } from './physics-view';
import { rowOf } from './testing/boards';

const withPhysics = (method: string, physics: Partial<Physics>) =>
  rowOf({
    method,
    physics: {
      varianceRatio: null,
      gradientRatio: null,
      vorticityRatio: null,
      spectralSlope: null,
      truthSpectralSlope: null,
      slopeWavelengthsKm: null,
      ...physics,
    },
  });
const smooth = withPhysics('smooth', { varianceRatio: 0.5, spectralSlope: -6, truthSpectralSlope: -5 });
const rough = withPhysics('rough', { varianceRatio: 1.5, spectralSlope: -4.6, truthSpectralSlope: -5 });
const like = withPhysics('like', { varianceRatio: 0.998, spectralSlope: -5.02, truthSpectralSlope: -5 });
const old = rowOf({ method: 'old' });

describe('the over-smoothing meter', () => {
  test('tells the side of the truth in the decimals that are shown', () => {
    expect([smooth, rough, like, old].map((row) => smoothness(row, 'varianceRatio'))).toEqual([
      'smooth',
      'rough',
      'like-truth',
      null,
    ]);
    expect([smooth, rough, like].map((row) => smoothness(row, 'spectralSlope'))).toEqual([
      'smooth',
      'rough',
      'like-truth',
    ]);
    expect(physicsText(smooth, 'spectralSlope')).toBe('\u22126.0');
  });

  test('has the truth in its middle and half and twice at its ends', () => {
    expect(meterPosition(smooth, 'varianceRatio')).toBe(0);
    expect(meterPosition(withPhysics('', { varianceRatio: 1 }), 'varianceRatio')).toBe(0.5);
    expect(meterPosition(withPhysics('', { varianceRatio: 9 }), 'varianceRatio')).toBe(1);
    expect(meterPosition(withPhysics('', { varianceRatio: 0 }), 'varianceRatio')).toBe(0);
    expect(meterPosition(withPhysics('', { spectralSlope: -5 }), 'spectralSlope')).toBeNull();
  });

  test('sorts by the distance from the truth on either side; who has no value stands last both ways', () => {
    const sorted = (order: 'natural' | 'reverse') =>
      sortRows('osse-2020a', [old, smooth, rough, like], { sort: 'variance', order }).map(
        ({ method }) => method,
      );
    expect(sorted('natural')).toEqual(['like', 'rough', 'smooth', 'old']);
    expect(sorted('reverse')).toEqual(['smooth', 'rough', 'like', 'old']);
    expect(physicsDistance(withPhysics('', { varianceRatio: 2 }), 'varianceRatio')).toBeCloseTo(
      physicsDistance(smooth, 'varianceRatio') ?? Number.NaN,
      12,
    );
  });

  test('is shown when it is sorted by, and gives way to µ along a track', () => {
    const query = parseBoardQuery({ sort: 'slope' });
    expect(queryOn('osse-2020a', query)).toMatchObject({ sort: 'slope', columns: 'all' });
    expect(queryOn('ose-2021a', query)).toMatchObject({ sort: 'mu', columns: 'scores' });
    expect(sortDirection('osse-2020a', query, 'slope')).toBe('other');
  });
});

test('what is cheapest comes first, and what nobody measured last', () => {
  const costing = (method: string, wallSeconds: number) =>
    rowOf({ method, cost: { runtime: 'cpu', device: 'a CPU', wallSeconds, energyJoules: null } });
  const rows = [costing('dear', 90), old, costing('cheap', 3)];
  expect(
    sortRows('osse-2020a', rows, { sort: 'cost', order: 'natural' }).map(({ method }) => method),
  ).toEqual(['cheap', 'dear', 'old']);
});
