import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import {
  inspectNetwork,
  templateForNetwork,
  type InspectedInput,
  type NetworkInspection,
} from '@sillage/pipeline/predict';
import { print, printJson } from '../terminal/output.js';
import { formatBytes } from '../terminal/quantities.js';
import { runtimeNamed, type RuntimeChoice } from './runtime-choice.js';

export type CheckpointInspectOptions = {
  manifest?: string;
  template?: boolean;
  runtime: RuntimeChoice;
  json?: boolean;
};

export async function inspectCheckpoint(path: string, options: CheckpointInspectOptions): Promise<void> {
  const upload = {
    checkpointPath: path,
    fileName: basename(path),
    manifestText: options.manifest === undefined ? null : readFileSync(options.manifest, 'utf8'),
  };
  if (options.template === true) {
    process.stdout.write(templateForNetwork(upload));
    return;
  }
  const inspection = await inspectNetwork({ ...upload, runtime: runtimeNamed(options.runtime) });
  if (options.json === true) printJson(inspectionJson(path, inspection));
  else print(inspectionText(path, inspection));
}

function inspectionJson(path: string, inspection: NetworkInspection): unknown {
  const { cost } = inspection;
  return {
    path,
    format: inspection.format,
    architecture: inspection.architecture,
    parameter_count: inspection.parameterCount,
    days: inspection.days,
    inputs: inspection.inputs.map(({ kind }) => kind),
    computed_inputs: inspection.inputs.flatMap(({ kind, from }) => (from === 'computed' ? [kind] : [])),
    sizes: Object.fromEntries(inspection.sizes.map(({ name, value }) => [name, value])),
    known: inspection.known,
    missing: inspection.missing.map(({ key }) => key),
    cost: cost && {
      gflop_per_patch: cost.gflopPerPatch,
      memory_bytes: cost.peakMemoryBytes,
      seconds_per_patch: cost.secondsPerPatch,
      runtime: cost.runtime,
    },
    warnings: inspection.warnings,
  };
}

const INPUT_NAMES: Record<InspectedInput['kind'], string> = {
  observations: 'observations of the task',
  oi: "the dataset's maps by OI",
  sst: "the dataset's SST",
};

/** What is read, where it comes from, and what that costs: nobody gives a file of OI. */
function inputText({ kind, from }: InspectedInput, { architecture, cost }: NetworkInspection): string {
  if (from === 'computed')
    return 'OI, which the platform computes from these observations before the network runs: no file is needed; seconds on an area of 10°, minutes on a basin';
  if (kind === 'sst' && architecture === 'starter-multimodal' && cost === null)
    return `${INPUT_NAMES.sst}, or OI: second_field in the manifest says which`;
  if (kind === 'oi' && architecture !== 'starter-multimodal')
    return `${INPUT_NAMES.oi}, and OI computed from the observations where they end`;
  return INPUT_NAMES[kind];
}

function inspectionText(path: string, inspection: NetworkInspection): string {
  const { cost, missing, known } = inspection;
  const lines = [
    `${path}: ${inspection.architecture} network, ${inspection.parameterCount.toLocaleString('en')} parameters (${inspection.format})`,
    ...inspection.inputs.map(
      (input, index) => `${index === 0 ? 'reads' : ''}`.padEnd(11) + inputText(input, inspection),
    ),
    ...(inspection.days === null ? [] : [`days       ${inspection.days} at once`]),
    ...inspection.sizes.map(({ name, value }) => `${name.padEnd(10)} ${value}`),
  ];
  const told = Object.entries(known).filter(([key]) => key !== 'architecture');
  if (told.length > 0)
    lines.push(`it says    ${told.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(', ')}`);
  if (cost !== null) {
    lines.push(
      `costs      ${cost.gflopPerPatch.toFixed(1)} GFLOP a patch, ${formatBytes(cost.peakMemoryBytes)} for a batch at most`,
    );
    if (cost.secondsPerPatch !== null && cost.runtime !== null)
      lines.push(
        `takes      about ${cost.secondsPerPatch.toPrecision(2)} s a patch on ${cost.runtime.device} (${cost.runtime.name})`,
      );
  }
  if (missing.length > 0) {
    lines.push('', 'A manifest must say what the file does not:');
    lines.push(...missing.map(({ key, meaning }) => `  ${key.padEnd(22)} ${meaning}`));
    lines.push('--template prints one to fill in.');
  }
  for (const warning of inspection.warnings) lines.push(`Note: ${warning}`);
  return lines.join('\n');
}
