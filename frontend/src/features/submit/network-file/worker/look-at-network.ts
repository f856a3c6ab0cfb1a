import {
  inspectWeights,
  MAX_NETWORK_FILE_BYTES,
  networkRejectionOf,
  settingText,
  templateFor,
  uploadedWeights,
  type UploadedWeights,
  type WeightsInspection,
} from '@sillage/fourdvarnet/inspection';
import type { AskedOfNetwork, NetworkFacts, NetworkLook } from '../network-look';

/** Random access to a file, as the reader of checkpoints takes it. */
type Source = Parameters<typeof uploadedWeights>[0];

/** Weights that were read, or why they would be refused. */
export type OpenedNetwork = UploadedWeights | { refused: NetworkLook };

/** @throws whatever is not the fault of the file. */
export function openNetwork(source: Source, fileName: string): OpenedNetwork {
  try {
    return uploadedWeights(source, { maxFileBytes: MAX_NETWORK_FILE_BYTES });
  } catch (error) {
    return {
      refused: { facts: null, rejection: rejectionOf(error, fileName), template: null, ownTemplate: null },
    };
  }
}

/**
 * What the platform would make of weights and a manifest, by its own rules. What depends on the tasks besides their boxes (inputs, days,
 * cost) it finds when the network is submitted.
 */
export function lookAtNetwork(
  opened: OpenedNetwork,
  { manifestText, boxes }: AskedOfNetwork,
  fileName: string,
): NetworkLook {
  if ('refused' in opened) return opened.refused;
  const text = manifestText.trim() === '' ? null : manifestText;
  const templates = { template: templateOf(opened, text), ownTemplate: templateFor(opened, null) };
  try {
    return { facts: factsOf(inspectWeights(opened, text, { boxes })), rejection: null, ...templates };
  } catch (error) {
    return { facts: weightsAlone(opened), rejection: rejectionOf(error, fileName), ...templates };
  }
}

/** What a text that is refused says counts for nothing. */
function templateOf(opened: UploadedWeights, text: string | null): string | null {
  try {
    return templateFor(opened, text);
  } catch {
    return null;
  }
}

/** The same without a manifest, not even the file's own. */
function weightsAlone(opened: UploadedWeights): NetworkFacts {
  const checkpoint = { ...opened.checkpoint, metadata: {} };
  return { ...factsOf(inspectWeights({ ...opened, checkpoint }, null)), hasManifest: true, missing: [] };
}

function rejectionOf(error: unknown, fileName: string) {
  const reason = networkRejectionOf(error, fileName);
  if (reason === null) throw error;
  return reason;
}

function factsOf(inspection: WeightsInspection): NetworkFacts {
  const { architecture, parameterCount, days, sizes, inputs, hasManifest, missing } = inspection;
  return {
    ...{ architecture, parameterCount, days, sizes, inputs, hasManifest, missing },
    warnings: inspection.warnings.map(({ message }) => message),
    settings: inspection.settings.map(({ key, value, from }) => ({ key, value: settingText(value), from })),
  };
}
