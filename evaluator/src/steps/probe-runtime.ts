import { z } from 'zod';
import { RUNTIME_CHOICES } from '../runtime-choice.js';
import type { ChildWork } from './step.js';

const jobSchema = z.object({ step: z.literal('probe-runtime'), runtime: z.enum(RUNTIME_CHOICES) });

const resultSchema = z.object({
  step: z.literal('probe-runtime'),
  name: z.string().min(1).max(60),
  version: z.string().max(120),
  device: z.string().max(200),
});

/** What executes networks here, found by trying it. No step: the evaluator asks, when it starts. */
export const probeRuntime: ChildWork<z.infer<typeof jobSchema>, z.infer<typeof resultSchema>> = {
  name: 'probe-runtime',
  profile: 'predict',
  niceness: 5,
  jobSchema,
  resultSchema,

  async run({ runtime: choice }) {
    const { openRuntime } = await import('@sillage/pipeline/predict');
    const runtime = await openRuntime(choice);
    try {
      const { name, version, device } = runtime.description;
      return { step: 'probe-runtime', name, version, device };
    } finally {
      await runtime.close();
    }
  },
};
