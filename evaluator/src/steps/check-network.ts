import { join } from 'node:path';
import {
  checkWarningSchema,
  MAX_NETWORK_MEMORY_BYTES,
  networkSummarySchema,
  taskExtentSchema,
} from '@sillage/contracts';
import { z } from 'zod';
import { unreadableFile, presentableWarnings } from './outcome.js';
import { outputFileNameSchema } from './outputs.js';
import type { StepDefinition } from './step.js';
import { UPLOAD_NAME, type CheckPayload } from './upload.js';

const NETWORK_FILE_NAME = 'network.bin';

const jobSchema = z.object({
  step: z.literal('check-network'),
  inputPath: z.string(),
  fileName: z.string(),
  manifest: z.string().nullable(),
  tasks: z.array(taskExtentSchema),
  limits: z.object({ maxMemoryBytes: z.number().positive() }),
  outputFolder: z.string(),
});

const resultSchema = z.object({
  step: z.literal('check-network'),
  networkFileName: outputFileNameSchema,
  summary: networkSummarySchema,
  warnings: z.array(checkWarningSchema).max(100),
});

/** The weights of an upload, read without running anything of it, in the one form that is executed. */
export const checkNetwork: StepDefinition<
  CheckPayload,
  z.infer<typeof jobSchema>,
  z.infer<typeof resultSchema>
> = {
  name: 'check-network',
  kind: 'check',
  isFor: ({ network }) => network !== null,
  slot: 'urgent',
  profile: 'check',
  niceness: 0,
  jobSchema,
  resultSchema,

  inputs: ({ upload }) => [{ name: UPLOAD_NAME, object: upload }],

  job: ({ fileName, network, tasks }, { inputFolder, outputFolder }) => ({
    step: 'check-network',
    inputPath: join(inputFolder, UPLOAD_NAME),
    fileName,
    manifest: network?.manifest ?? null,
    tasks,
    limits: { maxMemoryBytes: MAX_NETWORK_MEMORY_BYTES },
    outputFolder,
  }),

  async run({ inputPath, fileName, manifest, tasks, limits, outputFolder }, { onProgress }) {
    const { checkNetwork: readNetwork } = await import('@sillage/pipeline/predict');
    const { summary, warnings } = await readNetwork({
      checkpointPath: inputPath,
      fileName,
      manifestText: manifest,
      tasks: tasks.map(({ trainTruth, ...task }) => ({ ...task, trainTruth: trainTruth ?? null })),
      networkPath: join(outputFolder, NETWORK_FILE_NAME),
      limits,
      onProgress,
    });
    return {
      step: 'check-network',
      networkFileName: NETWORK_FILE_NAME,
      summary: { ...summary, extraInputs: [...summary.extraInputs] },
      warnings,
    };
  },

  async outputs({ networkFileName, summary, warnings }, { storeForNextStep }) {
    const network = await storeForNextStep(networkFileName);
    return {
      status: 'done',
      result: { kind: 'check-network', network, summary, warnings: presentableWarnings(warnings) },
    };
  },

  blame: (end, { fileName }) =>
    unreadableFile(end, fileName, {
      expected: 'a file that holds the weights of one network and little else',
      fix: 'Save the weights alone, for example torch.save(module.state_dict(), "network.pt"), and send that file.',
    }),
};
