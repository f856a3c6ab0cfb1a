import { Injectable } from '@nestjs/common';
import {
  type ArtefactName,
  type BoardStatistics,
  type ChallengeDefinition,
  type CheckWarning,
  type DisclosureLevel,
  type EvaluationState,
  type MethodCard,
  type NetworkRun,
  type NetworkSummary,
  type ObjectReference,
  type Phase,
  type Physics,
  type PreviewFrame,
  type Protocol,
  type RejectionReason,
  type Step,
} from '@sillage/contracts';
import { fromStored, type StoredDefinition } from '../challenges/domain/installation.js';
import { disclosureAt } from '../challenges/domain/phases.js';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { EvaluationEntity } from '../database/entities/index.js';
import type { PublicTest, StoredScores } from '../disclosure/domain/public-test.js';
import { listDatasetInputs } from './dataset-inputs.js';
import { scoreInputs, type DatasetInput, type ScoreInputs } from './domain/step-inputs.js';
import { STORED_SCORES } from './stored-scores.js';

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
  rejection: RejectionReason | null;
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

export type EvaluationStanding = {
  id: string;
  taskId: string;
  area: string;
  scenario: string;
  state: EvaluationState;
  isShadow: boolean;
  /** It came with its submission: what happens to the submission as a whole happens to it. */
  isOwn: boolean;
};

