export * from './families.js';
export type { ExtraInput, Family, FamilyForm, ManifestKind } from './family.js';
export { SHARED_CHOICES, type ManifestChoice, type NumberSetting } from './form-fields.js';
export {
  cropFaults,
  normalisationSchema,
  reconstructionWeightSchema,
  type ReconstructionWeightRecipe,
} from './manifest-parts.js';
export { sentence, type ManifestKey } from './manifest-words.js';
export { ONNX_INPUT_KINDS } from './onnx/manifest.js';
export { isHydraConfig } from '../manifest/raw-manifest.js';
