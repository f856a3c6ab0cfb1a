import {
  artefactNameSchema,
  fileRoleSchema,
  MAP_LAYER_NAMES,
  REJECTION_CODES,
  type Scores,
} from '@sillage/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  areBoardStatisticsDisclosed,
  disclosedActivity,
  disclosedFailure,
  disclosedPhysics,
  disclosedRejection,
  disclosedScores,
  disclosedWarnings,
  isArtefactDisclosed,
  isDatasetFileDisclosed,
  isHeldBack,
  isMapLayerDisclosed,
  mayProductsHoldTruth,
} from './disclosure.js';
import { decimalsOf, type StoredScores } from './public-test.js';

const plain: Scores = {
  mu: 0.91849,
  sigma: 0.01251,
  lambdaXDeg: 1.2345,
  lambdaXKm: null,
  lambdaTDays: 10.98,
  unresolved: null,
  atGridLimit: [],
  rmseM: 0.0449,
};
const told = { muError: 0.004, sigmaError: 0.02, isHeldBack: false, coarseErrors: null };
const scores: StoredScores = { ...plain, publicTest: told };

describe('disclosedScores', () => {
  it('changes nothing at practice level, and keeps how a public test tells them', () => {
    expect(disclosedScores(scores, 'practice')).toEqual(plain);
    expect(disclosedScores({ ...plain, publicTest: null }, 'practice')).toEqual(plain);
  });

  it('rounds to the standard error in a public test, and λ to two digits', () => {
    expect(disclosedScores(scores, 'public-test')).toEqual({
      ...plain,
      ...{ mu: 0.918, sigma: 0.01, lambdaXDeg: 1.2, lambdaTDays: 11, rmseM: 0.045 },
    });
    const worse = { ...told, muError: 0.021 };
    // The RMSE has the relative error of 1 − µ: 0.021 / 0.0815 of 4.49 cm are 1.2 cm.
    expect(disclosedScores({ ...plain, publicTest: worse }, 'public-test')).toMatchObject({
      mu: 0.92,
      rmseM: 0.04,
    });
  });

  it('shows two decimals where there are too few days for an error', () => {
    const publicTest = { muError: null, sigmaError: null, isHeldBack: false, coarseErrors: null };
    expect(disclosedScores({ ...plain, publicTest }, 'public-test')).toMatchObject({ mu: 0.92, sigma: 0.01 });
  });

  it('rounds a resolution along the track to two digits, and leaves a missing one missing', () => {
    const shown = (lambdaXKm: number | null) =>
      disclosedScores({ ...scores, lambdaXKm, unresolved: null }, 'public-test')?.lambdaXKm;
    expect([139.4567, 0.34567, null].map(shown)).toEqual([140, 0.35, null]);
  });

  it('holds back what is not clearly better, and what nobody has said anything of', () => {
    const heldBack = { ...plain, publicTest: { ...told, isHeldBack: true } };
    const unknown = { ...plain, publicTest: null };
    expect([heldBack, unknown].map((stored) => disclosedScores(stored, 'public-test'))).toEqual([null, null]);
    expect([heldBack, unknown, scores, null].map((stored) => isHeldBack(stored, 'public-test'))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect((['practice', 'blind'] as const).map((level) => isHeldBack(heldBack, level))).toEqual([
      false,
      false,
    ]);
  });

  it('shows nothing while blind', () => {
    expect(disclosedScores(scores, 'blind')).toBeNull();
  });

  it('lets no digit beyond the first of the error out of a public test', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -10, max: 1, noNaN: true }),
        fc.double({ min: 1e-6, max: 5, noNaN: true }),
        (mu, muError) => {
          const publicTest = { ...told, muError };
          const shown = disclosedScores({ ...plain, mu, publicTest }, 'public-test')?.mu ?? Number.NaN;
          const decimals = decimalsOf(muError);
          expect(Number(shown.toFixed(decimals))).toBe(shown);
          expect(Math.abs(shown - mu)).toBeLessThanOrEqual(0.5 * 10 ** -decimals + 1e-12);
          expect(10 ** -decimals).toBeGreaterThan(Math.min(muError, 1) / 10);
        },
      ),
    );
  });
});