/** What running a network on a task needs to know. */
export type PredictContext = {
  evaluationId: string;
  area: string;
  scenario: string;
  definition: ChallengeDefinition;
  files: DatasetInput[];
};
/** What the score step needs to know. */
export type ScoringContext = {
  evaluationId: string;
  submissionId: string;
  state: EvaluationState;
  isShadow: boolean;
  taskId: string;
  area: string;
  scenario: string;
  protocol: Protocol;
  definition: ChallengeDefinition;
  /** What may be shown now. */
  disclosure: DisclosureLevel;
  canonical: ObjectReference | null;
  inputs: ScoreInputs;
  card: MethodCard;
  author: string;
  /** The author's name is hidden now. */
  isAnonymous: boolean;
  submittedAt: Date;
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
  rejection: RejectionReason | null;
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

/** Of an evaluation `e`: its re-score is not promoted. The view `shown_evaluations` leaves these out. */
const IS_SHADOW = `(e.rescore_id is not null
  and not exists (select 1 from shown_evaluations shown where shown.id = e.id))`;

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

/** A failed evaluation in whose place another one stands. */
const IS_TRIED_AGAIN = `(e.state = 'failed' and exists (
  select 1 from evaluations later
  where later.submission_id = e.submission_id and later.task_id = e.task_id
    and later.dataset_version_id = e.dataset_version_id and later.protocol = e.protocol
    and later.rescore_id is not distinct from e.rescore_id
    and (later.created_at, later.id) > (e.created_at, e.id)))`;

@Injectable()
export class EvaluationsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async insert(evaluations: NewEvaluation[]): Promise<void> {
    await this.database.manager.insert(
      EvaluationEntity,
      evaluations.map((evaluation) => ({
        ...evaluation,
        state: 'queued' as const,
        stateSince: evaluation.createdAt,
        evaluatorVersion: '',
        warnings: [],
      })),
    );
  }

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
      from: EvaluationState[];
      step: Step | null;
      since: Date;
      rejection?: RejectionReason;
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
        change.from,
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
      from: EvaluationState[];
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
        result.from,
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

  async listFrames(evaluationId: string, after: string, limit: number): Promise<PreviewFrame[]> {
    const rows = await this.database.query<{ frame: PreviewFrame }>(
      'select frame from preview_frames where evaluation_id = $1 and day > $2 order by day limit $3',
      [evaluationId, after, limit],
    );
    return rows.map(({ frame }) => frame);
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

  /**
   * Scores of a dataset version whose files and maps are missing, or were made with the truth public where it is not, or the
   * other way round; those that are on their way are left out.
   */
  async listOutdatedProducts(datasetVersionId: string, level: DisclosureLevel): Promise<string[]> {
    if (level === 'blind') return [];
    const rows = await this.database.query<{ id: string }>(
      `select e.id from ranked_evaluations e
       join submissions s on s.id = e.submission_id
       where e.dataset_version_id = $1 and s.withdrawn_at is null
         and coalesce(e.canonical_sha256, s.canonical_sha256) is not null
         and not exists (select 1 from artefacts a
           where a.evaluation_id = e.id and a.name = 'scored.nc' and a.holds_truth = $2)
         and not exists (select 1 from jobs j
           where j.evaluation_id = e.id and j.step = 'products' and j.state in ('queued', 'leased'))
       order by e.scored_at, e.id`,
      [datasetVersionId, level === 'practice'],
    );
    return rows.map(({ id }) => id);
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

  async findPredictContext(evaluationId: string): Promise<PredictContext | null> {
    const [row] = await this.database.query<{
      area: string;
      scenario: string;
      dataset_version_id: string;
      definition: StoredDefinition;
    }>(
      `select t.area, t.scenario, e.dataset_version_id, v.definition
       from evaluations e
       join tasks t on t.id = e.task_id
       join dataset_versions v on v.id = e.dataset_version_id
       where e.id = $1`,
      [evaluationId],
    );
    if (row === undefined) return null;
    return {
      evaluationId,
      area: row.area,
      scenario: row.scenario,
      definition: fromStored(row.definition),
      files: await listDatasetInputs(this.database, row.dataset_version_id),
    };
  }

  async findScoringContext(evaluationId: string): Promise<ScoringContext | null> {
    const [row] = await this.database.query<{
      submission_id: string;
      state: EvaluationState;
      is_shadow: boolean;
      task_id: string;
      area: string;
      scenario: string;
      protocol: Protocol;
      dataset_version_id: string;
      definition: StoredDefinition;
      phases: Phase[] | null;
      canonical_sha256: string | null;
      canonical_size_bytes: string | null;
      card: MethodCard;
      kind: 'participant' | 'reference';
      author: string;
      is_anonymous: boolean;
      created_at: Date;
    }>(
      `select e.submission_id, e.state, ${IS_SHADOW} as is_shadow, e.task_id, t.area, t.scenario, e.protocol, e.dataset_version_id, v.definition, g.phases,
         coalesce(e.canonical_sha256, s.canonical_sha256) as canonical_sha256,
         coalesce(e.canonical_size_bytes, s.canonical_size_bytes) as canonical_size_bytes, s.card, s.kind, c.author,
         c.revealed_at is not null as is_anonymous, s.created_at
       from evaluations e
       join tasks t on t.id = e.task_id
       join dataset_versions v on v.id = e.dataset_version_id
       join submissions s on s.id = e.submission_id
       join submission_credits c on c.submission_id = s.id
       left join challenge_settings g on g.challenge_id = t.challenge_id
       where e.id = $1`,
      [evaluationId],
    );
    if (row === undefined) return null;
    const files = await listDatasetInputs(this.database, row.dataset_version_id);
    const inputs = scoreInputs(row.protocol, files, row);
    if (inputs === null) return null;
    return {
      evaluationId,
      submissionId: row.submission_id,
      state: row.state,
      isShadow: row.is_shadow,
      taskId: row.task_id,
      area: row.area,
      scenario: row.scenario,
      protocol: row.protocol,
      definition: fromStored(row.definition),
      disclosure: disclosureAt(row.definition.disclosure, row.phases ?? [], this.clock.now()),
      canonical:
        row.canonical_sha256 === null
          ? null
          : { sha256: row.canonical_sha256, sizeBytes: Number(row.canonical_size_bytes) },
      inputs,
      submittedAt: row.created_at,
      card: row.card,
      author: row.author,
      isAnonymous: row.is_anonymous,
    };
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
    await this.#raiseBoardVersions(taskIds);
  }

  async #raiseBoardVersions(taskIds: string[]): Promise<void> {
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
