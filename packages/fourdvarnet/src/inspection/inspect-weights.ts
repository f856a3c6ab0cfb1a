import type { Box, CheckWarning } from '@sillage/contracts';
import { MAX_NETWORK_PARAMETERS } from '@sillage/contracts/network-limits';
import {
  computesOi,
  extraInputsOf,
  familyOf,
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
  type NetworkManifest,
  type RawManifest,
  type RecognisedNetwork,
} from '../manifest/index.js';
import { requireCovering } from '../patches/index.js';
import {
  manifestTextOf,
  readManifestOf,
  requireParameterCount,
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
  /** Of the file and of the manifest. */
  warnings: readonly CheckWarning[];
  /** Where values of a hydra configuration come from. */
  notes: readonly string[];
  /** Null where there is none, or it is not whole. */
  manifest: CheckpointManifest | null;
};

export type InspectionOptions = {
  maxParameters?: number;
  /** Of the tasks that the network enters, where they are known. */
  boxes?: readonly Box[];
};

/**
 * What a file of weights is, and whether a manifest fits it: all that the platform asks of weights before it counts what they
 * cost, for the check of an upload, the shell and the browser.
 *
 * @param manifestText - a manifest or a hydra configuration; null: the file's own, if it has one.
 * @throws ManifestError for a text that is no manifest, or not one of these weights.
 * @throws PatchPlanError for patches that leave nothing to cover a map with, or leave gaps in one of the boxes.
 * @throws CheckpointError 'too-large' for more parameters than are taken.
 */
export function inspectWeights(
  upload: UploadedWeights,
  manifestText: string | null,
  { maxParameters = MAX_NETWORK_PARAMETERS, boxes = [] }: InspectionOptions = {},
): WeightsInspection {
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
    warnings: upload.warnings.map((message) => ({ code: 'checkpoint', message })),
    notes: [],
    ...manifestSettings(network, known, text),
  };
  const read = text === null ? null : orGaps(() => readManifestOf(upload, text));
  if (read === null) return { ...found, fault: null, manifest: null };
  if (read instanceof ManifestError) return { ...withGaps(found, read), fault: read, manifest: null };
  const { manifest, notes } = read;
  const fit = [...requireFit(manifest, network), ...requireMappable(manifest, network)];
  requireCovering(manifest, boxes);
  requireParameterCount(network.parameterCount, maxParameters);
  return {
    ...found,
    fault: null,
    inputs: inputsBy(manifest),
    warnings: [...found.warnings, ...fit.map((message) => ({ code: 'manifest', message }))],
    notes,
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
 * A manifest to start from, with what the weights and, a manifest or a hydra configuration say, the
 * given or the file's own.
 *
 * @throws ManifestError.
 */
export function templateFor(upload: UploadedWeights, manifestText: string | null): string {
  const { network } = upload;
  const text = manifestTextOf(upload, manifestText);
  if (text === null) return manifestTemplate(network);
  const raw = parseYamlMapping(text, 'the manifest');
  if (!isHydraConfig(raw)) return manifestTemplate(network, raw);
  const { manifest, missing } = readHydraConfig(text);
  return manifestTemplate(network, manifest, missing);
}

const fromTask = (kind: InspectedInput['kind']): InspectedInput => ({ kind, from: 'task' });

/** What tensors tell: a manifest may put OI in the place of SST. */
function inputsOf(network: RecognisedNetwork): InspectedInput[] {
  return [fromTask('observations'), ...familyOf(network.architecture).inputs(network).map(fromTask)];
}

/** What a manifest says, of OI too: in the place of SST, as a background, from a file or computed. */
export function inputsBy(manifest: NetworkManifest): InspectedInput[] {
  return [
    fromTask('observations'),
    ...extraInputsOf(manifest).map(fromTask),
    ...(computesOi(manifest) ? [{ kind: 'oi', from: 'computed' } as const] : []),
  ];
}

function sizesOf(network: RecognisedNetwork): { name: string; value: string }[] {
  const sizes = familyOf(network.architecture).sizes(network);
  if (network.patchWeights === null) return sizes;
  const { days, lat, lon } = network.patchWeights.patch;
  return [...sizes, { name: network.patchWeights.tensor, value: `${days} × ${lat} × ${lon}` }];
}
