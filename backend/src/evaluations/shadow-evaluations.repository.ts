import { Injectable } from '@nestjs/common';
import type {
  CheckWarning,
  EvaluationState,
  NetworkRun,
  NetworkSummary,
  ObjectReference,
  Protocol,
  SubmissionForm,
} from '@sillage/contracts';
import { fromStored, type StoredDefinition } from '../challenges/domain/installation.js';
import { Database } from '../database/database.js';
import { EvaluationEntity } from '../database/entities/index.js';
import { listDatasetInputs } from './dataset-inputs.js';
import type { ShadowSource, VersionInputs } from './domain/shadow-start.js';

/** The last try of a re-score for one entry on one task. */
export type ShadowAttempt = {
  evaluationId: string;
  submissionId: string;
  taskId: string;
  previousEvaluationId: string | null;
  state: EvaluationState;
  evaluatorVersion: string;
  /** The re-score entered the submission itself, which is a reference. */
  isEntered: boolean;
};

export type NewShadow = {
  id: string;
  rescoreId: string;
  previousEvaluationId: string;
  submissionId: string;
  taskId: string;
  datasetVersionId: string;
  protocol: Protocol;
  step: 'check' | 'predict' | 'score';
  canonical: ObjectReference | null;
  run: NetworkRun | null;
  warnings: CheckWarning[];
  createdAt: Date;
};

type SourceRow = {
  id: string;
  submission_id: string;
  task_id: string;
  area: string;
  scenario: string;
  form: SubmissionForm;
  file_name: string;
  sha256: string;
  size_bytes: string;
  variable: string | null;
  canonical_sha256: string;
  canonical_size_bytes: string;
  run: NetworkRun | null;
  warnings: CheckWarning[];
  network_sha256: string | null;
  network_size_bytes: string | null;
  network_summary: NetworkSummary | null;
};

const SELECT_SOURCES = `
  select e.id, e.submission_id, e.task_id, t.area, t.scenario, s.form, s.file_name, s.sha256, s.size_bytes, s.variable,
    coalesce(e.canonical_sha256, s.canonical_sha256) as canonical_sha256,
    coalesce(e.canonical_size_bytes, s.canonical_size_bytes) as canonical_size_bytes,
    e.run, e.warnings, s.network_sha256, s.network_size_bytes, s.network_summary`;

// What a re-score tries again for a reference is another submission of the same name.
const LAST_ATTEMPTS = `
  select distinct on (case when s.rescore_id is null then s.id::text else s.card ->> 'name' end, e.task_id)
    e.id as "evaluationId", e.submission_id as "submissionId", e.task_id as "taskId",
    e.previous_evaluation_id as "previousEvaluationId", e.state, e.evaluator_version as "evaluatorVersion",
    s.rescore_id is not null as "isEntered"
  from evaluations e
  join submissions s on s.id = e.submission_id
  where e.rescore_id = $1
  order by case when s.rescore_id is null then s.id::text else s.card ->> 'name' end, e.task_id, e.created_at desc, e.id`;

function toSource(row: SourceRow): ShadowSource {
  return {
    evaluationId: row.id,
    submissionId: row.submission_id,
    taskId: row.task_id,
    area: row.area,
    scenario: row.scenario,
    form: row.form,
    upload: { sha256: row.sha256, sizeBytes: Number(row.size_bytes), fileName: row.file_name },
    variable: row.variable,
    canonical: { sha256: row.canonical_sha256, sizeBytes: Number(row.canonical_size_bytes) },
    run: row.run,
    warnings: row.warnings,
    network:
      row.network_sha256 === null || row.network_summary === null
        ? null
        : {
            object: { sha256: row.network_sha256, sizeBytes: Number(row.network_size_bytes) },
            summary: row.network_summary,
          },
  };
}

