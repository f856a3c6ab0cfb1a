import type { ModerationAction } from '@sillage/contracts';

/** What happened that somebody may want to be told. */
export type OutboxEvent =
  | { kind: 'evaluation-scored'; evaluationId: string }
  | { kind: 'evaluation-rejected'; evaluationId: string }
  | { kind: 'evaluation-failed'; evaluationId: string }
  /** A private entry that has its scores went public. */
  | { kind: 'evaluation-listed'; evaluationId: string }
  /** A re-score was promoted that did this entry again, on all of its tasks. */
  | { kind: 'submission-rescored'; submissionId: string; rescoreId: string }
  | { kind: 'submission-moderated'; submissionId: string; action: ModerationAction; reason: string }
  | {
      kind: 'dataset-version';
      challengeId: string;
      datasetVersionId: string;
      /** It is an older version than the one before. */
      isReturn?: boolean;
    };

export type StoredEvent = { id: string; event: OutboxEvent; attempts: number };
