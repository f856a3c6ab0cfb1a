import type { z } from 'zod';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { Recognised } from '../checkpoint/recognition/recognised-network.js';
import type { TensorShapes } from '../checkpoint/recognition/tensor-shapes.js';
import type { RawManifest } from '../manifest/raw-manifest.js';
import type { ManifestChoice, NumberSetting } from './form-fields.js';
import type { ManifestKeys } from './manifest-words.js';

/** A field besides the observations: OI or SST. */
export type ExtraInput = 'oi' | 'sst';

/** A part of the schema of a manifest that says which kind of manifest it is. */
export type ManifestSchema = z.ZodObject<{ architecture: z.ZodLiteral<string> } & z.core.$ZodLooseShape>;

/** What the form on the site asks of a kind of manifest besides what every manifest has. */
export type FamilyForm = {
  /** In the list of architectures. */
  readonly name: string;
  /** Keys with a number, in their order. */
  readonly numbers: readonly NumberSetting[];
  /** Choices that no other kind has; shared ones follow from the schema. */
  readonly choices?: readonly ManifestChoice[];
  /** Values of the published configuration that differ from those of 4dvarnet-starter. */
  readonly base?: { readonly numbers: Readonly<Record<string, string>>; readonly time: string };
  /** Whether it asks how SST was normalised, and whether a network may also read none. */
  readonly sst?: 'needed' | 'optional';
};

/** What pages, shell and form say of a kind of manifest, and its schema. */
export type ManifestKind<Schema extends ManifestSchema = ManifestSchema> = {
  readonly schema: Schema;
  /** Words for the keys that no other kind has. */
  readonly keys: ManifestKeys;
  readonly form: FamilyForm;
  /** What a page calls such a network; `readsSst` as its check found it. */
  describe(readsSst: boolean): string;
  /** Files of the dataset that it reads besides the observations; OI that is computed for it is none. */
  extraInputs(manifest: z.infer<Schema>): ExtraInput[];
};

/**
 * A family of networks whose weights we know: all that is said of it outside of its builder (`builders.ts`), so that a browser
 * can load every family without a line that makes a graph.
 */
export type Family<
  Schema extends ManifestSchema = ManifestSchema,
  Network extends Recognised = Recognised,
> = ManifestKind<Schema> & {
  /** How its tensors are told from those of others, for messages; absent where another family's words say it. */
  readonly looks?: string;
  /** A layer that every network of it has, by which copies of a network are found. */
  readonly anchor: string;
  /** Whether tensors are of this family, by their names. */
  isOf(shapes: TensorShapes): boolean;
  /** @throws CheckpointError where a tensor is missing, is one too many, or does not fit the others. */
  recognise(checkpoint: Checkpoint, shapes: TensorShapes): Network;
  /** Keys of a manifest that the checkpoint itself tells, besides those of its patches. */
  known(network: Network): RawManifest;
  /** Required keys that `known` may tell. */
  readonly maybeKnown?: readonly string[];
  /** Keys that a form need not hold, since the checkpoint always tells them. */
  isNeedless?(key: string, value: unknown): boolean;
  /** Sizes in words, e.g. "prior width: 32". */
  sizes(network: Network): { name: string; value: string }[];
  /** What it reads besides the observations, as its tensors tell. */
  inputs(network: Network): ExtraInput[];
  /** The same on a patch, in the order of its arrays. */
  fields(manifest: z.infer<Schema>, readsSst: boolean): ExtraInput[];
  /** Keys, and the blocks by which they divide a patch along lat and lon; null: by none. */
  blocks(manifest: z.infer<Schema>, network: Network): [key: string, factor: number | null][];
  /**
   * What is unusual and not wrong about a manifest for these weights, as sentences.
   *
   * @throws ManifestError `mismatch` where they contradict each other.
   */
  fit(manifest: z.infer<Schema>, network: Network): string[];
  /** @throws ManifestError `mismatch` where the manifest does not say what a map needs besides. */
  requireMappable?(manifest: z.infer<Schema>, network: Network): void;
  /** Keys that a run in network units does not need, with what may stand there. */
  readonly unitDefaults?: RawManifest;
  /** Whether settings that neither checkpoint nor training data tell can be searched for. */
  readonly isSearchable: boolean;
};
