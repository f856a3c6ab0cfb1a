import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isAlongTrackProtocol } from '@sillage/contracts';
import {
  checkReconstruction,
  scoreAlongTrack,
  scoreReconstruction,
  writeProducts,
  writeScoreArtefacts,
} from '@sillage/pipeline';
import type { WrittenArtefact } from '@sillage/pipeline';
import type { ChildJob, ChildResult } from '../sandbox/child-protocol.js';

const CANONICAL_FILE_NAME = 'canonical.nc';
/** Name of the height in every canonical file. */
const CANONICAL_VARIABLE = 'ssh';

/** What runs inside the sandbox: one step of the scoring, files in, files and numbers out. */
export async function runStep(
  job: ChildJob,
  onProgress: (progress: number, activity: string) => void,
): Promise<ChildResult> {
  switch (job.step) {
    case 'map':
      throw new Error('this evaluator cannot map observations yet');
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
    case 'score': {
      const temporaryFolder = join(job.outputFolder, 'temporary');
      await mkdir(temporaryFolder, { recursive: true });
      const common = {
        reconstructionPath: job.canonicalPath,
        reconstructionVariable: CANONICAL_VARIABLE,
        reconstructionName: 'the reconstruction',
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
          });
      const artefacts = await writeScoreArtefacts(result, job.outputFolder);
      return {
        step: 'score',
        scores: result.scores,
        warnings: result.warnings,
        outputs: outputsOf(artefacts),
      };
    }
    case 'products': {
      const artefacts = await writeProducts({
        canonicalPath: job.canonicalPath,
        truthPath: job.truthPath,
        truthVariable: job.payload.truthVariable,
        task: job.payload.task,
        protocol: job.payload.protocol,
        scores: job.payload.scores,
        provenance: job.payload.provenance,
        includeTruth: job.payload.includeTruth,
        evaluatorVersion: job.evaluatorVersion,
        now: new Date(),
        outputFolder: job.outputFolder,
        onProgress,
      });
      return { step: 'products', outputs: outputsOf(artefacts) };
    }
  }
}

function outputsOf(
  artefacts: readonly WrittenArtefact[],
): { name: WrittenArtefact['name']; fileName: string }[] {
  return artefacts.map(({ name, path }) => ({ name, fileName: basename(path) }));
}
