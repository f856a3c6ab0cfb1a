import { join } from 'node:path';
import type { PreviewFrame } from '@sillage/contracts';
import { checkNetwork, openRuntime, predictMap } from '@sillage/pipeline/predict';
import type { ChildJob, ChildResult } from '../sandbox/child-protocol.js';
import { previewFrame } from './preview-frame.js';

type JobOf<Step extends ChildJob['step']> = Extract<ChildJob, { step: Step }>;
type ResultOf<Step extends ChildResult['step']> = Extract<ChildResult, { step: Step }>;
type ProgressListener = (progress: number, activity: string) => void;

const NETWORK_FILE_NAME = 'network.bin';

/** The weights of an upload, read without running anything of it, in the one form that is executed. */
export async function checkNetworkFile(
  job: JobOf<'check-network'>,
  onProgress: ProgressListener,
): Promise<ResultOf<'check-network'>> {
  const { summary, warnings } = await checkNetwork({
    checkpointPath: job.inputPath,
    fileName: job.fileName,
    manifestText: job.manifest,
    tasks: job.tasks.map(({ trainTruth, ...task }) => ({ ...task, trainTruth: trainTruth ?? null })),
    networkPath: join(job.outputFolder, NETWORK_FILE_NAME),
    limits: job.limits,
    onProgress,
  });
  return {
    step: 'check-network',
    networkFileName: NETWORK_FILE_NAME,
    summary: { ...summary, extraInputs: [...summary.extraInputs] },
    warnings,
  };
}

/** The network over the days and patches of one task, from its public inputs. */
export async function runNetwork(
  job: JobOf<'predict'>,
  { onProgress, onFrame }: { onProgress: ProgressListener; onFrame: (frame: PreviewFrame) => void },
): Promise<ResultOf<'predict'>> {
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
    outputPath: join(job.outputFolder, fileName),
    onProgress,
    onDay: (day) => onFrame(previewFrame(day)),
    limits: job.limits,
    now: new Date(),
  });
  return { step: 'predict', fileName, variable, run: report };
}

/** What executes networks here, found by trying it. */
export async function probeRuntime(job: JobOf<'probe-runtime'>): Promise<ResultOf<'probe-runtime'>> {
  const runtime = await openRuntime(job.runtime);
  try {
    const { name, version, device } = runtime.description;
    return { step: 'probe-runtime', name, version, device };
  } finally {
    await runtime.close();
  }
}
