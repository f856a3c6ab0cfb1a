import { MANIFEST_ARCHITECTURES, networkManifestSchema } from '@sillage/fourdvarnet/families';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { GUIDED_ARCHITECTURES, hasChoice, MANIFEST_CHOICES } from './manifest-choices';
import {
  MANIFEST_DEFAULTS,
  manifestFaultsOf,
  manifestText,
  NORMALISATIONS,
  numberFieldsOf,
  valuesFromFile,
  valuesOfArchitecture,
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

  test.each(GUIDED_ARCHITECTURES.map(({ id }) => id))(
    'has every key that a manifest of %s can have',
    (architecture) => {
      const option = networkManifestSchema.options.find(
        ({ shape }) => shape.architecture.value === architecture,
      )!;
      const chosen = valuesOfArchitecture(given, architecture);
      const values = {
        ...chosen,
        contract: given.contract,
        fieldNormalisation: 'sst' as const,
        median_width: '3',
        choices: Object.fromEntries(MANIFEST_CHOICES.map(({ key, options }) => [key, options.at(-1)!.id])),
        sstMean: '0.1',
        sstStd: '0.2',
      };
      const written = Object.keys(parse(manifestText(values)) as object);
      // The checkpoint itself always tells the first two, and ε; a stochastic prior is not run.
      const left = ['aug_state', 'prior', 'eps_obs', 'eps_prior', 'stochastic'];
      expect(
        Object.keys(option.shape).filter((key) => !written.includes(key) && !left.includes(key)),
      ).toEqual([]);
      expect(manifestFaultsOf(values)).toEqual({});
      expect(networkManifestSchema.safeParse(parse(manifestText(values))).error?.issues).toBeUndefined();
    },
  );

  test.each(MANIFEST_CHOICES)('offers for $key what the schema takes, and its default first', (choice) => {
    const { key, options } = choice;
    const offered = MANIFEST_ARCHITECTURES.filter((architecture) => hasChoice(architecture, choice));
    expect(offered).not.toEqual([]);
    for (const architecture of offered) {
      const base = parse(
        manifestText({
          ...valuesOfArchitecture(given, architecture),
          contract: given.contract,
          sstMean: '0',
          sstStd: '1',
        }),
      ) as Record<string, unknown>;
      const [block, inner] = key.split('.') as [string, string | undefined];
      const withValue = (value: unknown) =>
        inner === undefined
          ? { ...base, [block]: value }
          : { ...base, [block]: { ...(base[block] as object), [inner]: value } };
      const valueOf = (manifest: unknown) => {
        const top = (networkManifestSchema.parse(manifest) as Record<string, unknown>)[block];
        return inner === undefined ? top : (top as Record<string, unknown>)[inner];
      };
      const without = valueOf(withValue(undefined));
      for (const { id } of options.filter((option) => option.id !== ''))
        if (!(block === 'second_field' && id !== 'sst'))
          expect(String(valueOf(withValue(parse(id))))).toBe(id);
      const first = options[0]!.id;
      if (first !== '') expect(String(without)).toBe(first);
    }
  });

  test('of a network with OI as second field asks for its scaling in metres, and says where OI comes from', () => {
    const values: ManifestValues = {
      ...valuesOfArchitecture(given, 'starter-multimodal'),
      choices: { ...given.choices, second_field: 'oi', background: 'oi' },
    };
    expect(manifestFaultsOf(values)).toEqual({ sstMean: 'Give a number.', sstStd: 'Give a number.' });
    const complete = { ...values, sstMean: '0.2', sstStd: '0.39', fgat_passes: '1' };
    expect(manifestFaultsOf(complete)).toEqual({});
    expect(parse(manifestText(complete))).toMatchObject({
      architecture: 'starter-multimodal',
      second_field: 'oi',
      background: 'oi',
      sst_normalisation: { mean: 0.2, std: 0.39 },
      fgat_passes: 1,
    });
    expect(parse(manifestText(valuesOfArchitecture(given, 'starter-multimodal')))).toMatchObject({
      second_field: 'sst',
      sst_normalisation: { from: 'sst' },
    });
    expect(Object.keys(manifestFaultsOf({ ...complete, fgat_passes: '9' }))).toEqual(['fgat_passes']);
  });

  test('follows the base configuration of another architecture, but for what was changed by hand', () => {
    const core = valuesOfArchitecture({ ...given, strideLon: '100' }, 'core');
    expect(networkManifestSchema.parse(parse(manifestText(core)))).toMatchObject({
      n_fourdvar_iter: 3,
      patch: { time: 7, lat: 240 },
      strides: { lat: 20, lon: 100 },
      reconstruction_weight: { time: 'uniform', crop: { time: 3 } },
    });
    expect(parse(manifestText(core))).not.toHaveProperty('sst_normalisation');
    expect(valuesOfArchitecture(valuesOfArchitecture(given, 'core'), 'starter')).toEqual(given);
    expect(manifestFaultsOf({ ...core, median_width: '2' })).toEqual({
      median_width: expect.stringContaining('odd number'),
    });
  });

  test('finds a crop that leaves nothing of a patch, by the rule of the check', () => {
    expect(manifestFaultsOf({ ...given, cropLat: '120' })).toEqual({
      cropLat: 'A crop of 120 along lat leaves nothing of a patch of 240: it must be less than half of it.',
    });
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
