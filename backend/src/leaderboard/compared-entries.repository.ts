import { Injectable } from '@nestjs/common';
import type { DailySeries, EvaluationState } from '@sillage/contracts';
import { Database } from '../database/database.js';
import type { StoredRejection, StoredScores } from '../disclosure/domain/disclosure.js';
import { STORED_SCORES } from '../evaluations/stored-scores.js';

/** A score as the comparison of two sets of boards needs it, whether or not it is on a board. */
export type ComparedEntry = {
  evaluationId: string;
  submissionId: string;
  taskId: string;
  method: string;
  author: string;
  kind: 'participant' | 'reference';
  /** On the board of its task, once it is shown. */
  isListed: boolean;
  scores: StoredScores;
  daily: DailySeries | null;
  file: { sha256: string | null; manifest: string | null };
  submittedAt: Date;
  scoredAt: Date;
  evaluatorVersion: string;
};

/** An evaluation of a re-score, whatever came of it. */
export type AttemptEntry = Omit<ComparedEntry, 'scores' | 'scoredAt'> & {
  scores: StoredScores | null;
  scoredAt: Date | null;
  state: EvaluationState;
  rejection: StoredRejection | null;
  failureMessage: string | null;
};

const COLUMNS = `e.id as "evaluationId", e.submission_id as "submissionId", e.task_id as "taskId", s.card ->> 'name' as method,
  c.author, s.kind, c.is_listed as "isListed", d.daily, e.scored_at as "scoredAt", e.evaluator_version as "evaluatorVersion",
  jsonb_build_object('sha256', s.sha256, 'manifest', s.manifest) as file, s.created_at as "submittedAt",
  ${STORED_SCORES} as scores`;
const JOINS = `join submissions s on s.id = e.submission_id
  join submission_credits c on c.submission_id = s.id
  left join evaluation_statistics d on d.evaluation_id = e.id`;

/** Scores of whole dataset versions, for organisers: private entries and shadows are among them. */
@Injectable()
export class ComparedEntriesRepository {
  constructor(private readonly database: Database) {}

  /** Every score that counts in a dataset version, one for each submission and task; none of what was withdrawn. */
  async listOfVersion(datasetVersionId: string): Promise<ComparedEntry[]> {
    return this.database.query<ComparedEntry>(
      `select distinct on (e.submission_id, e.task_id) ${COLUMNS}
       from ranked_evaluations e ${JOINS}
       where e.dataset_version_id = $1 and s.withdrawn_at is null
       order by e.submission_id, e.task_id, e.scored_at desc`,
      [datasetVersionId],
    );
  }

  /** These evaluations, but for those of entries that were withdrawn. */
  async listById(evaluationIds: string[]): Promise<AttemptEntry[]> {
    return this.database.query<AttemptEntry>(
      `select ${COLUMNS}, e.state, e.rejection, e.failure_message as "failureMessage"
       from evaluations e ${JOINS}
       where e.id = any($1) and s.withdrawn_at is null
       order by e.id`,
      [evaluationIds],
    );
  }
}
