import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { scoreReconstruction, type ScoreOptions } from './score-reconstruction.js';
import { rejectionOf } from '../testing/rejection-of.js';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../../../..');
const golden = join(process.env['SILLAGE_SHARED'] ?? join(repository, '../shared'), 'golden/scores');

type GoldenCase = {
  ref_file: string;
  rec_file: string;
  rec_var: string;
  filled_points: number;
  nan_rec: number;
  raw: { mu: number; sigma: number; lambda_x: number; lambda_t: number };
  rmse_t: number[];
  psd_score: number[][];
  first_contour: [number, number][];
};

function read(name: string): { golden: GoldenCase; options: ScoreOptions } {
  const text = JSON.parse(readFileSync(join(golden, `${name}.json`), 'utf8')) as GoldenCase;
  return {
    golden: text,
    options: {
      referencePath: join(golden, text.ref_file),
      referenceVariable: 'sossheig',
      reconstructionPath: join(golden, text.rec_file),
      reconstructionVariable: text.rec_var,
      protocol: 'osse-2020a',
      threads: 1,
    },
  };
}

/** Where only round-off differs; λ goes through one more division. */
const CLOSE = 1e-6;
/** The historical fill stops at 1e-4 m, so two implementations agree to about that. */
const CLOSE_AFTER_FILL = 2e-4;

describe.skipIf(!existsSync(golden))(
  `scores from files agree with the challenge's own code (${golden})`,
  () => {
    test.each([
      { name: 'clean_even', extra: {}, tolerance: CLOSE },
      { name: 'clean_odd', extra: {}, tolerance: CLOSE },
      { name: 'land', extra: {}, tolerance: CLOSE },
      { name: 'many_contours', extra: {}, tolerance: CLOSE },
      { name: 'regrid', extra: {}, tolerance: CLOSE },
      { name: 'gaps_in_rec', extra: { holes: 'as-2020a' }, tolerance: CLOSE },
      { name: 'regrid_fill', extra: { fill: 'gauss-seidel' }, tolerance: CLOSE_AFTER_FILL },
    ] as const)('$name', async ({ name, extra, tolerance }) => {
      const { golden: expected, options } = read(name);
      const { scores, diagnostics, filledPointCount } = await scoreReconstruction({ ...options, ...extra });
      expect(Math.abs(scores.mu - expected.raw.mu)).toBeLessThan(tolerance);
      expect(Math.abs(scores.sigma - expected.raw.sigma)).toBeLessThan(tolerance);
      expect(scores.lambdaXDeg! / expected.raw.lambda_x).toBeCloseTo(1, tolerance === CLOSE ? 6 : 3);
      expect(scores.lambdaTDays! / expected.raw.lambda_t).toBeCloseTo(1, tolerance === CLOSE ? 6 : 3);
      expect(diagnostics.daily.rmseScore).toHaveLength(expected.rmse_t.length);
      diagnostics.daily.rmseScore.forEach((score, day) => {
        expect(Math.abs(score - expected.rmse_t[day]!)).toBeLessThan(tolerance);
      });
      expect(diagnostics.psdScore?.contour).toHaveLength(expected.first_contour.length);
      expect(filledPointCount).toBe(expected.filled_points);
      const scoresOfPsd = diagnostics.psdScore!.score;
      expected.psd_score.forEach((row, period) =>
        row.forEach((value, wavelength) => {
          const allowed =
            tolerance === CLOSE ? 1e-3 * Math.abs(1 - value) : 0.02 * Math.abs(1 - value) + 1e-3;
          expect(Math.abs(scoresOfPsd[period]![wavelength]! - value)).toBeLessThan(Math.max(allowed, 1e-9));
        }),
      );
    });

    test('holes where the reference has values are rejected with their count and the first place', async () => {
      const { golden: expected, options } = read('gaps_in_rec');
      const reason = await rejectionOf(scoreReconstruction(options));
      expect(reason.code).toBe('holes-in-reconstruction');
      expect(reason.found).toContain(`no value at ${expected.nan_rec} of `);
      expect(reason.found).toMatch(/the first is on \d{4}-\d\d-\d\d at latitude [\d.]+, longitude −[\d.]+/);
    });

    test('a map that stops short of the reference is rejected as not covering the area, never filled', async () => {
      const reason = await rejectionOf(scoreReconstruction(read('regrid_fill').options));
      expect(reason.code).toBe('area-not-covered');
      // Of 40 × 40 points a day 31 × 31 are inside; the original loses one more row and column to round-off at the border.
      expect(reason.found).toBe(
        'longitudes −64.4…−61.4 and latitudes 33.6…36.6 (12780 of 32000 scored points have no value)',
      );
      expect(reason.expected).toMatch(/^longitudes −64\.9…−61 and latitudes 33\.1…37/);
    });
  },
);
