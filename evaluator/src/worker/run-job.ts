import { lstat, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  MAX_NETWORK_MEMORY_BYTES,
  type ArtefactName,
  type ClaimedJob,
  type InputFile,
  type InspectPayload,
  type JobOutcome,
  type JobPayload,
  type ObjectReference,
  type PredictPayload,
} from '@sillage/contracts';
import type { ChildJob, ChildResult } from '../sandbox/child-protocol.js';
import type { SandboxedChild } from '../sandbox/sandboxed-child.js';
import { hashFile } from './file-hash.js';
import type { JobContext } from './job-context.js';
import { outcomeOfEnd, presentableWarnings, type Work } from './outcome.js';
import { linkOrCopy } from './link-or-copy.js';
import { runInspection } from './run-inspection.js';

/** Of a submission. */
type ScoringPayload = Exclude<JobPayload, InspectPayload>;

type Input = { name: string; object: ObjectReference };

/**
 * Runs one leased step from its inputs to its outcome. Everything it leaves behind is named by content, so running it
 * again after a kill at any point gives the same outcome.
 *
 * @returns null if it was aborted (cancelled, lease lost, evaluator stopping): nothing to report.
 */
export async function runJob(job: ClaimedJob, context: JobContext): Promise<JobOutcome | null> {
  const { payload } = job;
  if (payload.kind === 'inspect') return runInspection(payload, context);
  const child = context.children.take(payload.kind);
  try {
    context.onProgress(0, 'fetching the files');
    await placeInputs(inputsOf(payload), child, context);
    if (context.signal.aborted) return null;
    const meter = payload.kind === 'predict' ? await energyMeterOf(context) : null;
    const end = await child.run(childJobOf(payload, child, context), context);
    const energyJoules = (await meter?.stop()) ?? null;
    if (end.kind === 'aborted' || context.signal.aborted) return null;
    if (end.kind !== 'result')
      return outcomeOfEnd(end, workOf(payload), payload.kind === 'check' ? payload.fileName : null);
    context.onProgress(1, 'storing the results');
    return await storeResult(withEnergy(end.result, energyJoules), child, context);
  } finally {
    // Not awaited: removing the folder and starting a spare child must not delay the outcome.
    void context.children.giveBack(child);
  }
}

/** The child may start no process that asks the driver; one network runs at a time, so the device's power is its own. */
async function energyMeterOf({
  predict,
}: JobContext): Promise<{ stop: () => Promise<number | null> } | null> {
  if (predict === undefined) return null;
  const { startEnergyMeter } = await import('@sillage/pipeline/predict');
  return startEnergyMeter(predict.worker.device);
}

function withEnergy(result: ChildResult, energyJoules: number | null): ChildResult {
  if (result.step !== 'predict') return result;
  return { ...result, run: { ...result.run, energyJoules: result.run.energyJoules ?? energyJoules } };
}

/** A check has two kinds of work: a map, or the weights of a network. */
function workOf(payload: ScoringPayload): Work {
  return payload.kind === 'check' && payload.network !== null ? 'check-network' : payload.kind;
}

function inputsOf(payload: ScoringPayload): Input[] {
  switch (payload.kind) {
    case 'map':
      return payload.observations.map(({ object, fileName }, index) => ({
        name: observationsName(fileName, index),
        object,
      }));
    case 'check':
      return [{ name: UPLOAD_NAME, object: payload.upload }];
    case 'predict':
      return [
        { name: NETWORK_NAME, object: payload.network },
        ...fieldsOf(payload).map(({ name, file }) => ({ name, object: file.object })),
        ...payload.observations.map(({ object, fileName }, index) => ({
          name: observationsName(fileName, index),
          object,
        })),
      ];
    case 'score':
      return [
        ...comparedFiles(payload),
        ...(payload.oi === null ? [] : [{ name: OI_NAME, object: payload.oi.object }]),
      ];
    case 'products':
      return [
        ...comparedFiles(payload),
        ...payload.observations.map(({ object, fileName }, index) => ({
          name: observationsName(fileName, index),
          object,
        })),
        ...(payload.diagnostics === null ? [] : [{ name: DIAGNOSTICS_NAME, object: payload.diagnostics }]),
        ...(payload.statistics === null ? [] : [{ name: STATISTICS_NAME, object: payload.statistics }]),
        ...(payload.resolution === null ? [] : [{ name: RESOLUTION_NAME, object: payload.resolution }]),
      ];
  }
}

