import { join } from 'node:path';
import {
  isAlongTrackProtocol,
  productsPayloadSchema,
  type ObjectReference,
  type ProductsPayload,
} from '@sillage/contracts';
import { z } from 'zod';
import { comparedIn, inputsOfCompared } from './compared-files.js';
import { inputsOfObservations, observationsIn, placedObservationsSchema } from './observations.js';
import { outputSchema, outputsOf, storeOutputs } from './outputs.js';
import type { Input, StepDefinition } from './step.js';

const DIAGNOSTICS_NAME = 'diagnostics.json';
const STATISTICS_NAME = 'statistics.json';
const RESOLUTION_NAME = 'resolution.json';

const jobSchema = z.object({
  step: z.literal('products'),
  canonicalPath: z.string(),
  truthPath: z.string(),
  diagnosticsPath: z.string().nullable(),
  statisticsPath: z.string().nullable(),
  resolutionPath: z.string().nullable(),
  payload: productsPayloadSchema,
  observations: placedObservationsSchema,
  evaluatorVersion: z.string(),
  outputFolder: z.string(),
});

const resultSchema = z.object({ step: z.literal('products'), outputs: z.array(outputSchema).max(40) });

/** What people download and look at: the scored NetCDF, figures, frames of maps. */
export const products: StepDefinition<
  ProductsPayload,
  z.infer<typeof jobSchema>,
  z.infer<typeof resultSchema>
> = {
  name: 'products',
  kind: 'products',
  // What follows a score waits for the next participant's score.
  slot: 'patient',
  profile: 'score',
  niceness: 10,
  jobSchema,
  resultSchema,

  inputs: ({ canonical, truth, observations, diagnostics, statistics, resolution }) => [
    ...inputsOfCompared({ canonical, truth }),
    ...inputsOfObservations(observations),
    ...inputUnlessNull(DIAGNOSTICS_NAME, diagnostics),
    ...inputUnlessNull(STATISTICS_NAME, statistics),
    ...inputUnlessNull(RESOLUTION_NAME, resolution),
  ],

  job: (payload, { inputFolder, outputFolder, evaluatorVersion }) => ({
    step: 'products',
    ...comparedIn(inputFolder),
    diagnosticsPath: payload.diagnostics && join(inputFolder, DIAGNOSTICS_NAME),
    statisticsPath: payload.statistics && join(inputFolder, STATISTICS_NAME),
    resolutionPath: payload.resolution && join(inputFolder, RESOLUTION_NAME),
    payload,
    observations: observationsIn(inputFolder, payload.observations),
    evaluatorVersion,
    outputFolder,
  }),

  async run({ payload, ...job }, { onProgress }) {
    const { writeAlongTrackProducts, writeProducts } = await import('@sillage/pipeline');
    const write = isAlongTrackProtocol(payload.protocol) ? writeAlongTrackProducts : writeProducts;
    const artefacts = await write({
      canonicalPath: job.canonicalPath,
      truthPath: job.truthPath,
      truthVariable: payload.truthVariable,
      task: payload.task,
      protocol: payload.protocol,
      scores: payload.scores,
      physics: payload.physics ?? null,
      provenance: payload.provenance,
      includeTruth: payload.includeTruth,
      observations: job.observations,
      diagnosticsPath: job.diagnosticsPath,
      statisticsPath: job.statisticsPath,
      resolutionPath: job.resolutionPath,
      evaluatorVersion: job.evaluatorVersion,
      now: new Date(),
      outputFolder: job.outputFolder,
      onProgress,
    });
    return { step: 'products', outputs: outputsOf(artefacts) };
  },

  async outputs({ outputs }, leavings) {
    return { status: 'done', result: { kind: 'products', artefacts: await storeOutputs(outputs, leavings) } };
  },
};

function inputUnlessNull(name: string, object: ObjectReference | null): Input[] {
  return object === null ? [] : [{ name, object }];
}
