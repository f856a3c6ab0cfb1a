import type { CheckWarning } from '@sillage/contracts';
import type { NetworkManifest } from '@sillage/fourdvarnet';
import {
  computesOi,
  extraInputsOf,
  FORMAT_START_BYTES,
  inspectWeights,
  MAX_NETWORK_FILE_BYTES,
  MAX_NETWORK_PARAMETERS,
  networkFileFormat,
  patchCount,
  settingsFrom,
  weightsOfUpload,
  type CheckpointManifest,
} from '@sillage/fourdvarnet';
import { daysSince1950 } from '@sillage/science';
import { RejectionError } from '@sillage/checking';
import { withCheckpointFile } from './network/checkpoint-file.js';
import { missingManifest, readUploadedWeights } from './network/load-network.js';
import { writeNetworkFile, type StoredNetwork } from './network/network-file.js';
import { planNetworkGrid } from './network/network-grid.js';
import { batchCost, type BatchCost } from './network/network-plan.js';
import type {
  CheckedTask,
  CheckNetworkOptions,
  CheckNetworkResult,
  NetworkFileVerdict,
  NetworkFileOptions,
  NetworkLimits,
  NetworkTask,
  NetworkVerdict,
} from './network-types.js';
import { manifestOfOnnx, onnxMemoryOf, readUploadedOnnx } from './network/onnx-network.js';
import { rejectionFromNetworkError } from './network/rejection-from-network-error.js';

/**
 * A basin of the largest networks of the field: NATL at 1/20° with
 * the bigger starter is some 20 000 TFLOP.
 */
export const DEFAULT_NETWORK_LIMITS: NetworkLimits = {
  maxFileBytes: MAX_NETWORK_FILE_BYTES,
  maxParameters: MAX_NETWORK_PARAMETERS,
  maxTaskGflop: 50e6,
  maxMemoryBytes: 64 * 1024 ** 3,
};

/**
 * Looks at an uploaded network before anything of it runs: reads the weights, makes sure that manifest, checkpoint and tasks
 * belong together, counts what it will cost, and writes the one file that later steps read. Sees neither observations nor truth.
 *
 * @throws RejectionError for whatever the participant can mend.
 */
export async function checkNetwork(options: CheckNetworkOptions): Promise<CheckNetworkResult> {
  const { verdict, network } = judge(options);
  options.onProgress?.(0.8, 'writing the checked network');
  writeNetworkFile(options.networkPath, network);
  options.onProgress?.(1, `checked ${options.fileName}`);
  const { summary, warnings } = verdict;
  return { summary, warnings };
}

/** What {@link checkNetwork} says of a network, without writing it: the same rules in the same order, for before an upload. */
export function checkNetworkFile(options: NetworkFileOptions): NetworkFileVerdict {
  try {
    return { rejection: null, verdict: judge(options).verdict };
  } catch (error) {
    if (error instanceof RejectionError) return { rejection: error.reason, verdict: null };
    throw error;
  }
}

function judge(options: NetworkFileOptions): { verdict: NetworkVerdict; network: StoredNetwork } {
  const limits = { ...DEFAULT_NETWORK_LIMITS, ...options.limits };
  options.onProgress?.(0, `reading ${options.fileName}`);
  return isOnnxFile(options.checkpointPath) ? checkOnnx(options, limits) : checkWeights(options, limits);
}

/** Whether a file is an ONNX network rather than a checkpoint. */
export function isOnnxFile(path: string): boolean {
  return withCheckpointFile(path, ({ sizeBytes, readInto }) => {
    const start = new Uint8Array(Math.min(FORMAT_START_BYTES, sizeBytes));
    readInto(start, 0);
    return networkFileFormat(start) === 'onnx';
  });
}

function checkOnnx(
  options: NetworkFileOptions,
  limits: NetworkLimits,
): { verdict: NetworkVerdict; network: StoredNetwork } {
  const { fileName } = options;
  const upload = readUploadedOnnx(options.checkpointPath, fileName, limits.maxFileBytes);
  const manifest = manifestOfOnnx(upload, options.manifestText, { subject: fileName, limits });
  const { parameterCount } = upload.summary;
  const memory = onnxMemoryOf(upload, manifest, manifest.batch_size);
  const peakMemoryBytes = 'unknown' in memory ? null : memory.peakBytes;
  if (peakMemoryBytes !== null) refuseMemory({ peakMemoryBytes }, manifest, limits);
  const patchCounts = options.tasks.map((task) => checkTask(task, manifest, null, limits));
  return {
    network: { manifest, onnx: upload.bytes },
    verdict: {
      summary: {
        architecture: 'onnx',
        format: 'onnx',
        parameterCount,
        days: manifest.patch.time,
        spacingDeg: manifest.spacing_deg,
        gflopPerPatch: null,
        peakMemoryBytes,
        extraInputs: extraInputsOf(manifest),
        computesOi: computesOi(manifest),
      },
      warnings: 'unknown' in memory ? [noMemoryEstimate(memory.unknown)] : [],
      patchCounts,
    },
  };
}

/** It is then given to any evaluator, as small or large as it is. */
function noMemoryEstimate(reason: string): CheckWarning {
  return {
    code: 'network-memory-unknown',
    message: `How much memory the network needs is not known before it runs: ${reason}. If an evaluator has too little, the run fails; export the network with fixed shapes, which tells.`,
  };
}

