import { Injectable } from '@nestjs/common';
import {
  type ArtefactName,
  type BoardStatistics,
  type CheckWarning,
  type EvaluationState,
  type NetworkRun,
  type NetworkSummary,
  type ObjectReference,
  type Physics,
  type PreviewFrame,
  type Protocol,
  type Step,
} from '@sillage/contracts';
import { Database } from '../database/database.js';
import type { StoredRejection } from '../disclosure/domain/disclosure.js';
import type { PublicTest, StoredScores } from '../disclosure/domain/public-test.js';
import type { EvaluationStanding } from './domain/affected.js';
import { statesBefore } from './domain/evaluation-state.js';
import { IS_SHADOW, IS_TRIED_AGAIN } from './standing-sql.js';

export type NewEvaluation = {
  id: string;
  submissionId: string;
  taskId: string;
  datasetVersionId: string;
  protocol: Protocol;
  /** The first step: mapping where the platform makes the map itself. */
  step: Extract<Step, 'map' | 'check'>;
  /** Set for the references that a re-score enters. */
  rescoreId: string | null;
  previousEvaluationId: string | null;
  createdAt: Date;
};

/** What is written as evaluations move along; in the transaction of the caller. */
@Injectable()
export class EvaluationProgressRepository {
  constructor(private readonly database: Database) {}

  async insert(evaluations: readonly NewEvaluation[]): Promise<void> {
    for (const evaluation of evaluations) {
      await this.database.query(
        `insert into evaluations (id, submission_id, task_id, dataset_version_id, protocol, evaluator_version, state, step,
           state_since, warnings, rescore_id, previous_evaluation_id, created_at)
         values ($1, $2, $3, $4, $5, '', 'queued', $6, $7, '[]', $8, $9, $7)`,
        [
          evaluation.id,
          evaluation.submissionId,
          evaluation.taskId,
          evaluation.datasetVersionId,
          evaluation.protocol,
          evaluation.step,
          evaluation.createdAt,
          evaluation.rescoreId,
          evaluation.previousEvaluationId,
        ],
      );
    }
  }

  async listStates(submissionId: string): Promise<EvaluationStanding[]> {
    return this.database.query(
      `select e.id, e.task_id as "taskId", t.area, t.scenario, e.state, ${IS_SHADOW} as "isShadow",
         e.rescore_id is not distinct from s.rescore_id as "isOwn"
       from evaluations e
       join tasks t on t.id = e.task_id
       join submissions s on s.id = e.submission_id
       where e.submission_id = $1 order by t.area, t.scenario, e.id`,
      [submissionId],
    );
  }

