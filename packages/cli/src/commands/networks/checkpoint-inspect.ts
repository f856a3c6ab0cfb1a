import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import {
  inspectNetwork,
  settingText,
  templateForNetwork,
  type ManifestSetting,
  type MissingSetting,
  type NetworkInspection,
} from '@sillage/pipeline/predict';
import { costLines, networkLine, networkTitle, readsLines } from '../../terminal/network-lines.js';
import { print, printJson } from '../../terminal/output.js';
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
  // what was found is worth reading; that it is not enough is for the exit status
  if (inspection.fault !== null) throw inspection.fault;
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
    settings: inspection.settings,
    missing: inspection.missing.map(({ key }) => key),
    cost: cost && {
      gflop_per_patch: cost.gflopPerPatch,
      memory_bytes: cost.peakMemoryBytes,
      seconds_per_patch: cost.secondsPerPatch,
      runtime: cost.runtime,
    },
    warnings: inspection.warnings.map(({ message }) => message),
  };
}

const KEY_WIDTH = 22;
const VALUE_WIDTH = 64;

function inspectionText(path: string, inspection: NetworkInspection): string {
  const { cost, missing, settings } = inspection;
  const lines = [
    networkTitle(path, inspection),
    ...readsLines(inspection.inputs, {
      architecture: inspection.architecture,
      isManifestKnown: cost !== null,
    }),
    ...(inspection.days === null ? [] : [networkLine('days', `${inspection.days} at once`)]),
    ...inspection.sizes.map(({ name, value }) => networkLine(name, value)),
  ];
  if (cost !== null) {
    lines.push(...costLines(cost));
    if (cost.secondsPerPatch !== null && cost.runtime !== null)
      lines.push(
        networkLine(
          'takes',
          `about ${cost.secondsPerPatch.toPrecision(2)} s a patch on ${cost.runtime.device} (${cost.runtime.name})`,
        ),
      );
  }
  lines.push(...settingLines(settings, inspection), ...missingLines(missing, inspection));
  for (const { message } of inspection.warnings) lines.push(`Note: ${message}`);
  return lines.join('\n');
}

/** Settings by key, with who says so; without a manifest those that the file itself tells. */
function settingLines(settings: readonly ManifestSetting[], { hasManifest }: NetworkInspection): string[] {
  const shown = settings.filter(
    ({ key, from }) => (key !== 'architecture' || hasManifest) && (hasManifest || from !== 'the default'),
  );
  if (shown.length === 0) return [];
  const values = shown.map(({ value }) => settingText(value));
  const width = Math.max(...values.map((value) => Math.min(value.length, VALUE_WIDTH)));
  return [
    '',
    hasManifest ? 'Settings, and what tells them:' : 'Of a manifest, the file itself tells:',
    ...shown.map(
      ({ key, from }, index) => `  ${key.padEnd(KEY_WIDTH)} ${values[index]!.padEnd(width)}  ${from}`,
    ),
  ];
}

function missingLines(missing: readonly MissingSetting[], { hasManifest }: NetworkInspection): string[] {
  if (missing.length === 0) return [];
  return [
    '',
    hasManifest ? 'Nothing tells, and it must be written:' : 'A manifest must say what the file does not:',
    ...missing.map(
      ({ key, meaning, reason }) =>
        `  ${key.padEnd(KEY_WIDTH)} ${meaning}${reason === null ? '' : `: ${reason}`}`,
    ),
    '--template prints one to fill in.',
  ];
}
