import { join } from 'node:path';
import {
  networkRunSchema,
  taskExtentSchema,
  type InputFile,
  type JobOutcome,
  type PredictPayload,
} from '@sillage/contracts';
import { z } from 'zod';
import { RUNTIME_CHOICES } from '../runtime-choice.js';
import {
  inputsOfObservations,
  observationsIn,
  placedFieldSchema,
  placedObservationsSchema,
  plainName,
} from './observations.js';
import { exceededText } from './outcome.js';
import { outputFileNameSchema } from './outputs.js';
import { previewFrame } from './preview-frame.js';
import type { StepDefinition } from './step.js';

const NETWORK_NAME = 'network';

const jobSchema = z.object({
  step: z.literal('predict'),
  networkPath: z.string(),
  observations: placedObservationsSchema,
  oi: placedFieldSchema.nullable(),
  sst: placedFieldSchema.nullable(),
  without: z.string().nullable(),
  task: taskExtentSchema,
  runtime: z.enum(RUNTIME_CHOICES),
  limits: z.object({ maxWallSeconds: z.number().positive(), maxMemoryBytes: z.number().positive() }),
  outputFolder: z.string(),
});

const resultSchema = z.object({
  step: z.literal('predict'),
  fileName: outputFileNameSchema,
  variable: z.string().max(200),
  run: networkRunSchema,
});

/** A checked network over the days and patches of one task, from its public inputs. */
export const predict: StepDefinition<
  PredictPayload,
  z.infer<typeof jobSchema>,
  z.infer<typeof resultSchema>
> = {
  name: 'predict',
  kind: 'predict',
  slot: 'network',
  profile: 'predict',
  niceness: 5,
  jobSchema,
  resultSchema,

  inputs: ({ network, oi, sst, observations }) => [
    { name: NETWORK_NAME, object: network },
    ...(oi === null ? [] : [{ name: fieldName('oi', oi), object: oi.object }]),
    ...(sst === null ? [] : [{ name: fieldName('sst', sst), object: sst.object }]),
    ...inputsOfObservations(observations),
  ],

  job(payload, { inputFolder, outputFolder, predict: settings }) {
    if (settings === undefined) throw new Error('this evaluator runs no networks');
    const { oi, sst, observations, without, task } = payload;
    const placed = (kind: 'oi' | 'sst', field: InputFile | null) =>
      field && { path: join(inputFolder, fieldName(kind, field)), variable: field.variable };
    return {
      step: 'predict',
      networkPath: join(inputFolder, NETWORK_NAME),
      observations: observationsIn(inputFolder, observations),
      oi: placed('oi', oi),
      sst: placed('sst', sst),
      without,
      task,
      runtime: settings.choice,
      limits: { maxWallSeconds: settings.maxWallSeconds, maxMemoryBytes: settings.worker.memoryBytes },
      outputFolder,
    };
  },

  async run({ outputFolder, ...job }, { onProgress, onFrame }) {
    const { predictMap } = await import('@sillage/pipeline/predict');
    const { area, scenario, trainTruth } = job.task;
    const fileName = `prediction-${area}-${scenario}.nc`;
    const { variable, report } = await predictMap({
      networkPath: job.networkPath,
      observations: job.observations,
      oi: job.oi,
      sst: job.sst,
      without: job.without,
      task: job.task,
      trainTruth: trainTruth ?? null,
      runtime: job.runtime,
      outputPath: join(outputFolder, fileName),
      onProgress,
      onDay: (day) => onFrame(previewFrame(day)),
      limits: job.limits,
      now: new Date(),
    });
    return { step: 'predict', fileName, variable, run: report };
  },

  async outputs({ fileName, variable, run }, { storeForNextStep, energyJoules }) {
    const map = await storeForNextStep(fileName);
    const measured = { ...run, energyJoules: run.energyJoules ?? energyJoules };
    return { status: 'done', result: { kind: 'predict', map, variable, fileName, run: measured } };
  },

  /** A network that needs more than it is granted is its author's; a driver that breaks down under it is ours. */
  blame(end) {
    const found = exceededText(end, 'running it');
    return found === null ? null : networkTooLarge(found);
  },

  /** The child may start no process that asks the driver; one network runs at a time, so the device's power is its own. */
  async startMeter({ worker }) {
    const { startEnergyMeter } = await import('@sillage/pipeline/predict');
    return startEnergyMeter(worker.device);
  },
};

/** Each field has a folder of its own, where it keeps its name. */
function fieldName(kind: 'oi' | 'sst', { fileName }: InputFile): string {
  return join(kind, plainName(fileName));
}

function networkTooLarge(found: string): JobOutcome {
  return {
    status: 'rejected',
    reason: {
      code: 'network-too-large',
      where: 'the network',
      found,
      expected: 'a network that maps the task within the time and memory of one evaluator',
      fix: 'Choose a smaller batch_size, smaller patches or larger strides in the manifest, or a smaller network.',
    },
  };
}