  /** Failed ones of a submission in whose place no other one stands. */
  async listRetryable(submissionId: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `select e.id from evaluations e
       where e.submission_id = $1 and e.state = 'failed' and not ${IS_TRIED_AGAIN} order by e.id`,
      [submissionId],
    );
    return rows.map(({ id }) => id);
  }

  /** A new one in the place of a failed one, with what was found and made before it failed. */
  async insertAgain(
    failedId: string,
    again: { id: string; step: Step; createdAt: Date },
  ): Promise<{ taskId: string; isShadow: boolean }> {
    const [row] = await this.database.query<{ taskId: string; isShadow: boolean }>(
      `insert into evaluations (id, submission_id, task_id, dataset_version_id, protocol, evaluator_version, state, step,
         state_since, warnings, canonical_sha256, canonical_size_bytes, run, rescore_id, previous_evaluation_id, created_at)
       select $2, submission_id, task_id, dataset_version_id, protocol, '', 'queued', $3, $4, warnings,
         canonical_sha256, canonical_size_bytes, run, rescore_id, previous_evaluation_id, $4
       from evaluations e where e.id = $1 and e.state = 'failed'
       returning task_id as "taskId",
         exists (select 1 from rescores r where r.id = rescore_id and r.state <> 'promoted') as "isShadow"`,
      [failedId, again.id, again.step, again.createdAt],
    );
    if (row === undefined) throw new Error(`evaluation ${failedId} has not failed`);
    return row;
  }

  async lockSubmission(id: string): Promise<void> {
    await this.database.query('select id from submissions where id = $1 for update', [id]);
  }

  async setState(
    ids: string[],
    change: {
      state: EvaluationState;
      step: Step | null;
      since: Date;
      rejection?: StoredRejection;
      failureMessage?: string;
      evaluatorVersion?: string;
    },
  ): Promise<void> {
    await this.database.query(
      `update evaluations set state = $2, step = $3,
         state_since = case when state = $2 and step is not distinct from $3 then state_since else $4 end,
         rejection = coalesce($5, rejection), failure_message = coalesce($6, failure_message),
         evaluator_version = coalesce($7, evaluator_version)
       where id = any($1) and state = any($8)`,
      [
        ids,
        change.state,
        change.step,
        change.since,
        change.rejection === undefined ? null : JSON.stringify(change.rejection),
        change.failureMessage ?? null,
        change.evaluatorVersion ?? null,
        statesBefore(change.state),
      ],
    );
  }

  async setScored(
    id: string,
    result: {
      scores: StoredScores;
      physics: Physics | null;
      warnings: CheckWarning[];
      scoredAt: Date;
    },
  ): Promise<void> {
    const { publicTest, ...values } = result.scores;
    const changed = await this.database.query(
      `update evaluations set state = 'scored', step = null, state_since = $2, scored_at = $2, mu = $3, score_values = $4,
         warnings = warnings || $5::jsonb, physics = $6, public_test = $7
       where id = $1 and state = any($8)
       returning id`,
      [
        id,
        result.scoredAt,
        values.mu,
        JSON.stringify(values),
        JSON.stringify(result.warnings),
        result.physics === null ? null : JSON.stringify(result.physics),
        JSON.stringify(publicTest),
        statesBefore('scored'),
      ],
    );
    // A score that went nowhere must not look like one that arrived.
    if (changed.length === 0) throw new Error(`evaluation ${id} is in no state that can become scored`);
  }

  /**
   * What decides whether a public test tells the score of an evaluation, whatever the level is now. Scores of one task come
   * here one after the other.
   */
  async findTold(id: string): Promise<{
    isReference: boolean;
    /** Whether the score that a re-score does again is held back; null where it does none again. */
    wasHeldBack: boolean | null;
    /** The best µ that its people were told on this board, withdrawn entries included. */
    mu: number | null;
  }> {
    await this.database.query(
      'select t.id from tasks t join evaluations e on e.task_id = t.id where e.id = $1 for update of t',
      [id],
    );
    const [row] = await this.database.query<{
      isReference: boolean;
      previous: PublicTest | null;
      mu: number | null;
    }>(
      `select s.kind = 'reference' as "isReference", previous.public_test as previous, (
         select max(told.mu) from evaluations told
         join submissions own on own.id = told.submission_id
         where told.task_id = e.task_id and told.dataset_version_id = e.dataset_version_id and told.state = 'scored'
           and not (told.public_test ->> 'isHeldBack')::boolean
           and (own.account_id = s.account_id or own.team_id = s.team_id)) as mu
       from evaluations e
       join submissions s on s.id = e.submission_id
       left join evaluations previous on previous.id = e.previous_evaluation_id
       where e.id = $1`,
      [id],
    );
    if (row === undefined) throw new Error(`there is no evaluation ${id}`);
    return {
      isReference: row.isReference,
      wasHeldBack: row.previous?.isHeldBack ?? null,
      mu: row.mu,
    };
  }

  async putStatistics(id: string, { daily, bands }: BoardStatistics): Promise<void> {
    await this.database.query(
      `insert into evaluation_statistics (evaluation_id, daily, bands) values ($1, $2, $3)
       on conflict (evaluation_id) do update set daily = excluded.daily, bands = excluded.bands`,
      [id, JSON.stringify(daily), bands === null ? null : JSON.stringify(bands)],
    );
  }

  /** What running the network took; the map itself goes on to its check. */
  async setRun(id: string, run: NetworkRun): Promise<void> {
    await this.database.query('update evaluations set run = $2 where id = $1', [id, JSON.stringify(run)]);
  }

  /** The checked map that a network computed for this evaluation. */
  async setOwnCanonical(id: string, canonical: ObjectReference, warnings: CheckWarning[]): Promise<void> {
    await this.database.query(
      'update evaluations set canonical_sha256 = $2, canonical_size_bytes = $3, warnings = $4 where id = $1',
      [id, canonical.sha256, canonical.sizeBytes, JSON.stringify(warnings)],
    );
  }

  /** A day that a later attempt computes again replaces the one before. */
  async putFrames(evaluationId: string, frames: readonly PreviewFrame[]): Promise<void> {
    for (const frame of frames) {
      await this.database.query(
        `insert into preview_frames (evaluation_id, day, frame) values ($1, $2, $3)
         on conflict (evaluation_id, day) do update set frame = excluded.frame`,
        [evaluationId, frame.day, JSON.stringify(frame)],
      );
    }
  }

  async removeFrames(evaluationId: string): Promise<void> {
    await this.database.query('delete from preview_frames where evaluation_id = $1', [evaluationId]);
  }

  /** A repeated step replaces what it made before. `holdsTruth`: it was made while the truth was public. */
  async putArtefacts(
    evaluationId: string,
    artefacts: { name: ArtefactName; object: ObjectReference }[],
    holdsTruth: boolean,
  ): Promise<void> {
    for (const { name, object } of artefacts) {
      await this.database.query(
        `insert into artefacts (evaluation_id, name, sha256, size_bytes, holds_truth) values ($1, $2, $3, $4, $5)
         on conflict (evaluation_id, name) do update set sha256 = excluded.sha256, size_bytes = excluded.size_bytes,
           holds_truth = excluded.holds_truth`,
        [evaluationId, name, object.sha256, object.sizeBytes, holdsTruth],
      );
    }
  }

  /** The map that a worker of the platform computed for the submission. */
  async setFile(
    submissionId: string,
    file: { fileName: string; variable: string; object: ObjectReference },
  ): Promise<void> {
    await this.database.query(
      `update submissions set file_name = $2, size_bytes = $3, sha256 = $4, variable = $5 where id = $1`,
      [submissionId, file.fileName, file.object.sizeBytes, file.object.sha256, file.variable],
    );
  }

  /** Evaluations that were never entered after all; the boards forget that they waited for them. */
  async remove(ids: string[]): Promise<void> {
    await this.database.query('delete from evaluations where id = any($1)', [ids]);
  }

  async setCanonical(
    submissionId: string,
    canonical: ObjectReference,
    warnings: CheckWarning[],
  ): Promise<void> {
    await this.database.query(
      `update submissions set canonical_sha256 = $2, canonical_size_bytes = $3, warnings = $4 where id = $1`,
      [submissionId, canonical.sha256, canonical.sizeBytes, JSON.stringify(warnings)],
    );
  }

  async setNetwork(
    submissionId: string,
    checked: { network: ObjectReference; summary: NetworkSummary; warnings: CheckWarning[] },
  ): Promise<void> {
    await this.database.query(
      `update submissions set network_sha256 = $2, network_size_bytes = $3, network_summary = $4, warnings = $5 where id = $1`,
      [
        submissionId,
        checked.network.sha256,
        checked.network.sizeBytes,
        JSON.stringify(checked.summary),
        JSON.stringify(checked.warnings),
      ],
    );
  }

  /** The tasks in which an account or a team has entries. */
  async listTaskIdsOf(author: { accountId: string } | { teamId: string }): Promise<string[]> {
    const [column, id] =
      'teamId' in author
        ? (['team_id', author.teamId] as const)
        : (['account_id', author.accountId] as const);
    const rows = await this.database.query<{ task_id: string }>(
      `select distinct e.task_id from evaluations e join submissions s on s.id = e.submission_id where s.${column} = $1`,
      [id],
    );
    return rows.map((row) => row.task_id);
  }

  /** Called in the transaction that changes what a board shows. */
  async raiseBoardVersions(taskIds: string[]): Promise<void> {
    // Locked in one order: two submissions that enter the same boards do not wait for each other in a circle. Nor do they as long
    // as no key is locked, which every evaluation that was inserted before holds on to.
    await this.database.query('select id from tasks where id = any($1) order by id for no key update', [
      taskIds,
    ]);
    await this.database.query('update tasks set board_version = board_version + 1 where id = any($1)', [
      taskIds,
    ]);
  }
}
