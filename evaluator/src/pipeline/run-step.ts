import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isAlongTrackProtocol, type PreviewFrame } from '@sillage/contracts';
import {
  CANONICAL_VARIABLE,
  checkReconstruction,
  inspectDataset,
  mapObservations,
  mistakeWarnings,
  originOfCanonical,
  scoreAlongTrack,
  scoreReconstruction,
  writeAlongTrackProducts,
  writeProducts,
  writeScoreArtefacts,
} from '@sillage/pipeline';
import type { WrittenArtefact } from '@sillage/pipeline';
import { daysSince1950, isoDay } from '@sillage/science';
import type { ChildJob, ChildResult } from '../sandbox/child-protocol.js';

const CANONICAL_FILE_NAME = 'canonical.nc';
const REPORT_FILE_NAME = 'report.json';

export type StepListeners = {
  onProgress: (progress: number, activity: string) => void;
  /** A day of a map that is finished. */
  onFrame: (frame: PreviewFrame) => void;
  /** A file of a dataset is read from now on. */
  onFile: (path: string) => void;
};

/** What runs inside the sandbox: one step of the scoring, files in, files and numbers out. */
export async function runStep(
  job: ChildJob,
  { onProgress, onFrame, onFile }: StepListeners,
): Promise<ChildResult> {
  switch (job.step) {
    case 'map': {
      const { area, scenario, period, scoredBox } = job.task;
      const { spacingDeg, ...covariance } = job.parameters;
      const fileName = `oi-${area}-${scenario}.nc`;
      const { variables } = await mapObservations({
        observations: job.observations,
        grid: { kind: 'box', box: scoredBox, spacingDeg },
        period: { start: period.start, end: dayAfter(period.end) },
        parameters: covariance,
        threads: job.threads,
        outputPath: join(job.outputFolder, fileName),
        now: new Date(),
        onProgress,
      });
      const [variable] = variables;
      if (variable === undefined) throw new Error('the mapping wrote no heights');
      return { step: 'map', fileName, variable };
    }
    case 'check': {
      const { warnings, uncovered } = await checkReconstruction({
        inputPath: job.inputPath,
        fileName: job.fileName,
        variable: job.variable,
        tasks: job.tasks,
        onlyCovered: job.onlyCovered,
        canonicalPath: join(job.outputFolder, CANONICAL_FILE_NAME),
        onProgress,
      });
      return { step: 'check', canonicalFileName: CANONICAL_FILE_NAME, warnings, uncovered };
    }
    // Loaded where they are needed: a score must not wait for what runs networks.
    case 'check-network': {
      const { checkNetworkFile } = await import('./network-steps.js');
      return checkNetworkFile(job, onProgress);
    }
    case 'predict': {
      const { runNetwork } = await import('./network-steps.js');
      return runNetwork(job, { onProgress, onFrame });
    }
    case 'probe-runtime': {
      const { probeRuntime } = await import('./network-steps.js');
      return probeRuntime(job);
    }
    case 'score': {
      const temporaryFolder = join(job.outputFolder, 'temporary');
      await mkdir(temporaryFolder, { recursive: true });
      const common = {
        reconstructionPath: job.canonicalPath,
        reconstructionVariable: CANONICAL_VARIABLE,
        reconstructionName: await originOfCanonical(job.canonicalPath),
        scoredBox: job.task.scoredBox,
        period: job.task.period,
        onProgress,
      };
      const { protocol, threads } = job;
      const result = isAlongTrackProtocol(protocol)
        ? await scoreAlongTrack({
            ...common,
            trackPath: job.truthPath,
            trackVariable: job.truthVariable,
            protocol,
          })
        : await scoreReconstruction({
            ...common,
            referencePath: job.truthPath,
            referenceVariable: job.truthVariable,
            protocol,
            threads,
            temporaryFolder,
            openOcean: protocol === 'osse-natl',
            details: true,
          });
      const mistakes =
        job.oi === null
          ? []
          : await mistakeWarnings({
              reconstructionPath: common.reconstructionPath,
              reconstructionVariable: common.reconstructionVariable,
              oi: job.oi,
              scoredBox: common.scoredBox,
              period: common.period,
            });
      const artefacts = await writeScoreArtefacts(result, job.outputFolder);
      return {
        step: 'score',
        scores: result.scores,
        physics: result.physics,
        statistics: result.boardStatistics,
        warnings: [...result.warnings, ...mistakes],
        outputs: outputsOf(artefacts),
      };
    }
    case 'products': {
      const write = isAlongTrackProtocol(job.payload.protocol) ? writeAlongTrackProducts : writeProducts;
      const artefacts = await write({
        canonicalPath: job.canonicalPath,
        truthPath: job.truthPath,
        truthVariable: job.payload.truthVariable,
        task: job.payload.task,
        protocol: job.payload.protocol,
        scores: job.payload.scores,
        physics: job.payload.physics ?? null,
        provenance: job.payload.provenance,
        includeTruth: job.payload.includeTruth,
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
    }
    case 'inspect': {
      const { definition, files, broken, evaluatorVersion, outputFolder } = job;
      const now = new Date();
      const report = await inspectDataset({
        definition,
        files,
        broken,
        evaluatorVersion,
        now,
        onProgress,
        onFile,
      });
      await writeFile(join(outputFolder, REPORT_FILE_NAME), JSON.stringify(report));
      return { step: 'inspect', reportFileName: REPORT_FILE_NAME };
    }
  }
}

/** References stamped at noon, or at the end of a day, lie between the last day's map and the next one. */
function dayAfter(day: string): string {
  return isoDay(daysSince1950(day) + 1);
}

function outputsOf(
  artefacts: readonly WrittenArtefact[],
): { name: WrittenArtefact['name']; fileName: string }[] {
  return artefacts.map(({ name, path }) => ({ name, fileName: basename(path) }));
}
