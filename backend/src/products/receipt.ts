import { type ReceiptContent, type Scores, taskExtent } from '@sillage/contracts';
import { isStoredArtefactDisclosed, withheldPaths } from '../disclosure/domain/disclosure.js';
import type { Challenge, StoredDatasetFile } from '../challenges/challenges.service.js';
import type { EvaluationRecord } from '../evaluations/evaluations.service.js';
import type { Submission } from '../submissions/visible-submissions.service.js';

/** Files of a dataset that neither score a task nor are read by methods. */
const ROLES_OF_REFERENCES = new Set(['reconstruction', 'network', 'network-manifest']);

/** What a receipt vouches for: which bytes were scored against which public bytes, by what, with which result. */
export function receiptContent(facts: {
  platformUrl: string;
  record: EvaluationRecord;
  submission: Submission;
  file: NonNullable<Submission['file']>;
  challenge: Challenge;
  files: readonly StoredDatasetFile[];
  /** As the disclosure level shows them. */
  scores: Scores;
}): ReceiptContent {
  const { platformUrl, record, submission, file, challenge, scores } = facts;
  const { definition } = challenge;
  const { scoredBox, period } = taskExtent(definition, record);
  const withheld = withheldPaths(facts.files, record.disclosure);
  return {
    format: 'sillage-receipt-1',
    platform: { url: platformUrl },
    submission: {
      id: submission.id,
      url: `${platformUrl}/submissions/${submission.id}`,
      method: submission.card.name,
      author: submission.author,
      kind: submission.kind,
      form: submission.form,
      licence: submission.card.licence,
      submittedAt: submission.createdAt.toISOString(),
      file: { name: file.fileName, sizeBytes: file.sizeBytes, sha256: file.sha256 },
      variable: submission.variable,
    },
    evaluation: {
      id: record.id,
      area: record.area,
      scenario: record.scenario,
      scoredBox,
      period,
      scoredAt: record.stateSince.toISOString(),
    },
    challenge: {
      id: definition.id,
      name: definition.name,
      synthetic: definition.synthetic,
      datasetVersion: record.datasetVersion,
      disclosure: record.disclosure,
      files: facts.files
        .filter(
          ({ role, path, area, scenario }) =>
            !withheld.has(path) &&
            area === record.area &&
            (scenario ?? record.scenario) === record.scenario &&
            !ROLES_OF_REFERENCES.has(role),
        )
        .map(({ role, path, variable, sizeBytes, sha256 }) => ({
          role,
          name: path,
          variable,
          sizeBytes,
          sha256,
        }))
        .sort((a, b) => compare(a.role, b.role) || compare(a.name, b.name)),
    },
    protocol: record.protocol,
    scorerVersion: record.evaluatorVersion ?? '',
    runtime: record.run === null ? null : record.run.runtime,
    scores,
    artefacts: record.artefacts
      .filter((artefact) => isStoredArtefactDisclosed(artefact, record.disclosure))
      .map(({ name, sizeBytes, sha256 }) => ({ name, sizeBytes, sha256 }))
      .sort((a, b) => compare(a.name, b.name)),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
