import { Injectable } from '@nestjs/common';
import {
  type ChallengeDefinition,
  type DisclosureLevel,
  type EvaluationState,
  type NetworkRun,
  type NetworkSummary,
  type ObjectReference,
  type Phase,
  type Protocol,
  type Scores,
  type Step,
} from '@sillage/contracts';
import { fromStored, type StoredDefinition } from '../challenges/domain/installation.js';
import { disclosureAt } from '../challenges/domain/phases.js';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import type { StoredRejection, StoredScores } from '../disclosure/domain/disclosure.js';
import { listDatasetInputs } from '../evaluations/dataset-inputs.js';
import { scoreInputs, type DatasetInput, type ScoreInputs } from '../evaluations/domain/step-inputs.js';

export type NewStressRun = {
  id: string;
  submissionId: string;
  taskId: string;
  datasetVersionId: string;
  protocol: Protocol;
  variant: string;
  createdAt: Date;
};

/** Everything about a run that its page shows. */
export type StressRunRecord = {
  id: string;
  submissionId: string;
  area: string;
  scenario: string;
  variant: string;
  datasetVersion: string;
  disclosure: DisclosureLevel;
  protocol: Protocol;
  evaluatorVersion: string | null;
  state: EvaluationState;
  step: Step | null;
  stateSince: Date;
  scores: StoredScores | null;
  rejection: StoredRejection | null;
  failureMessage: string | null;
  run: NetworkRun | null;
  job: { progress: number | null; activity: string; queuePosition: number | null } | null;
};

/** A checked network, and the dataset version that it was entered with. */
export type CheckedNetwork = {
  datasetVersionId: string;
  definition: ChallengeDefinition;
  /** Of that version, as it is now. */
  disclosure: DisclosureLevel;
  network: ObjectReference;
  summary: NetworkSummary;
};

type Row = {
  id: string;
  submission_id: string;
  area: string;
  scenario: string;
  variant: string;
  version: string;
  declared_disclosure: DisclosureLevel;
  phases: Phase[] | null;
  protocol: Protocol;
  evaluator_version: string;
  state: EvaluationState;
  step: Step | null;
  state_since: Date;
  scores: Scores | null;
  rejection: StoredRejection | null;
  failure_message: string | null;
  run: NetworkRun | null;
  has_job: boolean;
  progress: number | null;
  activity: string | null;
  queue_position: number | null;
};

function toRecord(row: Row, now: Date): StressRunRecord {
  return {
    id: row.id,
    submissionId: row.submission_id,
    area: row.area,
    scenario: row.scenario,
    variant: row.variant,
    datasetVersion: row.version,
    disclosure: disclosureAt(row.declared_disclosure, row.phases ?? [], now),
    protocol: row.protocol,
    evaluatorVersion: row.evaluator_version === '' ? null : row.evaluator_version,
    state: row.state,
    step: row.step,
    stateSince: row.state_since,
    // No public test tells a score that its author did not enter.
    scores: row.scores === null ? null : { ...row.scores, publicTest: null },
    rejection: row.rejection,
    failureMessage: row.failure_message,
    run: row.run,
    job: row.has_job
      ? { progress: row.progress, activity: row.activity ?? '', queuePosition: row.queue_position }
      : null,
  };
}