describe('disclosedPhysics', () => {
  const physics = {
    varianceRatio: 0.98765,
    gradientRatio: 0.94416,
    vorticityRatio: null,
    spectralSlope: -10.9287,
    truthSpectralSlope: -5.4409,
    slopeWavelengthsKm: [73.0257, 219.0773] as [number, number],
  };

  it('is rounded in a public test and hidden while blind', () => {
    expect(disclosedPhysics(physics, 'practice')).toEqual(physics);
    expect(disclosedPhysics(physics, 'public-test')).toEqual({
      ...physics,
      varianceRatio: 0.99,
      gradientRatio: 0.94,
      spectralSlope: -10.9,
      truthSpectralSlope: -5.4,
    });
    expect(disclosedPhysics(physics, 'blind')).toBeNull();
  });

  it('goes with sums, bands and pairs at practice level only', () => {
    expect((['practice', 'public-test', 'blind'] as const).map(areBoardStatisticsDisclosed)).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('what an evaluator says in its own words', () => {
  const ofScore = { step: 'score' as const, activity: 'row 40, RMSE so far 0.0123' };

  it('is told of steps that never see the truth, and of the others at practice level', () => {
    const ofCheck = { step: 'check' as const, activity: 'reading day 3' };
    expect(disclosedActivity(ofCheck, 'blind')).toBe('reading day 3');
    expect(disclosedActivity(ofScore, 'practice')).toBe(ofScore.activity);
    expect((['public-test', 'blind'] as const).map((level) => disclosedActivity(ofScore, level))).toEqual([
      null,
      null,
    ]);
    expect(disclosedActivity({ step: null, activity: 'x' }, 'blind')).toBeNull();
  });

  it('is kept to the organisers where it is why it failed', () => {
    expect(disclosedFailure('truth[3] is 0.12', 'practice')).toBe('truth[3] is 0.12');
    expect(disclosedFailure('truth[3] is 0.12', 'public-test')).not.toMatch(/0\.12/);
    expect(disclosedFailure(null, 'blind')).toBeNull();
  });
});

describe('disclosedRejection', () => {
  const reasonOf = (code: (typeof REJECTION_CODES)[number]) => ({
    ...{ code, where: 'map.nc: 4.25', expected: 'latitudes 33.25…43.75', fix: 'Reach to 33.25.' },
    found: 'no value at 17 of 4242 scored points; the first is at latitude 33.25',
  });

  describe.each(['public-test', 'blind'] as const)('at %s', (level) => {
    it('tells in one and the same words whatever was found beside the truth', () => {
      const told = REJECTION_CODES.flatMap((code) =>
        (['score', 'products', 'inspect'] as const).map((step) =>
          JSON.stringify(disclosedRejection({ ...reasonOf(code), step }, level)),
        ),
      );
      expect(new Set(told).size).toBe(1);
      expect(told[0]).not.toMatch(/\d/);
    });

    it('tells all that follows from the file and from what is public', () => {
      for (const step of ['map', 'check', 'predict'] as const)
        expect(disclosedRejection({ ...reasonOf('days-missing'), step }, level)).toEqual(
          reasonOf('days-missing'),
        );
      expect(disclosedRejection(null, level)).toBeNull();
    });
  });

  it('tells everything where the truth is public', () => {
    const reason = reasonOf('holes-in-reconstruction');
    expect(disclosedRejection({ ...reason, step: 'score' }, 'practice')).toEqual(reason);
  });
});

describe('disclosedWarnings', () => {
  const ofFile = { code: 'repeated-column', message: 'The last longitude repeats the first.' };
  const ofOi = { code: 'usual-mistake', message: 'The sign is flipped.' };
  /** Of an evaluator before warnings were made from public files alone, or of one to come. */
  const ofTruth = { code: 'sla-suspected', message: 'µ would be 0.83 instead of 0.12.' };

  it.each(['public-test', 'blind'] as const)('withholds at %s what is not known to be public', (level) => {
    expect(disclosedWarnings([ofFile, ofOi, ofTruth], level)).toEqual([ofFile, ofOi]);
  });

  it('keeps every warning where the truth is public', () => {
    expect(disclosedWarnings([ofFile, ofOi, ofTruth], 'practice')).toEqual([ofFile, ofOi, ofTruth]);
  });
});

describe('what leaves the platform', () => {
  it('is the truth at practice level only', () => {
    for (const level of ['public-test', 'blind'] as const) {
      expect(isDatasetFileDisclosed('truth', level)).toBe(false);
      expect(isDatasetFileDisclosed('evaluation-track', level)).toBe(false);
      expect(isMapLayerDisclosed('error', level)).toBe(false);
      expect(mayProductsHoldTruth(level)).toBe(false);
      expect(isArtefactDisclosed('diagnostics.json', level)).toBe(false);
      expect(isArtefactDisclosed('error.i16', level)).toBe(false);
    }
    expect(isDatasetFileDisclosed('truth', 'practice')).toBe(true);
    expect(isDatasetFileDisclosed('evaluation-track', 'practice')).toBe(true);
    expect(isMapLayerDisclosed('error', 'practice')).toBe(true);
    expect(mayProductsHoldTruth('practice')).toBe(true);
  });

  it('is, of a public test, the map itself and nothing that comes of a comparison', () => {
    const shown = artefactNameSchema.options.filter((name) => isArtefactDisclosed(name, 'public-test'));
    expect(shown.toSorted()).toEqual(
      [
        'maps.json',
        'observations.i16',
        'reconstruction-gradient.i16',
        'reconstruction-vorticity.i16',
        'reconstruction.i16',
        'scored.nc',
      ].toSorted(),
    );
    const layers = MAP_LAYER_NAMES.filter((layer) => isMapLayerDisclosed(layer, 'public-test'));
    expect(layers.filter((layer) => /reference|error|rmse/.test(layer))).toEqual([]);
    expect(layers).toContain('reconstruction-vorticity');
  });

  it('is no map at all while blind, and every map in practice', () => {
    for (const layer of MAP_LAYER_NAMES) {
      expect(isMapLayerDisclosed(layer, 'blind')).toBe(false);
      expect(isMapLayerDisclosed(layer, 'practice')).toBe(true);
    }
    expect(isArtefactDisclosed('maps.json', 'blind')).toBe(false);
  });

  it('is always what participants need to make maps', () => {
    const inputs = fileRoleSchema.options.filter((role) => role !== 'truth' && role !== 'evaluation-track');
    expect(inputs).toContain('gridded-observations');
    for (const role of inputs) expect(isDatasetFileDisclosed(role, 'blind')).toBe(true);
  });
});
