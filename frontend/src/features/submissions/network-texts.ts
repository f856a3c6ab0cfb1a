import { NETWORK_INPUT_NAMES, type NetworkRun, type NetworkSummary } from '@sillage/contracts';
import { manifestKindOf } from '@sillage/fourdvarnet/families';
import { countOf, formatBytes, formatCount, formatFixed } from '../../lib/format-number';
import { formatDuration } from '../../lib/format-time';

export type Fact = { term: string; text: string };

const FORMAT_NAMES: Record<string, string> = {
  'pytorch-zip': 'PyTorch checkpoint',
  'pytorch-legacy': 'PyTorch checkpoint, legacy format',
  safetensors: 'safetensors',
  onnx: 'ONNX',
};

const COMPUTED_OI =
  'optimal interpolation of the observations, computed here before the network runs (seconds on an area of 10°, minutes on a basin); no file is needed';

function kindOf({ architecture, extraInputs }: NetworkSummary): string {
  return manifestKindOf(architecture)?.describe(extraInputs.includes('sst')) ?? architecture;
}

/** What the check of the weights found. */
export function summaryFacts(summary: NetworkSummary): Fact[] {
  const { format, extraInputs, gflopPerPatch, peakMemoryBytes } = summary;
  const alsoReads = [
    ...extraInputs.map((kind) => NETWORK_INPUT_NAMES[kind]),
    ...(summary.computesOi === true ? [COMPUTED_OI] : []),
  ];
  return [
    {
      term: 'Kind',
      text: `${kindOf(summary)}, ${formatCount(summary.parameterCount)} parameters (${FORMAT_NAMES[format] ?? format})`,
    },
    {
      term: 'Patches',
      text: [
        `${countOf(summary.days, 'day', 'days')} at once on a grid of ${summary.spacingDeg}°`,
        ...(gflopPerPatch === null ? [] : [`${significant(gflopPerPatch)} GFLOP each`]),
        ...(peakMemoryBytes === null ? [] : [`about ${formatBytes(peakMemoryBytes)} of memory`]),
      ].join(', '),
    },
    ...(alsoReads.length === 0 ? [] : [{ term: 'Also reads', text: alsoReads.join(', ') }]),
  ];
}

/** What running it on this task took, and where. */
export function runFacts(run: NetworkRun): Fact[] {
  const { runtime, gflop, deviceSeconds, energyJoules, wallSeconds } = run;
  const oiSeconds = run.oiSeconds ?? null;
  return [
    {
      term: 'Run by',
      text: `${runtime.name} (${runtime.version}) on ${runtime.device}, ${runtime.precision}`,
    },
    {
      term: 'Work',
      text: [
        `${countOf(run.patchCount, 'patch', 'patches')} in ${countOf(run.batchCount, 'batch', 'batches')}`,
        ...(gflop === null ? [] : [`${significant(gflop)} GFLOP`]),
      ].join(', '),
    },
    {
      term: 'Took',
      text: [
        ...(oiSeconds === null
          ? [secondsText(wallSeconds)]
          : [
              secondsText(wallSeconds + oiSeconds),
              `${secondsText(oiSeconds)} of them for OI before the network ran`,
            ]),
        ...(deviceSeconds === null ? [] : [`${secondsText(deviceSeconds)} of the device`]),
        ...(energyJoules === null ? [] : [`${significant(energyJoules / 1000)} kJ`]),
      ].join(', '),
    },
  ];
}

function secondsText(seconds: number): string {
  return seconds < 10 ? `${formatFixed(seconds, 1)} s` : formatDuration(seconds * 1000);
}

/** Three digits that matter. */
function significant(value: number): string {
  return value >= 100 ? formatCount(value) : `${Number(value.toPrecision(3))}`;
}
