import { describe, expect, it } from 'vitest';
import { leakVerdict, type LeakQuestion } from './leak-verdict.js';
import type { ShiftComparison } from './shift-comparison.js';

const near = (over: Partial<ShiftComparison>): ShiftComparison => ({
  pointCount: 3000,
  bias: 0,
  rmse: 0.05,
  correlation: 0.98,
  largestCorrelation: 0.98,
  slope: 1,
  truthStd: 0.3,
  bestShiftDays: 0,
  shiftEvidence: 0,
  ...over,
});
const SAME = near({ rmse: 2e-5, correlation: 1, largestCorrelation: 1 });

const question = (over: Partial<LeakQuestion>): LeakQuestion => ({
  role: 'reconstruction',
  variable: 'ssh',
  isDeclared: true,
  isInMetres: true,
  sealedDayCount: 42,
  completeness: 1,
  comparison: near({}),
  declaredRmse: 0.05,
  ...over,
});

describe('leakVerdict', () => {
  it.each<{ name: string; over: Partial<LeakQuestion>; verdict: string; reason: string | null }>([
    { name: 'a map by some method', over: {}, verdict: 'map', reason: null },
    // µ = 0.96: error / signal 4 %, so r = 1 − 0.04² / 2.
    {
      name: 'the best map there is',
      over: { comparison: near({ rmse: 0.012, largestCorrelation: 0.9992 }) },
      verdict: 'map',
      reason: null,
    },
    { name: 'the truth under another name', over: { comparison: SAME }, verdict: 'leak', reason: 'copy' },
    {
      name: 'the truth in other units',
      over: { isInMetres: false, comparison: near({ rmse: 30, largestCorrelation: 1 }) },
      verdict: 'leak',
      reason: 'copy',
    },
    {
      name: 'numbers that are near to the truth in another unit than metres',
      over: { role: 'sst', isInMetres: false, comparison: near({ rmse: 1e-4, largestCorrelation: 0.2 }) },
      verdict: 'input',
      reason: null,
    },
    {
      name: 'the truth with its sign turned, half a day off',
      over: { comparison: near({ correlation: -0.99, largestCorrelation: 0.99995 }) },
      verdict: 'leak',
      reason: 'copy',
    },
    {
      name: 'a second variable near to the truth',
      over: { role: 'sst', isDeclared: false, comparison: near({ largestCorrelation: 0.995 }) },
      verdict: 'input',
      reason: 'near-copy',
    },
    {
      name: 'the truth of other days',
      over: { sealedDayCount: 0, comparison: null },
      verdict: 'outside',
      reason: null,
    },
    {
      name: 'error-free observations where satellites measured',
      over: { role: 'gridded-observations', completeness: 0.12, comparison: SAME, declaredRmse: 2e-5 },
      verdict: 'input',
      reason: null,
    },
    {
      name: 'error-free observations everywhere',
      over: { role: 'gridded-observations', completeness: 0.97, comparison: SAME, declaredRmse: 2e-5 },
      verdict: 'leak',
      reason: 'complete-observations',
    },
    {
      name: 'error-free heights beside noisy ones',
      over: {
        role: 'observations',
        completeness: 0,
        isDeclared: false,
        comparison: near({ rmse: 0.001 }),
        declaredRmse: 0.03,
      },
      verdict: 'leak',
      reason: 'error-free',
    },
    {
      name: 'the same heights twice in a scenario without errors',
      over: {
        role: 'observations',
        completeness: 0,
        isDeclared: false,
        comparison: SAME,
        declaredRmse: 2e-5,
      },
      verdict: 'input',
      reason: null,
    },
    {
      name: 'ssh_model where there is no truth on a grid',
      over: {
        role: 'observations',
        variable: 'ssh_model',
        isDeclared: false,
        comparison: null,
        declaredRmse: null,
      },
      verdict: 'leak',
      reason: 'error-free-by-name',
    },
    {
      name: 'observations where there is no truth on a grid',
      over: { role: 'observations', variable: 'ssh_obs', comparison: null, declaredRmse: null },
      verdict: 'input',
      reason: null,
    },
  ])('takes $name for $verdict', ({ over, verdict, reason }) => {
    expect(leakVerdict(question(over))).toEqual({ verdict, reason });
  });
});