@Injectable()
export class StressRunsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async lockSubmission(id: string): Promise<void> {
    await this.database.query('select id from submissions where id = $1 for update', [id]);
  }

  /** @returns whether it is new: a run of the same key that is there, or on its way, is left as it is. */
  async insert(run: NewStressRun): Promise<boolean> {
    const rows = await this.database.query(
      `insert into stress_runs (id, submission_id, task_id, dataset_version_id, protocol, variant, state, step, state_since, created_at)
       values ($1, $2, $3, $4, $5, $6, 'queued', 'predict', $7, $7)
       on conflict (submission_id, task_id, dataset_version_id, protocol, variant)
         where state not in ('failed', 'cancelled') do nothing
       returning id`,
      [run.id, run.submissionId, run.taskId, run.datasetVersionId, run.protocol, run.variant, run.createdAt],
    );
    return rows.length > 0;
  }

  /** Of every key the newest. */
  async listOf(submissionId: string): Promise<StressRunRecord[]> {
    const rows = await this.database.query<Row>(
      `select distinct on (t.area, t.scenario, r.variant) r.*, t.area, t.scenario, v.version,
         v.definition ->> 'disclosure' as declared_disclosure, g.phases, j.id is not null as has_job, j.progress, j.activity,
         case when j.state = 'queued' then (
           select count(*)::int from jobs ahead
           where ahead.state = 'queued'
             and (ahead.queue_rank, ahead.created_at, ahead.id) < (j.queue_rank, j.created_at, j.id)
         ) end as queue_position
       from stress_runs r
       join tasks t on t.id = r.task_id
       join dataset_versions v on v.id = r.dataset_version_id
       left join challenge_settings g on g.challenge_id = t.challenge_id
       left join lateral (
         select * from jobs where jobs.stress_run_id = r.id order by jobs.created_at desc limit 1
       ) j on true
       where r.submission_id = $1
       order by t.area, t.scenario, r.variant, r.created_at desc, r.id`,
      [submissionId],
    );
    const now = this.clock.now();
    return rows.map((row) => toRecord(row, now));
  }

  async findState(id: string): Promise<EvaluationState | null> {
    const [row] = await this.database.query<{ state: EvaluationState }>(
      'select state from stress_runs where id = $1',
      [id],
    );
    return row?.state ?? null;
  }

  async setState(
    id: string,
    change: {
      state: EvaluationState;
      from: EvaluationState[];
      step: Step | null;
      since: Date;
      scores?: Scores;
      rejection?: StoredRejection;
      failureMessage?: string;
      evaluatorVersion?: string;
    },
  ): Promise<void> {
    await this.database.query(
      `update stress_runs set state = $2, step = $3,
         state_since = case when state = $2 and step is not distinct from $3 then state_since else $4 end,
         scores = coalesce($5, scores), rejection = coalesce($6, rejection),
         failure_message = coalesce($7, failure_message), evaluator_version = coalesce($8, evaluator_version)
       where id = $1 and state = any($9)`,
      [
        id,
        change.state,
        change.step,
        change.since,
        change.scores === undefined ? null : JSON.stringify(change.scores),
        change.rejection === undefined ? null : JSON.stringify(change.rejection),
        change.failureMessage ?? null,
        change.evaluatorVersion ?? null,
        change.from,
      ],
    );
  }

  async setRun(id: string, run: NetworkRun): Promise<void> {
    await this.database.query('update stress_runs set run = $2 where id = $1', [id, JSON.stringify(run)]);
  }

  /** Null for a map, and for a network that is not checked. */
  async findCheckedNetwork(submissionId: string): Promise<CheckedNetwork | null> {
    const [row] = await this.database.query<{
      dataset_version_id: string;
      definition: StoredDefinition;
      phases: Phase[] | null;
      network_sha256: string | null;
      network_size_bytes: string | null;
      network_summary: NetworkSummary | null;
    }>(
      `select s.dataset_version_id, v.definition, g.phases, s.network_sha256, s.network_size_bytes, s.network_summary
       from submissions s join dataset_versions v on v.id = s.dataset_version_id
       left join challenge_settings g on g.challenge_id = s.challenge_id where s.id = $1`,
      [submissionId],
    );
    if (row === undefined || row.network_sha256 === null || row.network_summary === null) return null;
    const definition = fromStored(row.definition);
    return {
      datasetVersionId: row.dataset_version_id,
      definition,
      disclosure: disclosureAt(definition.disclosure, row.phases ?? [], this.clock.now()),
      network: { sha256: row.network_sha256, sizeBytes: Number(row.network_size_bytes) },
      summary: row.network_summary,
    };
  }

  listFiles(datasetVersionId: string): Promise<DatasetInput[]> {
    return listDatasetInputs(this.database, datasetVersionId);
  }

  async findScoreInputs(runId: string): Promise<(ScoreInputs & { protocol: Protocol }) | null> {
    const [row] = await this.database.query<{
      area: string;
      scenario: string;
      protocol: Protocol;
      dataset_version_id: string;
    }>(
      `select t.area, t.scenario, r.protocol, r.dataset_version_id
       from stress_runs r join tasks t on t.id = r.task_id where r.id = $1`,
      [runId],
    );
    if (row === undefined) return null;
    const inputs = scoreInputs(row.protocol, await this.listFiles(row.dataset_version_id), row);
    return inputs === null ? null : { protocol: row.protocol, ...inputs };
  }
}
