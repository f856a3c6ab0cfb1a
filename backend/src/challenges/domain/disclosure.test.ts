import { artefactNameSchema, fileRoleSchema, MAP_LAYER_NAMES, type Scores } from '@sillage/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  areBoardStatisticsDisclosed,
  disclosedPhysics,
  disclosedScores,
  disclosedWarnings,
  isArtefactDisclosed,
  isDatasetFileDisclosed,
  isMapLayerDisclosed,
  mayProductsHoldTruth,
} from './disclosure.js';

const scores: Scores = {
  mu: 0.91849,
  sigma: 0.01251,
  lambdaXDeg: null,
  lambdaXKm: null,
  lambdaTDays: null,
  unresolved: 'identical',
  atGridLimit: [],
  rmseM: 0.0449,
};

describe('disclosedScores', () => {
  it('changes nothing at practice level', () => {
    expect(disclosedScores(scores, 'practice')).toEqual(scores);
  });

  it('rounds in a public test and leaves a missing resolution missing', () => {
    expect(disclosedScores(scores, 'public-test')).toEqual({
      ...scores,
      mu: 0.918,
      sigma: 0.013,
      rmseM: 0.045,
    });
  });

  it('rounds a resolution along the track to whole kilometres, and none of them to 0', () => {
    const shown = (lambdaXKm: number) =>
      disclosedScores({ ...scores, lambdaXKm, unresolved: null }, 'public-test')?.lambdaXKm;
    expect(shown(139.4567)).toBe(139);
    expect(shown(0.3)).toBe(1);
  });

  it('shows nothing while blind', () => {
    expect(disclosedScores(scores, 'blind')).toBeNull();
  });

  it('lets no digit beyond the third out of a public test', () => {
    fc.assert(
      fc.property(fc.double({ min: -10, max: 1, noNaN: true }), (mu) => {
        const shown = disclosedScores({ ...scores, mu }, 'public-test')?.mu ?? Number.NaN;
        expect(Number(shown.toFixed(3))).toBe(shown);
        expect(Math.abs(shown - mu)).toBeLessThanOrEqual(0.0005 + 1e-12);
      }),
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