function checkWeights(
  options: NetworkFileOptions,
  limits: NetworkLimits,
): { verdict: NetworkVerdict; network: StoredNetwork } {
  const { fileName, signal } = options;
  const upload = readUploadedWeights(options.checkpointPath, fileName, limits.maxFileBytes);
  try {
    const {
      manifest,
      fault,
      notes,
      warnings: found,
    } = inspectWeights(upload, options.manifestText, {
      maxParameters: limits.maxParameters,
      boxes: options.tasks.map(({ scoredBox }) => scoredBox),
    });
    if (manifest === null) throw fault ?? missingManifest(fileName);
    const assumed = notes
      .filter(isAssumption)
      .map((note) => ({ code: 'manifest', message: `Taken from hydra: ${note}.` }));
    const warnings: CheckWarning[] = [...found, ...assumed];
    signal?.throwIfAborted();
    options.onProgress?.(0.3, 'counting what the network costs');
    const weights = weightsOfUpload(upload, manifest);
    const cost = batchCost(weights, settingsFrom(manifest), manifest);
    refuseMemory(cost, manifest, limits);
    const patchCounts = options.tasks.map((task) => checkTask(task, manifest, cost, limits));
    return {
      network: { manifest, weights },
      verdict: {
        summary: {
          architecture: manifest.architecture,
          format: upload.format,
          parameterCount: upload.network.parameterCount,
          days: upload.network.daysT,
          spacingDeg: manifest.spacing_deg,
          ...cost,
          extraInputs: extraInputsOf(manifest),
          computesOi: computesOi(manifest),
        },
        warnings,
        patchCounts,
      },
    };
  } catch (error) {
    throw rejectionFromNetworkError(error, { subject: fileName });
  }
}

/** Of what a hydra configuration says, the part that it does not say. */
function isAssumption(note: string): boolean {
  return note.includes('default of the class') || note.includes('the code of');
}

function refuseMemory(
  { peakMemoryBytes }: Pick<BatchCost, 'peakMemoryBytes'>,
  manifest: Pick<CheckpointManifest, 'patch' | 'batch_size'>,
  limits: NetworkLimits,
): void {
  if (peakMemoryBytes > limits.maxMemoryBytes) {
    const { patch, batch_size: batch } = manifest;
    throw tooLarge(
      `${gigabytes(peakMemoryBytes)} of memory for a batch of ${batch} patches of ${patch.time} × ${patch.lat} × ${patch.lon}`,
      `at most ${gigabytes(limits.maxMemoryBytes)}`,
      'Give smaller patches or a smaller batch_size; both change the result a little.',
    );
  }
}

/** @returns how many patches the task has. */
function checkTask(
  task: CheckedTask,
  manifest: NetworkManifest,
  cost: BatchCost | null,
  limits: NetworkLimits,
): number {
  const place = `the task ${task.area} × ${task.scenario}`;
  refuseMissingInputs(task, manifest, place);
  const patches = patchesOf(task, manifest);
  if (cost === null) return patches;
  const gflop = patches * cost.gflopPerPatch;
  if (gflop > limits.maxTaskGflop) {
    throw tooLarge(
      `${Math.round(gflop / 1000)} TFLOP on ${place}: ${patches} patches of ${cost.gflopPerPatch.toFixed(1)} GFLOP`,
      `at most ${Math.round(limits.maxTaskGflop / 1000)} TFLOP a task`,
      'Give larger strides, or submit the map that the network makes.',
    );
  }
  return patches;
}

/** Patches of a task, as many as there are when the observations reach far enough. */
export function patchesOf(task: NetworkTask, manifest: NetworkManifest): number {
  const { start, end } = task.period;
  const observed = {
    firstDays: daysSince1950(start) - manifest.patch.time,
    lastDays: daysSince1950(end) + manifest.patch.time,
  };
  return patchCount(planNetworkGrid(manifest, task, { origin: null, observed }).plan);
}

function refuseMissingInputs(task: CheckedTask, manifest: NetworkManifest, place: string): void {
  const { availableInputs } = task;
  const missing =
    availableInputs === undefined
      ? []
      : extraInputsOf(manifest).filter((input) => !availableInputs.includes(input));
  if (missing.length > 0) {
    throw new RejectionError({
      code: 'inputs-missing',
      where: place,
      found: `no ${missing.map((input) => INPUT_TEXTS[input]).join(', no ')}`,
      expected: 'every input that the network reads',
      fix: 'Enter tasks that have it, or a network that does without.',
    });
  }
  const { normalisation } = manifest;
  if ('from' in normalisation && normalisation.from === 'train-truth' && task.trainTruth === null)
    throw noTrainTruth(place);
}

const INPUT_TEXTS = { oi: 'optimal interpolation', sst: 'sea surface temperature' } as const;

export function noTrainTruth(place: string): RejectionError {
  return new RejectionError({
    code: 'inputs-missing',
    where: "the manifest, key 'normalisation'",
    found: `normalisation: {from: train-truth}, and the challenge gives no statistics of a training truth for ${place}`,
    expected: 'normalisation: {mean: …, std: …} in metres, as computed when the network was trained',
    fix: 'Write the two numbers that the training computed into the manifest: in 4dvarnet-starter, what norm_stats() of the data module gives.',
  });
}

function tooLarge(found: string, expected: string, fix: string): RejectionError {
  return new RejectionError({ code: 'network-too-large', where: 'the network', found, expected, fix });
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
