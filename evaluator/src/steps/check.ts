import { join } from 'node:path';
import { checkWarningSchema, taskExtentSchema, taskReferenceSchema } from '@sillage/contracts';
import { z } from 'zod';
import { unreadableFile, presentableWarnings } from './outcome.js';
import { UPLOAD_NAME, type CheckPayload } from './upload.js';
import type { StepDefinition } from './step.js';

const CANONICAL_FILE_NAME = 'canonical.nc';

const jobSchema = z.object({
  step: z.literal('check'),
  inputPath: z.string(),
  fileName: z.string(),
  variable: z.string().nullable(),
  tasks: z.array(taskExtentSchema),
  onlyCovered: z.boolean(),
  outputFolder: z.string(),
});

const resultSchema = z.object({
  step: z.literal('check'),
  canonicalFileName: z.literal(CANONICAL_FILE_NAME),
  warnings: z.array(checkWarningSchema).max(100),
  uncovered: z.array(taskReferenceSchema).max(100).default([]),
});

/** Whether a map may be scored, and its canonical form. */
export const check: StepDefinition<CheckPayload, z.infer<typeof jobSchema>, z.infer<typeof resultSchema>> = {
  name: 'check',
  kind: 'check',
  isFor: ({ network }) => network === null,
  slot: 'urgent',
  profile: 'check',
  niceness: 0,
  jobSchema,
  resultSchema,

  inputs: ({ upload }) => [{ name: UPLOAD_NAME, object: upload }],

  job: ({ fileName, variable, tasks, onlyCovered }, { inputFolder, outputFolder }) => ({
    step: 'check',
    inputPath: join(inputFolder, UPLOAD_NAME),
    fileName,
    variable,
    tasks,
    onlyCovered,
    outputFolder,
  }),

  async run({ inputPath, fileName, variable, tasks, onlyCovered, outputFolder }, { onProgress }) {
    const { checkReconstruction } = await import('@sillage/pipeline');
    const { warnings, uncovered } = await checkReconstruction({
      inputPath,
      fileName,
      variable,
      tasks,
      onlyCovered,
      canonicalPath: join(outputFolder, CANONICAL_FILE_NAME),
      onProgress,
    });
    return { step: 'check', canonicalFileName: CANONICAL_FILE_NAME, warnings, uncovered };
  },

  async outputs({ canonicalFileName, warnings, uncovered }, { storeForNextStep }) {
    const canonical = await storeForNextStep(canonicalFileName);
    return {
      status: 'done',
      result: { kind: 'check', canonical, warnings: presentableWarnings(warnings), uncovered },
    };
  },

  blame: (end, { fileName }) =>
    unreadableFile(end, fileName, {
      expected:
        'a file that can be read in small pieces: chunks of at most a few MiB, one variable of heights',
      fix: 'Write the map again with plain settings, for example xarray: ds[["ssh"]].to_netcdf("map.nc"), and send that file.',
    }),
};