/** Evaluations of re-scores. What is shown to people is read elsewhere. */
@Injectable()
export class ShadowEvaluationsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Scores on the boards of a dataset version that a re-score has not taken up, of entries that were not withdrawn; their
   * submissions stay locked. A reference is taken up only where `withReferences`: a new version brings its own.
   */
  async lockMissing(
    rescoreId: string,
    fromVersionId: string,
    withReferences: boolean,
  ): Promise<ShadowSource[]> {
    const rows = await this.database.query<SourceRow>(
      `${SELECT_SOURCES}
       from ranked_evaluations e
       join submissions s on s.id = e.submission_id
       join tasks t on t.id = e.task_id
       where e.dataset_version_id = $2 and e.rescore_id is distinct from $1 and s.withdrawn_at is null
         and (s.kind = 'participant' or $3)
         and not exists (select 1 from evaluations a
           where a.rescore_id = $1 and a.submission_id = e.submission_id and a.task_id = e.task_id)
       order by s.id, e.task_id, e.scored_at desc
       for update of s`,
      [rescoreId, fromVersionId, withReferences],
    );
    // Of several scores of one submission the newest, as on the boards.
    const newest = new Map<string, SourceRow>();
    for (const row of rows) {
      const key = `${row.submission_id} ${row.task_id}`;
      if (!newest.has(key)) newest.set(key, row);
    }
    return [...newest.values()].map(toSource);
  }

  /** Whether `lockMissing` would find something in a task that the new version has. Locks nothing. */
  async hasMissing(
    rescoreId: string,
    fromVersionId: string,
    withReferences: boolean,
    tasks: readonly { area: string; scenario: string }[],
  ): Promise<boolean> {
    const rows = await this.database.query(
      `select 1
       from ranked_evaluations e
       join submissions s on s.id = e.submission_id
       join tasks t on t.id = e.task_id
       where e.dataset_version_id = $2 and e.rescore_id is distinct from $1 and s.withdrawn_at is null
         and (s.kind = 'participant' or $3)
         and t.area || ' ' || t.scenario = any($4)
         and not exists (select 1 from evaluations a
           where a.rescore_id = $1 and a.submission_id = e.submission_id and a.task_id = e.task_id)
       limit 1`,
      [rescoreId, fromVersionId, withReferences, tasks.map(({ area, scenario }) => `${area} ${scenario}`)],
    );
    return rows.length > 0;
  }

  /** What some scores were made of; their submissions stay locked. */
  async lockSources(evaluationIds: string[]): Promise<ShadowSource[]> {
    const rows = await this.database.query<SourceRow>(
      `${SELECT_SOURCES}
       from evaluations e
       join submissions s on s.id = e.submission_id
       join tasks t on t.id = e.task_id
       where e.id = any($1) and s.withdrawn_at is null
       order by s.id, e.task_id
       for update of s`,
      [evaluationIds],
    );
    return rows.map(toSource);
  }

  async lockSubmissionsOf(rescoreId: string): Promise<void> {
    await this.database.query(
      `select id from submissions where id in (select submission_id from evaluations where rescore_id = $1)
       order by id for update`,
      [rescoreId],
    );
  }

  async loadVersion(datasetVersionId: string): Promise<VersionInputs> {
    const [version] = await this.database.query<{ definition: StoredDefinition }>(
      'select definition from dataset_versions where id = $1',
      [datasetVersionId],
    );
    if (version === undefined) throw new Error(`there is no dataset version ${datasetVersionId}`);
    return {
      id: datasetVersionId,
      definition: fromStored(version.definition),
      files: await listDatasetInputs(this.database, datasetVersionId),
    };
  }

  async insert({ canonical, ...shadow }: NewShadow): Promise<void> {
    await this.database.manager.insert(EvaluationEntity, {
      ...shadow,
      state: 'queued',
      stateSince: shadow.createdAt,
      evaluatorVersion: '',
      canonicalSha256: canonical?.sha256 ?? null,
      canonicalSizeBytes: canonical?.sizeBytes ?? null,
    });
  }

  async listAttempts(rescoreId: string): Promise<ShadowAttempt[]> {
    return this.database.query<ShadowAttempt>(LAST_ATTEMPTS, [rescoreId]);
  }

  /** By re-score: its last tries, by state. */
  async countAttempts(rescoreIds: string[]): Promise<Map<string, Partial<Record<EvaluationState, number>>>> {
    const counts = new Map<string, Partial<Record<EvaluationState, number>>>();
    for (const rescoreId of rescoreIds) {
      const rows = await this.database.query<{ state: EvaluationState; count: number }>(
        `select state, count(*)::int as count from (${LAST_ATTEMPTS}) as attempts group by state`,
        [rescoreId],
      );
      counts.set(rescoreId, Object.fromEntries(rows.map(({ state, count }) => [state, count])));
    }
    return counts;
  }

  /** Every evaluation that is not final, the last try of its entry or not. */
  async listOpen(rescoreId: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `select id from evaluations where rescore_id = $1 and state in ('queued', 'running') order by id`,
      [rescoreId],
    );
    return rows.map(({ id }) => id);
  }
}
