import { computesOi, type NetworkManifest } from '@sillage/contracts';
import type { RecognisedNetwork } from '../checkpoint/index.js';
import {
  isHydraConfig,
  knownKeys,
  MANIFEST_KEYS,
  ManifestError,
  manifestSettings,
  manifestTemplate,
  parseYamlMapping,
  readHydraConfig,
  requireFit,
  requireMappable,
  type CheckpointManifest,
  type ManifestSetting,
  type MissingSetting,
  type RawManifest,
} from '../manifest/index.js';
import {
  manifestTextOf,
  readManifestOf,
  type UploadedWeights,
  type WeightsFormat,
} from './uploaded-weights.js';

/** A field that a network reads, and where it comes from: observations and files of the task, or computed from the observations. */
export type InspectedInput = { kind: 'observations' | 'oi' | 'sst'; from: 'task' | 'computed' };

/** What weights say about their network, and what they do not. */
export type WeightsInspection = {
  format: WeightsFormat;
  architecture: CheckpointManifest['architecture'];
  parameterCount: number;
  days: number;
  /** Sizes in words, e.g. "prior width: 32". */
  sizes: readonly { name: string; value: string }[];
  inputs: readonly InspectedInput[];
  /** Of a manifest, what the checkpoint itself tells. */
  known: RawManifest;
  /** Whether a manifest or a hydra configuration was given, or lies in the file. */
  hasManifest: boolean;
  /** Every key of the manifest that something tells, and what: the given text, the checkpoint or a default. */
  settings: readonly ManifestSetting[];
  /** Keys that nothing tells and that a manifest must have. */
  missing: readonly MissingSetting[];
  /** What is wrong with the manifest: that it lacks `missing`; null where it is whole, or there is none. */
  fault: ManifestError | null;
  warnings: readonly string[];
  /** Null where there is none, or it is not whole. */
  manifest: CheckpointManifest | null;
};

/**
 * What a file of weights is, and whether a manifest fits it.
 *
 * @param manifestText - a manifest or a hydra configuration; null: the file's own, if it has one.
 * @throws ManifestError for a text that is no manifest, or not one of these weights.
 */
export function inspectWeights(upload: UploadedWeights, manifestText: string | null): WeightsInspection {
  const { network } = upload;
  const known = knownKeys(network);
  const text = manifestTextOf(upload, manifestText);
  const found = {
    format: upload.format,
    architecture: network.architecture,
    parameterCount: network.parameterCount,
    days: network.daysT,
    sizes: sizesOf(network),
    inputs: inputsOf(network),
    known,
    hasManifest: text !== null,
    ...manifestSettings(network, known, text),
  };
  const read = text === null ? null : orGaps(() => readManifestOf(upload, text));
  if (read === null) return { ...found, fault: null, warnings: upload.warnings, manifest: null };
  if (read instanceof ManifestError)
    return { ...withGaps(found, read), fault: read, warnings: upload.warnings, manifest: null };
  const { manifest } = read;
  return {
    ...found,
    fault: null,
    inputs: inputsBy(manifest, found.inputs),
    warnings: [...upload.warnings, ...requireFit(manifest, network), ...requireMappable(manifest, network)],
    manifest,
  };
}

/** With the keys that stand in the text and say nothing there: empty, half a block, or `???`. */
function withGaps<Found extends Pick<WeightsInspection, 'settings' | 'missing'>>(
  found: Found,
  { missingKeys }: ManifestError,
): Found {
  const open = missingKeys.filter((key) => !found.missing.some((asked) => asked.key === key));
  return {
    ...found,
    settings: found.settings.filter(({ key }) => !open.includes(key)),
    missing: [
      ...found.missing,
      ...open.map((key) => ({ key, meaning: MANIFEST_KEYS[key]?.meaning ?? '', reason: null })),
    ],
  };
}

/** What is read of a manifest, or the error that says what it lacks; other faults are thrown. */
function orGaps<Read>(read: () => Read): Read | ManifestError {
  try {
    return read();
  } catch (error) {
    if (error instanceof ManifestError && error.code === 'missing-key') return error;
    throw error;
  }
}

/**
 * A manifest to start from, with what the weights and, if given, a manifest or a hydra configuration say.
 *
 * @throws ManifestError.
 */
export function templateFor({ network }: UploadedWeights, manifestText: string | null): string {
  if (manifestText === null || manifestText.trim() === '') return manifestTemplate(network);
  const raw = parseYamlMapping(manifestText, 'the manifest');
  if (!isHydraConfig(raw)) return manifestTemplate(network, raw);
  const { manifest, missing } = readHydraConfig(manifestText);
  return manifestTemplate(network, manifest, missing);
}

const fromTask = (kind: InspectedInput['kind']): InspectedInput => ({ kind, from: 'task' });

/** What tensors tell: the second field of a multimodal network is SST unless its manifest says otherwise. */
function inputsOf(network: RecognisedNetwork): InspectedInput[] {
  const { architecture } = network;
  const hasSst = architecture === 'core' ? network.sst !== null : architecture === 'starter-multimodal';
  return [
    fromTask('observations'),
    ...(architecture === 'core' ? [fromTask('oi')] : []),
    ...(hasSst ? [fromTask('sst')] : []),
  ];
}

/** The same with what a manifest says of OI: in the place of SST, as a background, from a file or computed. */
export function inputsBy(manifest: NetworkManifest, found: readonly InspectedInput[]): InspectedInput[] {
  const isSstReplaced = manifest.architecture === 'starter-multimodal' && manifest.second_field !== 'sst';
  const fromOiMap = isSstReplaced && manifest.second_field === 'oi-map';
  return [
    ...found.filter(({ kind }) => !(kind === 'sst' && isSstReplaced)),
    ...(fromOiMap ? [fromTask('oi')] : []),
    ...(computesOi(manifest) ? [{ kind: 'oi', from: 'computed' } as const] : []),
  ];
}

function sizesOf(network: RecognisedNetwork): { name: string; value: string }[] {
  const sizes = [{ name: 'prior width', value: String(network.priorWidth) }];
  if ('solverWidth' in network) sizes.push({ name: 'solver width', value: String(network.solverWidth) });
  if (network.architecture === 'core')
    sizes.push({ name: 'state', value: `${network.state}, ${network.stateChannels} channels` });
  if (network.patchWeights !== null) {
    const { days, lat, lon } = network.patchWeights.patch;
    sizes.push({ name: network.patchWeights.tensor, value: `${days} × ${lat} × ${lon}` });
  }
  return sizes;
}
