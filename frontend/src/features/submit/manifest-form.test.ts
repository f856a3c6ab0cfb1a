import { networkManifestSchema } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  GUIDED_ARCHITECTURES,
  MANIFEST_DEFAULTS,
  manifestFaultsOf,
  manifestText,
  NORMALISATIONS,
  numberFieldsOf,
  type ManifestValues,
} from './manifest-form';

const given: ManifestValues = { ...MANIFEST_DEFAULTS, normalisation: 'given', mean: '0.337', std: '0.3946' };

describe('the guided manifest', () => {
  test.each(
    GUIDED_ARCHITECTURES.flatMap(({ id: architecture }) =>
      NORMALISATIONS.map(({ id: normalisation }) => ({ architecture, normalisation })),
    ),
  )('is one that a network can be run by: $architecture, normalised by $normalisation', (chosen) => {
    const values = { ...given, ...chosen };
    expect(manifestFaultsOf(values)).toEqual({});
    const manifest = networkManifestSchema.parse(parse(manifestText(values)));
    expect(manifest).toMatchObject({
      architecture: chosen.architecture,
      patch: { time: 15, lat: 240, lon: 240 },
      reconstruction_weight: { crop: { lat: 20, lon: 20 } },
      spacing_deg: 0.05,
    });
    expect(manifest.normalisation).toEqual(
      chosen.normalisation === 'given' ? { mean: 0.337, std: 0.3946 } : { from: chosen.normalisation },
    );
  });

  test('has no down-sampling where its field is empty', () => {
    const values = { ...given, prior_downsamp: ' ' };
    expect(manifestFaultsOf(values)).toEqual({});
    expect(parse(manifestText(values))).toMatchObject({ prior_downsamp: null });
  });

  test('asks for what the architecture needs, and for nothing else', () => {
    expect(numberFieldsOf(given)).toContain('lr_grad');
    expect(numberFieldsOf({ ...given, architecture: 'core' })).toContain('n_grad');
    expect(numberFieldsOf({ ...given, architecture: 'core' })).not.toContain('lr_grad');
    expect(numberFieldsOf({ ...given, normalisation: 'observations' })).not.toContain('mean');
  });

  test('names what is off at its field', () => {
    expect(manifestFaultsOf({ ...given, mean: '', n_step: 'ten' })).toEqual({
      n_step: 'Give a number.',
      mean: 'Give a number.',
    });
    expect(
      Object.keys(manifestFaultsOf({ ...given, patchLat: '0', batch_size: '1.5', std: '-1' })).sort(),
    ).toEqual(['batch_size', 'patchLat', 'std']);
  });
});