function comparedFiles({
  canonical,
  truth,
}: {
  canonical: ObjectReference;
  truth: ObjectReference;
}): Input[] {
  return [
    { name: 'canonical.nc', object: canonical },
    { name: 'truth.nc', object: truth },
  ];
}

const DIAGNOSTICS_NAME = 'diagnostics.json';
const STATISTICS_NAME = 'statistics.json';
const RESOLUTION_NAME = 'resolution.json';
const OI_NAME = 'oi.nc';
const UPLOAD_NAME = 'upload';
const NETWORK_NAME = 'network';

/** The fields that a network reads besides observations, each in a folder of its own. */
function fieldsOf({ oi, sst }: PredictPayload): { kind: 'oi' | 'sst'; name: string; file: InputFile }[] {
  return [
    ...(oi === null ? [] : [{ kind: 'oi' as const, name: join('oi', plainName(oi.fileName)), file: oi }]),
    ...(sst === null
      ? []
      : [{ kind: 'sst' as const, name: join('sst', plainName(sst.fileName)), file: sst }]),
  ];
}

/** Messages of the mapping name its files: each keeps its name, as far as a file system can be trusted with it. */
function observationsName(fileName: string, index: number): string {
  return join(String(index), plainName(fileName));
}

function plainName(fileName: string): string {
  const baseName = fileName.split(/[\\/]/).at(-1) ?? '';
  const plain = baseName
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^\.+/, '')
    .slice(-100);
  return plain || 'input.nc';
}

async function placeInputs(inputs: Input[], child: SandboxedChild, context: JobContext): Promise<void> {
  await Promise.all(
    inputs.map(async ({ name, object }) => {
      const held = await context.persist(() => context.cache.hold(object));
      try {
        const path = join(child.inputFolder, name);
        await mkdir(dirname(path), { recursive: true });
        await linkOrCopy(held.path, path);
      } finally {
        held.release();
      }
    }),
  );
}

function childJobOf(payload: ScoringPayload, child: SandboxedChild, context: JobContext): ChildJob {
  const { outputFolder } = child;
  if (payload.kind === 'map') {
    const { observations, task, parameters } = payload;
    return {
      step: 'map',
      observations: observations.map(({ role, variable, fileName }, index) => ({
        path: join(child.inputFolder, observationsName(fileName, index)),
        role,
        variable,
      })),
      task,
      parameters,
      threads: context.scoreThreads,
      outputFolder,
    };
  }
  if (payload.kind === 'predict') return predictJobOf(payload, child, context);
  if (payload.kind === 'check' && payload.network !== null) {
    return {
      step: 'check-network',
      inputPath: join(child.inputFolder, UPLOAD_NAME),
      fileName: payload.fileName,
      manifest: payload.network.manifest,
      tasks: payload.tasks,
      limits: { maxMemoryBytes: MAX_NETWORK_MEMORY_BYTES },
      outputFolder,
    };
  }
  if (payload.kind === 'check') {
    const { fileName, variable, tasks, onlyCovered } = payload;
    return {
      step: 'check',
      inputPath: join(child.inputFolder, UPLOAD_NAME),
      fileName,
      variable,
      tasks,
      onlyCovered,
      outputFolder,
    };
  }
  const canonicalPath = join(child.inputFolder, 'canonical.nc');
  const truthPath = join(child.inputFolder, 'truth.nc');
  if (payload.kind === 'products') {
    return {
      step: 'products',
      canonicalPath,
      truthPath,
      diagnosticsPath: payload.diagnostics === null ? null : join(child.inputFolder, DIAGNOSTICS_NAME),
      statisticsPath: payload.statistics === null ? null : join(child.inputFolder, STATISTICS_NAME),
      resolutionPath: payload.resolution === null ? null : join(child.inputFolder, RESOLUTION_NAME),
      payload,
      observations: payload.observations.map(({ role, variable, fileName }, index) => ({
        path: join(child.inputFolder, observationsName(fileName, index)),
        role,
        variable,
      })),
      evaluatorVersion: context.evaluatorVersion,
      outputFolder,
    };
  }
  const { truthVariable, task, protocol, oi } = payload;
  return {
    step: 'score',
    canonicalPath,
    truthPath,
    truthVariable,
    task,
    protocol,
    oi: oi === null ? null : { path: join(child.inputFolder, OI_NAME), variable: oi.variable },
    threads: context.scoreThreads,
    outputFolder,
  };
}

