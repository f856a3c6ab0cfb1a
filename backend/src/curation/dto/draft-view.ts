import type { DraftSummary, DraftView } from '@sillage/contracts';
import { nameInDraft } from '../domain/definition-problems.js';
import type { DraftDetails, DraftOverview } from '../drafts.service.js';

function commonOf({ draft }: DraftOverview) {
  return {
    id: draft.id,
    revision: draft.revision,
    basedOn: draft.basedOn,
    createdBy: draft.createdBy,
    createdAt: draft.createdAt.toISOString(),
    changedBy: draft.changedBy,
    changedAt: draft.changedAt.toISOString(),
  };
}

export function toDraftSummary(overview: DraftOverview): DraftSummary {
  const { draft, problems, files, inspection } = overview;
  return {
    ...commonOf(overview),
    challengeId: nameInDraft(draft.definition, 'id'),
    name: nameInDraft(draft.definition, 'name'),
    version: nameInDraft(draft.definition, 'datasetVersion'),
    problemCount: problems.length,
    fileCount: files.length,
    inspectionState: inspection,
  };
}

export function toDraftView(details: DraftDetails): DraftView {
  const { draft, problems, files, inspection, report, progress, activity } = details;
  return {
    ...commonOf(details),
    definition: draft.definition,
    problems,
    files: files.map(({ path, sha256, sizeBytes, source, addedAt }) => ({
      path,
      sha256,
      sizeBytes,
      source,
      addedAt: addedAt.toISOString(),
    })),
    inspection: {
      state: inspection,
      progress,
      activity,
      failureMessage: draft.inspection.failureMessage,
      reportRevision: draft.inspection.reportRevision,
      report,
    },
  };
}
