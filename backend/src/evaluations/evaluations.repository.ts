import { Injectable } from '@nestjs/common';
import {
  type ArtefactName,
  type CheckWarning,
  type DisclosureLevel,
  type EvaluationState,
  type NetworkRun,
  type Phase,
  type Physics,
  type PreviewFrame,
  type Protocol,
  type Step,
} from '@sillage/contracts';
import { disclosureAt } from '../challenges/domain/phases.js';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import type { StoredRejection, StoredScores } from '../disclosure/domain/disclosure.js';
import { IS_SHADOW, IS_TRIED_AGAIN } from './standing-sql.js';
import { STORED_SCORES } from './stored-scores.js';

/** Everything about an evaluation that its page shows. */
export type EvaluationRecord = {
  id: string;
  submissionId: string;
  taskId: string;
  area: string;
  scenario: string;
  challengeId: string;
  datasetVersionId: string;
  datasetVersion: string;
  /** What may be shown of it now. */
  disclosure: DisclosureLevel;
  protocol: Protocol;
  evaluatorVersion: string | null;
  /** Of a re-score that is not promoted: for organisers' eyes only. */
  isShadow: boolean;
  state: EvaluationState;
  step: Step | null;
  stateSince: Date;
  scores: StoredScores | null;
  physics: Physics | null;
  rejection: StoredRejection | null;
  failureMessage: string | null;
  warnings: CheckWarning[];
  artefacts: { name: ArtefactName; sha256: string; sizeBytes: number; holdsTruth: boolean }[];
  run: NetworkRun | null;
  previewDays: number;
  job: {
    state: string;
    attempt: number;
    progress: number | null;
    activity: string;
    leaseExpiresAt: Date | null;
    queuePosition: number | null;
    /** What the job needs of a device, where that matters. */
    memoryBytes: number | null;
  } | null;
};

type Row = {
  id: string;
  submission_id: string;
  task_id: string;
  area: string;
  scenario: string;
  challenge_id: string;
  dataset_version_id: string;
  version: string;
  declared_disclosure: DisclosureLevel;
  phases: Phase[] | null;
  protocol: Protocol;
  evaluator_version: string;
  is_shadow: boolean;
  state: EvaluationState;
  step: Step | null;
  state_since: Date;
  scores: StoredScores | null;
  physics: Physics | null;
  rejection: StoredRejection | null;
  failure_message: string | null;
  warnings: CheckWarning[];
  submission_warnings: CheckWarning[];
  artefacts: { name: ArtefactName; sha256: string; size_bytes: number; holds_truth: boolean }[] | null;
  run: NetworkRun | null;
  preview_days: number;
  job_state: string | null;
  attempt: number | null;
  progress: number | null;
  activity: string | null;
  lease_expires_at: Date | null;
  queue_position: number | null;
  memory_bytes: string | null;
};

function toRecord(row: Row, now: Date): EvaluationRecord {
  return {
    id: row.id,
    submissionId: row.submission_id,
    taskId: row.task_id,
    area: row.area,
    scenario: row.scenario,
    challengeId: row.challenge_id,
    datasetVersionId: row.dataset_version_id,
    datasetVersion: row.version,
    disclosure: disclosureAt(row.declared_disclosure, row.phases ?? [], now),
    protocol: row.protocol,
    evaluatorVersion: row.evaluator_version === '' ? null : row.evaluator_version,
    isShadow: row.is_shadow,
    state: row.state,
    step: row.step,
    stateSince: row.state_since,
    scores: row.scores,
    physics: row.physics,
    rejection: row.rejection,
    failureMessage: row.failure_message,
    warnings: [...row.submission_warnings, ...row.warnings],
    artefacts: (row.artefacts ?? []).map(
      ({ name, sha256, size_bytes: sizeBytes, holds_truth: holdsTruth }) => ({
        name,
        sha256,
        sizeBytes,
        holdsTruth,
      }),
    ),
    run: row.run,
    previewDays: row.preview_days,
    job:
      row.job_state === null
        ? null
        : {
            state: row.job_state,
            attempt: row.attempt ?? 0,
            progress: row.progress,
            activity: row.activity ?? '',
            leaseExpiresAt: row.lease_expires_at,
            queuePosition: row.queue_position,
            memoryBytes: row.memory_bytes === null ? null : Number(row.memory_bytes),
          },
  };
}

// The job of an evaluation is the mapping or the check of its submission until it has jobs of its own, of which the newest
// counts.
const SELECT_RECORDS = `
  select e.*, ${STORED_SCORES} as scores, ${IS_SHADOW} as is_shadow, t.area, t.scenario, t.challenge_id, v.version,
    v.definition ->> 'disclosure' as declared_disclosure, g.phases,
    s.warnings as submission_warnings, a.artefacts,
    (select count(*)::int from preview_frames where preview_frames.evaluation_id = e.id) as preview_days,
    j.state as job_state, j.attempt, j.progress, j.activity, j.lease_expires_at, j.memory_bytes,
    case when j.state = 'queued' then (
      select count(*)::int from jobs ahead
      where ahead.state = 'queued'
        and (ahead.queue_rank, ahead.created_at, ahead.id) < (j.queue_rank, j.created_at, j.id)
    ) end as queue_position
  from evaluations e
  join tasks t on t.id = e.task_id
  join dataset_versions v on v.id = e.dataset_version_id
  join submissions s on s.id = e.submission_id
  left join challenge_settings g on g.challenge_id = t.challenge_id
  left join lateral (
    select * from jobs
    where jobs.submission_id = e.submission_id and jobs.step <> 'products' and jobs.stress_run_id is null
      and (jobs.evaluation_id = e.id or jobs.evaluation_id is null)
    order by jobs.evaluation_id is null, jobs.step = 'map', jobs.created_at desc limit 1
  ) j on true
  left join lateral (
    select jsonb_agg(jsonb_build_object('name', name, 'sha256', sha256, 'size_bytes', size_bytes,
      'holds_truth', holds_truth) order by name) as artefacts
    from artefacts where artefacts.evaluation_id = e.id
  ) a on true`;

/** Evaluations as they are read. */
@Injectable()
export class EvaluationsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Newest first on each task; shadows included. */
  async findBySubmissions(submissionIds: string[]): Promise<EvaluationRecord[]> {
    const rows = await this.database.query<Row>(
      `${SELECT_RECORDS} where e.submission_id = any($1) and not ${IS_TRIED_AGAIN}
        order by t.area, t.scenario, e.created_at desc, e.id`,
      [submissionIds],
    );
    const now = this.clock.now();
    return rows.map((row) => toRecord(row, now));
  }

  async find(id: string): Promise<EvaluationRecord | null> {
    const [row] = await this.database.query<Row>(`${SELECT_RECORDS} where e.id = $1`, [id]);
    return row === undefined ? null : toRecord(row, this.clock.now());
  }

  async listFrames(evaluationId: string, after: string, limit: number): Promise<PreviewFrame[]> {
    const rows = await this.database.query<{ frame: PreviewFrame }>(
      'select frame from preview_frames where evaluation_id = $1 and day > $2 order by day limit $3',
      [evaluationId, after, limit],
    );
    return rows.map(({ frame }) => frame);
  }
}
