import { z } from 'zod';
import { mismatch } from '../../manifest/manifest-error.js';
import type { Family } from '../family.js';
import type { ManifestChoice } from '../form-fields.js';
import { anomalies, patching, sstInput } from '../manifest-parts.js';
import { sentence, type ManifestKeys } from '../manifest-words.js';
import {
  isStarter,
  readStarter,
  STARTER_NUMBERS,
  STARTER_PARTS,
  starterKeys,
  type StarterShapes,
} from '../starter/family.js';

const schema = z.strictObject({
  architecture: z.literal('starter-multimodal'),
  /**
   * What its second observation cost compares the state with; `sst_normalisation` is that of this field. `oi`: computed from the
   * observations. `oi-map`: the dataset's maps by OI, on whose days the windows then lie; a basin would be computed for minutes.
   */
  second_field: z.enum(['sst', 'oi', 'oi-map']).default('sst'),
  ...starterKeys,
  ...sstInput,
  ...anomalies,
  ...patching,
});
export type StarterMultimodalManifest = z.infer<typeof schema>;
export type StarterMultimodalNetwork = StarterShapes & { architecture: 'starter-multimodal' };

const keys = {
  second_field: {
    meaning: 'what the second observation cost compares the state with',
    values: 'sst, oi (computed from the observations) or oi-map (the maps by OI of the dataset)',
  },
} as const satisfies ManifestKeys;

const secondField: ManifestChoice = {
  key: 'second_field',
  label: 'Second field (second_field)',
  hint: `${sentence(keys.second_field)} OI needs no file of yours: it is computed here from the observations, on the network's nodes, seconds on an area of 10°. On a basin that takes minutes: there, take the dataset's maps.`,
  options: [
    { id: 'sst', name: "SST: the dataset's sea surface temperature" },
    { id: 'oi', name: 'OI, computed from the observations' },
    { id: 'oi-map', name: "OI, the dataset's maps" },
  ],
  isMain: true,
};

/** The starter with SST, or OI in its place, in the observation cost. */
export const STARTER_MULTIMODAL = {
  schema,
  keys,
  form: {
    name: 'starter with a second field: SST or OI',
    numbers: STARTER_NUMBERS,
    choices: [secondField],
    sst: 'needed',
  },
  // OI is made for it, where the task need not bring SST.
  describe: (readsSst) => `4DVarNet, ConvLSTM solver with ${readsSst ? 'SST' : 'OI'}`,
  isOf: (shapes) => isStarter(shapes, true),
  recognise: (checkpoint, shapes): StarterMultimodalNetwork => ({
    ...readStarter(checkpoint, shapes),
    architecture: 'starter-multimodal',
  }),
  inputs: () => ['sst'],
  extraInputs({ second_field: field }) {
    if (field === 'oi') return [];
    return [field === 'sst' ? 'sst' : 'oi'];
  },
  fields: ({ second_field: field }) => [field === 'sst' ? 'sst' : 'oi'],
  requireMappable({ second_field: field, sst_normalisation: normalisation }) {
    if (field === 'sst' || !('from' in normalisation)) return;
    throw mismatch(
      'sst_normalisation',
      `sst_normalisation: {from: sst}, but second_field: ${field}`,
      'mean and standard deviation of the heights, in metres: OI is scaled by them',
      'Give {mean: …, std: …} of the training.',
    );
  },
  unitDefaults: { sst_normalisation: { from: 'sst' } },
  ...STARTER_PARTS,
} as const satisfies Family<typeof schema, StarterMultimodalNetwork>;
