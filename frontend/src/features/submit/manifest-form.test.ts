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
  valuesFromFile,
  type ManifestValues,
} from './manifest-form';

const given: ManifestValues = {
  ...MANIFEST_DEFAULTS,
  normalisation: 'given',
  mean: '0.337',
  std: '0.3946',
  contract: {
    ...MANIFEST_DEFAULTS.contract,
    inputs: [
      { name: 'x', kinds: ['observations', 'mask'] },
      { name: 'warm', kinds: ['sst'] },
    ],
    outputName: 'y',
  },
};

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

  test('of an ONNX network says what it reads and gives', () => {
    const values: ManifestValues = { ...given, architecture: 'onnx' };
    expect(numberFieldsOf(values)).not.toContain('n_step');
    expect(networkManifestSchema.parse(parse(manifestText(values)))).toMatchObject({
      inputs: { x: ['observations', 'mask'], warm: ['sst'] },
      output: { name: 'y', quantity: 'ssh' },
      missing_value: 'zero',
      sst_normalisation: { from: 'sst' },
    });
    const withSst: ManifestValues = {
      ...values,
      contract: { ...values.contract, sstNormalisation: 'given' },
    };
    expect(manifestFaultsOf(withSst)).toEqual({ sstMean: 'Give a number.', sstStd: 'Give a number.' });
    const complete = { ...withSst, sstMean: '18.5', sstStd: '4' };
    expect(manifestFaultsOf(complete)).toEqual({});
    expect(parse(manifestText(complete))).toMatchObject({ sst_normalisation: { mean: 18.5, std: 4 } });
  });

  test('takes patch, batch and names from an ONNX file, and strides and edges in the proportions of the base', () => {
    const file = {
      inputs: [{ name: 'obs', dims: [2, 15, 240, 120] }],
      outputs: [{ name: 'ssh', dims: [2, 15, 240, 120] }],
    };
    const values = { ...valuesFromFile(given, file), normalisation: 'observations' as const };
    expect(manifestFaultsOf(values, file)).toEqual({});
    expect(networkManifestSchema.parse(parse(manifestText(values)))).toMatchObject({
      architecture: 'onnx',
      inputs: { obs: ['observations'] },
      output: { name: 'ssh' },
      patch: { time: 15, lat: 240, lon: 120 },
      strides: { lat: 200, lon: 100 },
      reconstruction_weight: { crop: { lat: 20, lon: 10 } },
      batch_size: 2,
    });
    expect(Object.keys(manifestFaultsOf({ ...values, architecture: 'core' }, file))).toEqual([
      'architecture',
    ]);
    expect(Object.keys(manifestFaultsOf({ ...values, batch_size: '3' }, file))).toEqual([
      'contract.inputs.0.name',
    ]);
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
