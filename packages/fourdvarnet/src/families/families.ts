import { z } from 'zod';
import { CNN_SOLVER } from './cnn-solver/family.js';
import { CORE } from './core/family.js';
import type { ExtraInput, Family, ManifestKind } from './family.js';
import { FIXED_POINT } from './fixed-point/family.js';
import { SHARED_KEYS, type ManifestKeys } from './manifest-words.js';
import { ONNX } from './onnx/manifest.js';
import { STARTER } from './starter/family.js';
import { STARTER_MULTIMODAL } from './starter-multimodal/family.js';

/** Every family of weights, without its builder (`builders.ts`). A new family is one line here. */
export const FAMILIES = [STARTER, STARTER_MULTIMODAL, CORE, CNN_SOLVER, FIXED_POINT] as const;
/** The same, and the manifest of a network that brings its graph: what a form can choose from, in its order. */
export const MANIFEST_KINDS = [...FAMILIES, ONNX] as const;

type Schemas<Kinds extends readonly { readonly schema: unknown }[]> = {
  [Index in keyof Kinds]: Kinds[Index]['schema'];
};
const schemasOf = <Kinds extends readonly { readonly schema: unknown }[]>(kinds: Kinds): Schemas<Kinds> =>
  kinds.map(({ schema }) => schema) as Schemas<Kinds>;

/**
 * What a checkpoint does not say about itself: `manifest.yaml`, in the words of the 4DVarNet code bases. Unknown keys are
 * refused.
 */
export const networkManifestSchema = z.discriminatedUnion('architecture', schemasOf(MANIFEST_KINDS));
export type NetworkManifest = z.infer<typeof networkManifestSchema>;
export type ManifestArchitecture = NetworkManifest['architecture'];
/** A manifest of a network whose weights we have; an ONNX network brings its own graph. */
export type CheckpointManifest = Exclude<NetworkManifest, { architecture: 'onnx' }>;
export type OnnxManifest = Extract<NetworkManifest, { architecture: 'onnx' }>;
/** What weights were recognised as. */
export type RecognisedNetwork = ReturnType<(typeof FAMILIES)[number]['recognise']>;

export const MANIFEST_ARCHITECTURES: readonly ManifestArchitecture[] = networkManifestSchema.options.map(
  ({ shape }) => shape.architecture.value,
);

/** Every key of every kind of manifest in words; those of blocks by their path. */
export const MANIFEST_KEYS: ManifestKeys = {
  architecture: {
    meaning: 'the kind of network',
    values: MANIFEST_ARCHITECTURES.join(', ').replace(/, (?=[^,]*$)/, ' or '),
  },
  ...SHARED_KEYS,
  ...Object.assign({}, ...MANIFEST_KINDS.map(({ keys }) => keys)),
};

/** Keys that a manifest must have and a checkpoint may tell: whether one lacks them is seen beside its weights. */
export const KEYS_OF_CHECKPOINTS: readonly string[] = [
  ...['patch', 'reconstruction_weight'],
  ...FAMILIES.flatMap((family: Family) => family.maybeKnown ?? []),
];

/** Undefined for a word that is no architecture, as an earlier version may have stored. */
export function manifestKindOf(architecture: ManifestArchitecture): ManifestKind;
export function manifestKindOf(architecture: unknown): ManifestKind | undefined;
export function manifestKindOf(architecture: unknown): ManifestKind | undefined {
  return MANIFEST_KINDS.find(({ schema }) => schema.shape.architecture.value === architecture);
}

export function familyOf(architecture: RecognisedNetwork['architecture']): Family {
  const families: readonly Family[] = FAMILIES;
  return families.find(({ schema }) => schema.shape.architecture.value === architecture)!;
}

/** Whether manifests of an architecture have a key, at their top. */
export function hasKey(architecture: string, key: string): boolean {
  return key in (manifestKindOf(architecture)?.schema.shape ?? {});
}

/**
 * Whether OI is computed for a network from the observations that it reads, on its own nodes, before it runs. That takes no file of
 * the dataset: seconds on an area, minutes on a basin.
 */
export function computesOi(manifest: NetworkManifest): boolean {
  const isBackground = 'background' in manifest && manifest.background === 'oi';
  return isBackground || ('second_field' in manifest && manifest.second_field === 'oi');
}

/** Input files of the dataset that a network reads besides the observations; OI that is computed for it is none. */
export function extraInputsOf(manifest: NetworkManifest): ExtraInput[] {
  return manifestKindOf(manifest.architecture).extraInputs(manifest);
}
