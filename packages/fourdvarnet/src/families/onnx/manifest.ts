import { z } from 'zod';
import type { ManifestKind } from '../family.js';
import { anomalies, patching, sstInput } from '../manifest-parts.js';
import type { ManifestKeys } from '../manifest-words.js';

/** What an input of an ONNX network holds, on the days and nodes of a patch. */
export const ONNX_INPUT_KINDS = [
  'observations',
  'mask',
  'oi',
  'sst',
  'day-of-year',
  'latitude',
  'longitude',
] as const;
const schema = z.strictObject({
  architecture: z.literal('onnx'),
  /**
   * The network's inputs by name, each of shape `[batch, time, lat, lon]`; several kinds are concatenated along the
   * second axis in the order given. `day-of-year` (0…1), `latitude` and `longitude` (degrees / 90 and / 180) are not normalised.
   */
  inputs: z.record(z.string().min(1).max(200), z.array(z.enum(ONNX_INPUT_KINDS)).min(1).max(8)),
  /** `[batch, time, lat, lon]`: normalised SSH, or its normalised difference from OI. */
  output: z.strictObject({ name: z.string().min(1).max(200), quantity: z.enum(['ssh', 'anomaly-from-oi']) }),
  /** What stands where nothing was observed. */
  missing_value: z.enum(['zero', 'nan']).default('zero'),
  sst_normalisation: sstInput.sst_normalisation.optional(),
  ...anomalies,
  ...patching,
});

const keys = {
  inputs: {
    meaning: "the network's inputs by name, and what they hold",
    values: '{name: [observations, mask, oi, sst, day-of-year, latitude, longitude]}',
  },
  output: {
    meaning: "the network's output",
    values: '{name: …, quantity: ssh | anomaly-from-oi}',
  },
  missing_value: { meaning: 'what stands where nothing was observed', values: 'zero or nan' },
} as const satisfies ManifestKeys;

/** No family of weights: an ONNX file brings its graph, and its manifest says what goes in and what comes out. */
export const ONNX = {
  schema,
  keys,
  form: { name: 'ONNX: any network, its inputs declared', numbers: [] },
  describe: () => 'an ONNX network',
  extraInputs({ inputs, output }) {
    const kinds = new Set(Object.values(inputs).flat());
    const needsOi = kinds.has('oi') || output.quantity === 'anomaly-from-oi';
    return [...(needsOi ? (['oi'] as const) : []), ...(kinds.has('sst') ? (['sst'] as const) : [])];
  },
} as const satisfies ManifestKind<typeof schema>;
