import { join } from 'node:path';
import { oiParametersSchema, taskExtentSchema, type MapPayload } from '@sillage/contracts';
import { z } from 'zod';
import { inputsOfObservations, observationsIn, placedObservationsSchema } from './observations.js';
import { failed } from './outcome.js';
import { outputFileNameSchema } from './outputs.js';
import type { StepDefinition } from './step.js';

const jobSchema = z.object({
  step: z.literal('map'),
  observations: placedObservationsSchema,
  task: taskExtentSchema,
  parameters: oiParametersSchema,
  threads: z.number().int().positive(),
  outputFolder: z.string(),
});

const resultSchema = z.object({
  step: z.literal('map'),
  fileName: outputFileNameSchema,
  variable: z.string().max(200),
});

/** A reference that the platform computes itself, from the observations of a task. */
export const map: StepDefinition<MapPayload, z.infer<typeof jobSchema>, z.infer<typeof resultSchema>> = {
  name: 'map',
  kind: 'map',
  // Mapping a basin takes minutes, and no participant waits behind it.
  slot: 'own',
  profile: 'map',
  niceness: 15,
  jobSchema,
  resultSchema,

  inputs: ({ observations }) => inputsOfObservations(observations),

  job: ({ observations, task, parameters }, { inputFolder, outputFolder, scoreThreads }) => ({
    step: 'map',
    observations: observationsIn(inputFolder, observations),
    task,
    parameters,
    threads: scoreThreads,
    outputFolder,
  }),

  async run({ observations, task, parameters, threads, outputFolder }, { onProgress }) {
    const { mapObservations } = await import('@sillage/pipeline');
    const { daysSince1950, isoDay } = await import('@sillage/science');
    const { area, scenario, period, scoredBox } = task;
    const { spacingDeg, ...covariance } = parameters;
    const fileName = `oi-${area}-${scenario}.nc`;
    // References stamped at noon, or at the end of a day, lie between the last day's map and the next one.
    const dayAfter = isoDay(daysSince1950(period.end) + 1);
    const { variables } = await mapObservations({
      observations,
      grid: { kind: 'box', box: scoredBox, spacingDeg },
      period: { start: period.start, end: dayAfter },
      parameters: covariance,
      threads,
      outputPath: join(outputFolder, fileName),
      now: new Date(),
      onProgress,
    });
    const [variable] = variables;
    if (variable === undefined) throw new Error('the mapping wrote no heights');
    return { step: 'map', fileName, variable };
  },

  async outputs({ fileName, variable }, { storeForNextStep }) {
    const object = await storeForNextStep(fileName);
    return { status: 'done', result: { kind: 'map', map: object, variable, fileName } };
  },

  /** Observations that cannot be mapped are the organiser's: no participant can mend them, and no second try does. */
  blame(end) {
    if (end.kind !== 'rejected') return null;
    const { where, found, expected, fix } = end.reason;
    const message = `The observations cannot be mapped. ${where}: ${found}; needed: ${expected}. ${fix}`;
    return { ...failed(message), retryable: false };
  },
};
