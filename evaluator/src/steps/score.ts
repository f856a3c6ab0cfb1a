import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  boardStatisticsSchema,
  checkWarningSchema,
  isAlongTrackProtocol,
  physicsSchema,
  protocolSchema,
  scoresSchema,
  taskExtentSchema,
  type JobPayload,
} from '@sillage/contracts';
import { z } from 'zod';
import { comparedIn, inputsOfCompared } from './compared-files.js';
import { placedFieldSchema } from './observations.js';
import { presentableWarnings } from './outcome.js';
import { outputSchema, outputsOf, storeOutputs } from './outputs.js';
import type { ChildListeners, StepDefinition } from './step.js';

const OI_NAME = 'oi.nc';

const jobSchema = z.object({
  step: z.literal('score'),
  canonicalPath: z.string(),
  truthPath: z.string(),
  truthVariable: z.string().nullable(),
  task: taskExtentSchema,
  protocol: protocolSchema,
  oi: placedFieldSchema.nullable(),
  threads: z.number().int().positive(),
  outputFolder: z.string(),
});
type Job = z.infer<typeof jobSchema>;

const resultSchema = z.object({
  step: z.literal('score'),
  scores: scoresSchema,
  physics: physicsSchema.nullable(),
  statistics: boardStatisticsSchema.nullable(),
  warnings: z.array(checkWarningSchema).max(100),
  outputs: z.array(outputSchema).max(20),
});

type ScorePayload = Extract<JobPayload, { kind: 'score' }>;

/** A map against the truth, or along the withheld track, and doubts about it by the public OI. */
export const score: StepDefinition<ScorePayload, Job, z.infer<typeof resultSchema>> = {
  name: 'score',
  kind: 'score',
  slot: 'urgent',
  profile: 'score',
  niceness: 0,
  jobSchema,
  resultSchema,

  inputs: ({ canonical, truth, oi }) => [
    ...inputsOfCompared({ canonical, truth }),
    ...(oi === null ? [] : [{ name: OI_NAME, object: oi.object }]),
  ],

  job: ({ truthVariable, task, protocol, oi }, { inputFolder, outputFolder, scoreThreads }) => ({
    step: 'score',
    ...comparedIn(inputFolder),
    truthVariable,
    task,
    protocol,
    oi: oi && { path: join(inputFolder, OI_NAME), variable: oi.variable },
    threads: scoreThreads,
    outputFolder,
  }),

  async run(job, { onProgress }) {
    const { writeScoreArtefacts } = await import('@sillage/pipeline');
    const result = await scoreOf(job, onProgress);
    const mistakes = await mistakesOf(job);
    const artefacts = await writeScoreArtefacts(result, job.outputFolder);
    return {
      step: 'score',
      scores: result.scores,
      physics: result.physics,
      statistics: result.boardStatistics,
      warnings: [...result.warnings, ...mistakes],
      outputs: outputsOf(artefacts),
    };
  },

  async outputs({ scores, physics, statistics, warnings, outputs }, leavings) {
    const artefacts = await storeOutputs(outputs, leavings);
    return {
      status: 'done',
      result: {
        kind: 'score',
        scores,
        physics,
        statistics,
        warnings: presentableWarnings(warnings),
        artefacts,
      },
    };
  },
};

async function scoreOf(job: Job, onProgress: ChildListeners['onProgress']) {
  const { CANONICAL_VARIABLE, originOfCanonical, scoreAlongTrack, scoreReconstruction } =
    await import('@sillage/pipeline');
  const temporaryFolder = join(job.outputFolder, 'temporary');
  await mkdir(temporaryFolder, { recursive: true });
  const { protocol, threads } = job;
  const common = {
    reconstructionPath: job.canonicalPath,
    reconstructionVariable: CANONICAL_VARIABLE,
    reconstructionName: await originOfCanonical(job.canonicalPath),
    scoredBox: job.task.scoredBox,
    period: job.task.period,
    onProgress,
  };
  return isAlongTrackProtocol(protocol)
    ? scoreAlongTrack({
        ...common,
        trackPath: job.truthPath,
        trackVariable: job.truthVariable,
        protocol,
      })
    : scoreReconstruction({
        ...common,
        referencePath: job.truthPath,
        referenceVariable: job.truthVariable,
        protocol,
        threads,
        temporaryFolder,
        openOcean: protocol === 'osse-natl',
        details: true,
      });
}

async function mistakesOf({ oi, canonicalPath, task }: Job) {
  if (oi === null) return [];
  const { CANONICAL_VARIABLE, mistakeWarnings } = await import('@sillage/pipeline');
  return mistakeWarnings({
    reconstructionPath: canonicalPath,
    reconstructionVariable: CANONICAL_VARIABLE,
    oi,
    scoredBox: task.scoredBox,
    period: task.period,
  });
}
