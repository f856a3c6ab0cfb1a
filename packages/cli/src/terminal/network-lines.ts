import { NETWORK_INPUT_NAMES } from '@sillage/contracts';
import { hasKey } from '@sillage/fourdvarnet/families';
import type { InspectedInput } from '@sillage/pipeline/predict';
import { formatBytes } from './quantities.js';

const LABEL_WIDTH = 11;

/** A line of what is known of a network; without a label it goes on with the line before. */
export function networkLine(label: string, text: string): string {
  return `${label} `.padEnd(LABEL_WIDTH) + text;
}

/** `weights.ckpt: starter network, 4,607 parameters (safetensors)`. */
export function networkTitle(
  subject: string,
  network: { architecture: string; parameterCount: number; format: string },
): string {
  return `${subject}: ${network.architecture} network, ${network.parameterCount.toLocaleString('en')} parameters (${network.format})`;
}

/**
 * What a network reads, where it comes from, and what that costs: nobody gives a file of OI.
 *
 * @param isManifestKnown - whether the inputs are those of a manifest, not of tensors alone.
 */
export function readsLines(
  inputs: readonly InspectedInput[],
  { architecture, isManifestKnown }: { architecture: string; isManifestKnown: boolean },
): string[] {
  return inputs.map((input, index) =>
    networkLine(index === 0 ? 'reads' : '', inputText(input, architecture, isManifestKnown)),
  );
}

function inputText({ kind, from }: InspectedInput, architecture: string, isManifestKnown: boolean): string {
  if (from === 'computed')
    return 'OI, which the platform computes from these observations before the network runs: no file is needed; seconds on an area of 10°, minutes on a basin';
  const hasSecondField = hasKey(architecture, 'second_field');
  if (kind === 'sst' && hasSecondField && !isManifestKnown)
    return `${NETWORK_INPUT_NAMES.sst}, or OI: second_field in the manifest says which`;
  if (kind === 'oi' && !hasSecondField)
    return `${NETWORK_INPUT_NAMES.oi}, and OI computed from the observations where they end`;
  return NETWORK_INPUT_NAMES[kind];
}

/** Empty where the network tells neither. */
export function costLines(cost: { gflopPerPatch: number | null; peakMemoryBytes: number | null }): string[] {
  const parts = [
    cost.gflopPerPatch === null ? [] : [`${gflopText(cost.gflopPerPatch)} GFLOP a patch`],
    cost.peakMemoryBytes === null ? [] : [`${formatBytes(cost.peakMemoryBytes)} for a batch at most`],
  ].flat();
  return parts.length === 0 ? [] : [networkLine('costs', parts.join(', '))];
}

const gflopText = (gflop: number): string => (gflop < 1 ? gflop.toPrecision(2) : gflop.toFixed(1));
