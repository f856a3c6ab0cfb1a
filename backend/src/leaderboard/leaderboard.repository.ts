import { Injectable } from '@nestjs/common';
import type { InputKind, MethodCard, Scores, SubmissionForm, UnresolvedReason } from '@sillage/contracts';
import { Database } from '../database/database.js';

export type BoardEntry = {
  evaluationId: string;
  submissionId: string;
  method: string;
  author: string;
  kind: 'participant' | 'reference';
  form: SubmissionForm;
  inputs: InputKind[];
  codeUrl: string | null;
  paperUrl: string | null;
  scores: Scores;
  submittedAt: Date;
  scoredAt: Date;
};

type Row = {
  id: string;
  submission_id: string;
  card: MethodCard;
  kind: 'participant' | 'reference';
  form: SubmissionForm;
  display_name: string | null;
  mu: number;
  sigma: number;
  lambda_x_deg: number | null;
  lambda_x_km: number | null;
  lambda_t_days: number | null;
  unresolved: UnresolvedReason | null;
  at_grid_limit: Scores['atGridLimit'];
  rmse_m: number;
  created_at: Date;
  scored_at: Date;
};

@Injectable()
export class LeaderboardRepository {
  constructor(private readonly database: Database) {}

  /** Every scored submission; of several scores of one submission the newest. */
  async listEntries(taskId: string, datasetVersionId: string): Promise<BoardEntry[]> {
    const rows = await this.database.query<Row>(
      `select distinct on (e.submission_id) e.id, e.submission_id, s.card, s.kind, s.form, s.created_at, a.display_name,
         e.mu, e.sigma, e.lambda_x_deg, e.lambda_x_km, e.lambda_t_days, e.unresolved, e.at_grid_limit, e.rmse_m, e.scored_at
       from evaluations e
       join submissions s on s.id = e.submission_id
       left join accounts a on a.id = s.account_id
       where e.task_id = $1 and e.dataset_version_id = $2 and e.state = 'scored'
       order by e.submission_id, e.scored_at desc`,
      [taskId, datasetVersionId],
    );
    return rows.map((row) => ({
      evaluationId: row.id,
      submissionId: row.submission_id,
      method: row.card.name,
      author: row.kind === 'reference' ? 'Sillage' : (row.display_name ?? ''),
      kind: row.kind,
      form: row.form,
      inputs: row.card.inputs,
      codeUrl: row.card.codeUrl,
      paperUrl: row.card.paperUrl,
      scores: {
        mu: row.mu,
        sigma: row.sigma,
        lambdaXDeg: row.lambda_x_deg,
        lambdaXKm: row.lambda_x_km,
        lambdaTDays: row.lambda_t_days,
        unresolved: row.unresolved,
        atGridLimit: row.at_grid_limit,
        rmseM: row.rmse_m,
      },
      submittedAt: row.created_at,
      scoredAt: row.scored_at,
    }));
  }

  async countPending(taskId: string, datasetVersionId: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `select count(*)::int as count from evaluations
       where task_id = $1 and dataset_version_id = $2 and state in ('queued', 'running')`,
      [taskId, datasetVersionId],
    );
    return row?.count ?? 0;
  }

  /** Names of references that failed, and neither have a score nor wait for one. */
  async listFailedReferences(taskId: string, datasetVersionId: string): Promise<string[]> {
    const rows = await this.database.query<{ method: string }>(
      `select s.card ->> 'name' as method
       from evaluations e join submissions s on s.id = e.submission_id
       where e.task_id = $1 and e.dataset_version_id = $2 and s.kind = 'reference'
       group by method
       having bool_or(e.state in ('failed', 'rejected'))
         and not bool_or(e.state in ('queued', 'running', 'scored'))
       order by method`,
      [taskId, datasetVersionId],
    );
    return rows.map(({ method }) => method);
  }

  /** One number that rises with every change of the board, and the dataset version that it is of. */
  async findVersion(taskId: string): Promise<string | null> {
    const [row] = await this.database.query<{ version: string }>(
      `select t.board_version || ' ' || coalesce(c.current_version_id::text, '') as version
       from tasks t join challenges c on c.id = t.challenge_id where t.id = $1`,
      [taskId],
    );
    return row?.version ?? null;
  }
}
