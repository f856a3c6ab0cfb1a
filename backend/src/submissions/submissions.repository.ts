import { Injectable } from '@nestjs/common';
import type { MethodCard } from '@sillage/contracts';
import { Database } from '../database/database.js';
import { SubmissionEntity } from '../database/entities/index.js';

export type NewSubmission = {
  id: string;
  challengeId: string;
  datasetVersionId: string;
  accountId: string | null;
  kind: 'participant' | 'reference';
  card: MethodCard;
  fileName: string;
  sizeBytes: number;
  sha256: string;
  variable: string | null;
  createdAt: Date;
};

export type Submission = NewSubmission & {
  challengeName: string;
  author: string;
  /** On a board, so everyone may see it. */
  isScored: boolean;
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
  card: MethodCard;
  file_name: string;
  size_bytes: string;
  sha256: string;
  variable: string | null;
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
    card: row.card,
    fileName: row.file_name,
    sizeBytes: Number(row.size_bytes),
    sha256: row.sha256,
    variable: row.variable,
    createdAt: row.created_at,
    isScored: row.is_scored,
  };
}

@Injectable()
export class SubmissionsRepository {
  constructor(private readonly database: Database) {}

  async insert(submission: NewSubmission): Promise<void> {
    await this.database.manager.insert(SubmissionEntity, { ...submission, warnings: [] });
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

  async lock(id: string): Promise<void> {
    await this.database.query('select id from submissions where id = $1 for update', [id]);
  }
}
