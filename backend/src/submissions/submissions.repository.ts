import { Injectable } from '@nestjs/common';
import type { EvaluationState, MethodCard, NetworkSummary, SubmissionForm } from '@sillage/contracts';
import { Database } from '../database/database.js';
import { SubmissionEntity } from '../database/entities/index.js';

export type NewSubmission = {
  id: string;
  challengeId: string;
  datasetVersionId: string;
  accountId: string | null;
  kind: 'participant' | 'reference';
  form: SubmissionForm;
  card: MethodCard;
  /** Null where the platform is still to compute the map. */
  file: { fileName: string; sizeBytes: number; sha256: string } | null;
  variable: string | null;
  /** How a network is run; null for maps. */
  manifest: string | null;
  uploadId: string | null;
  setId: string | null;
  createdAt: Date;
};

/** A submission that came in the same set as another one, with its entries. */
export type Sibling = {
  id: string;
  setId: string;
  fileName: string;
  accountId: string | null;
  kind: 'participant' | 'reference';
  isScored: boolean;
  tasks: { area: string; scenario: string; state: EvaluationState }[];
};

export type Submission = NewSubmission & {
  challengeName: string;
  author: string;
  /** On a board, so everyone may see it. */
  isScored: boolean;
  /** Of a network that is checked. */
  networkSummary: NetworkSummary | null;
};

export type SubmissionFilter = {
  challengeId: string | null;
  /** Only of this account; null: what is on the boards. */
  accountId: string | null;
  limit: number;
};

type Row = {
  id: string;
  challenge_id: string;
  challenge_name: string;
  dataset_version_id: string;
  account_id: string | null;
  display_name: string | null;
  kind: 'participant' | 'reference';
  form: SubmissionForm;
  manifest: string | null;
  network_summary: NetworkSummary | null;
  card: MethodCard;
  file_name: string | null;
  size_bytes: string | null;
  sha256: string | null;
  variable: string | null;
  upload_id: string | null;
  set_id: string | null;
  created_at: Date;
  is_scored: boolean;
};

const SELECT_SUBMISSIONS = `
  select s.*, v.definition ->> 'name' as challenge_name, a.display_name,
    exists (select 1 from evaluations e where e.submission_id = s.id and e.state = 'scored') as is_scored
  from submissions s
  join dataset_versions v on v.id = s.dataset_version_id
  left join accounts a on a.id = s.account_id`;

function toSubmission(row: Row): Submission {
  return {
    id: row.id,
    challengeId: row.challenge_id,
    challengeName: row.challenge_name,
    datasetVersionId: row.dataset_version_id,
    accountId: row.account_id,
    author: row.kind === 'reference' ? 'Sillage' : (row.display_name ?? ''),
    kind: row.kind,
    form: row.form,
    manifest: row.manifest,
    networkSummary: row.network_summary,
    card: row.card,
    file:
      row.file_name === null || row.sha256 === null
        ? null
        : { fileName: row.file_name, sizeBytes: Number(row.size_bytes), sha256: row.sha256 },
    variable: row.variable,
    uploadId: row.upload_id,
    setId: row.set_id,
    createdAt: row.created_at,
    isScored: row.is_scored,
  };
}

@Injectable()
export class SubmissionsRepository {
  constructor(private readonly database: Database) {}

  async insert({ file, ...submission }: NewSubmission): Promise<void> {
    await this.database.manager.insert(SubmissionEntity, {
      ...submission,
      fileName: file?.fileName ?? null,
      sizeBytes: file?.sizeBytes ?? null,
      sha256: file?.sha256 ?? null,
      warnings: [],
    });
  }

  async find(id: string): Promise<Submission | null> {
    const [row] = await this.database.query<Row>(`${SELECT_SUBMISSIONS} where s.id = $1`, [id]);
    return row === undefined ? null : toSubmission(row);
  }

  /** Newest first. */
  async list(filter: SubmissionFilter): Promise<Submission[]> {
    const rows = await this.database.query<Row>(
      `${SELECT_SUBMISSIONS}
       where ($1::text is null or s.challenge_id = $1)
         and case when $2::uuid is null
           then exists (select 1 from evaluations e where e.submission_id = s.id and e.state = 'scored')
           else s.account_id = $2 end
       order by s.created_at desc, s.id limit $3`,
      [filter.challengeId, filter.accountId, filter.limit],
    );
    return rows.map(toSubmission);
  }

  /** What became of these uploads. */
  async findByUploads(uploadIds: string[]): Promise<Submission[]> {
    const rows = await this.database.query<Row>(
      `${SELECT_SUBMISSIONS} where s.upload_id = any($1) order by s.id`,
      [uploadIds],
    );
    return rows.map(toSubmission);
  }

  async listOfSets(setIds: string[]): Promise<Sibling[]> {
    return this.database.query<Sibling>(
      `select s.id, s.set_id as "setId", s.file_name as "fileName", s.account_id as "accountId", s.kind,
         bool_or(e.state = 'scored') as "isScored",
         jsonb_agg(jsonb_build_object('area', t.area, 'scenario', t.scenario, 'state', e.state)
           order by t.area, t.scenario) as tasks
       from submissions s
       join evaluations e on e.submission_id = s.id
       join tasks t on t.id = e.task_id
       where s.set_id = any($1) group by s.id order by s.file_name, s.id`,
      [setIds],
    );
  }

  /** The tasks in which references of a dataset version have a score or wait for one. */
  async listReferenceTasks(
    datasetVersionId: string,
  ): Promise<{ method: string; area: string; scenario: string }[]> {
    return this.database.query(
      `select s.card ->> 'name' as method, t.area, t.scenario
       from submissions s
       join evaluations e on e.submission_id = s.id
       join tasks t on t.id = e.task_id
       where s.dataset_version_id = $1 and s.kind = 'reference' and e.state in ('queued', 'running', 'scored')`,
      [datasetVersionId],
    );
  }

  async lock(id: string): Promise<void> {
    await this.database.query('select id from submissions where id = $1 for update', [id]);
  }
}