function predictJobOf(payload: PredictPayload, child: SandboxedChild, context: JobContext): ChildJob {
  const { predict } = context;
  if (predict === undefined) throw new Error('this evaluator runs no networks');
  const fields = new Map(
    fieldsOf(payload).map(({ kind, name, file }) => [
      kind,
      { path: join(child.inputFolder, name), variable: file.variable },
    ]),
  );
  return {
    step: 'predict',
    networkPath: join(child.inputFolder, NETWORK_NAME),
    observations: payload.observations.map(({ role, variable, fileName }, index) => ({
      path: join(child.inputFolder, observationsName(fileName, index)),
      role,
      variable,
    })),
    oi: fields.get('oi') ?? null,
    sst: fields.get('sst') ?? null,
    without: payload.without,
    task: payload.task,
    runtime: predict.choice,
    limits: { maxWallSeconds: predict.maxWallSeconds, maxMemoryBytes: predict.worker.memoryBytes },
    outputFolder: child.outputFolder,
  };
}

async function storeResult(
  result: ChildResult,
  child: SandboxedChild,
  context: JobContext,
): Promise<JobOutcome> {
  if (result.step === 'map') {
    const { fileName, variable } = result;
    const map = await storeForNextStep(join(child.outputFolder, fileName), context);
    return { status: 'done', result: { kind: 'map', map, variable, fileName } };
  }
  if (result.step === 'probe-runtime' || result.step === 'inspect')
    throw new Error(`no job of a submission ends with the result of ${result.step}`);
  if (result.step === 'predict') {
    const { fileName, variable, run } = result;
    const map = await storeForNextStep(join(child.outputFolder, fileName), context);
    return { status: 'done', result: { kind: 'predict', map, variable, fileName, run } };
  }
  if (result.step === 'check-network') {
    const network = await storeForNextStep(join(child.outputFolder, result.networkFileName), context);
    const { summary } = result;
    return {
      status: 'done',
      result: { kind: 'check-network', network, summary, warnings: presentableWarnings(result.warnings) },
    };
  }
  if (result.step === 'check') {
    const canonical = await storeForNextStep(join(child.outputFolder, result.canonicalFileName), context);
    const { uncovered } = result;
    return {
      status: 'done',
      result: { kind: 'check', canonical, warnings: presentableWarnings(result.warnings), uncovered },
    };
  }
  const artefacts: { name: ArtefactName; object: ObjectReference }[] = [];
  for (const output of result.outputs) {
    artefacts.push({
      name: output.name,
      object: await storeFile(join(child.outputFolder, output.fileName), context),
    });
  }
  if (result.step === 'products') return { status: 'done', result: { kind: 'products', artefacts } };
  return {
    status: 'done',
    result: {
      kind: 'score',
      scores: result.scores,
      physics: result.physics,
      statistics: result.statistics,
      warnings: presentableWarnings(result.warnings),
      artefacts,
    },
  };
}

/** The next step usually runs here, seconds later: the file stays at hand. */
async function storeForNextStep(path: string, context: JobContext): Promise<ObjectReference> {
  const object = await storeFile(path, context);
  await context.cache.adopt(path, object);
  return object;
}

async function storeFile(path: string, context: JobContext): Promise<ObjectReference> {
  const status = await lstat(path);
  if (!status.isFile()) throw new Error('a step left something that is not a plain file'); // never follow a child's link
  const object = await hashFile(path);
  await context.persist(() => context.backend.upload(object.sha256, path));
  return object;
}
