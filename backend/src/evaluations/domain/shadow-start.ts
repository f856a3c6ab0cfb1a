import {
  canonicalJson,
  type ChallengeDefinition,
  type CheckWarning,
  type JobPayload,
  type NetworkRun,
  type NetworkSummary,
  type ObjectReference,
  type RejectionReason,
  type SubmissionForm,
  taskExtent,
  USUAL_MISTAKE,
} from '@sillage/contracts';
import { predictInputs, scoreInputs, type DatasetInput, type PredictInputs } from './step-inputs.js';

/** A score that is to be made again, and what it was made of. */
export type ShadowSource = {
  evaluationId: string;
  submissionId: string;
  taskId: string;
  area: string;
  scenario: string;
  form: SubmissionForm;
  /** What was sent in, or computed by the platform. */
  upload: ObjectReference & { fileName: string };
  variable: string | null;
  /** The checked map that the score is of. */
  canonical: ObjectReference;
  run: NetworkRun | null;
  warnings: CheckWarning[];
  network: { object: ObjectReference; summary: NetworkSummary } | null;
};

/** A dataset version with its files, as the steps of an evaluation read them. */
export type VersionInputs = {
  id: string;
  definition: ChallengeDefinition;
  files: DatasetInput[];
};

/** Where the making of a score again begins, with the warnings that are true already, or why it cannot be made. */
export type ShadowStart =
  | { kind: 'begins'; payload: JobPayload; canonical: ObjectReference | null; warnings: CheckWarning[] }
  | { kind: 'lacking'; reason: RejectionReason };

/**
 * The latest step that what is known allows. *Score* where the checked map is what the new version asks for: the task has the same
 * box and period, and a network would read the same bytes. *Check* of the upload where box or period are others: the checked map may
 * have been cut. *Predict* where a network reads other bytes.
 *
 * @returns null where the new version does not have the task.
 */
export function shadowStart(
  evaluationId: string,
  source: ShadowSource,
  from: VersionInputs,
  to: VersionInputs,
): ShadowStart | null {
  const { definition } = to;
  if (!definition.tasks.some((task) => task.area === source.area && task.scenario === source.scenario))
    return null;
  const task = taskExtent(definition, source);
  const isSameExtent = isSame(task, taskExtent(from.definition, source));
  if (source.form === 'network') {
    const { network } = source;
    if (network === null) throw new Error(`network ${source.submissionId} has a score and was not checked`);
    const inputs = predictInputs(to.files, source, network.summary.extraInputs);
    if ('lacking' in inputs) return { kind: 'lacking', reason: inputs.lacking };
    const before = predictInputs(from.files, source, network.summary.extraInputs);
    if (!isSameExtent || 'lacking' in before || !isSame(bytesOf(inputs), bytesOf(before))) {
      return {
        kind: 'begins',
        canonical: null,
        warnings: [],
        payload: {
          kind: 'predict',
          submissionId: source.submissionId,
          evaluationId,
          network: network.object,
          memoryBytes: Math.ceil(network.summary.peakMemoryBytes ?? 0),
          task,
          without: null,
          ...inputs,
        },
      };
    }
  } else if (!isSameExtent) {
    const { fileName, ...upload } = source.upload;
    return {
      kind: 'begins',
      canonical: null,
      warnings: [],
      payload: {
        kind: 'check',
        submissionId: source.submissionId,
        evaluationId,
        network: null,
        upload,
        fileName,
        variable: source.variable,
        tasks: [task],
        onlyCovered: false,
      },
    };
  }
  const inputs = scoreInputs(definition.protocol, to.files, source);
  if (inputs === null) {
    throw new Error(
      `dataset version ${definition.datasetVersion} has no file to compare ${source.area} × ${source.scenario} with`,
    );
  }
  return {
    kind: 'begins',
    canonical: source.canonical,
    warnings: source.warnings.filter(({ code }) => code !== USUAL_MISTAKE),
    payload: {
      kind: 'score',
      evaluationId,
      canonical: source.canonical,
      task,
      protocol: definition.protocol,
      ...inputs,
    },
  };
}

/** What a network reads, without the names of the files: the same bytes make the same map. */
function bytesOf({ observations, oi, sst }: PredictInputs) {
  return {
    observations: observations.map(({ role, variable, object }) => ({
      role,
      variable,
      sha256: object.sha256,
    })),
    oi: oi === null ? null : { variable: oi.variable, sha256: oi.object.sha256 },
    sst: sst === null ? null : { variable: sst.variable, sha256: sst.object.sha256 },
  };
}

function isSame(first: unknown, second: unknown): boolean {
  return canonicalJson(first) === canonicalJson(second);
}
