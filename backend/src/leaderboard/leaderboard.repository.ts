import { Injectable } from '@nestjs/common';
import type {
  BandPowers,
  DailySeries,
  InputKind,
  MethodCard,
  MethodFamily,
  NetworkRun,
  Physics,
  SubmissionForm,
} from '@sillage/contracts';
import { Database } from '../database/database.js';
import type { StoredScores } from '../disclosure/domain/disclosure.js';
import { STORED_SCORES } from '../evaluations/stored-scores.js';

/** A scored submission without its sums per day. */
type ListedEntry = Omit<BoardEntry, 'daily'>;

export type BoardEntry = {
  evaluationId: string;
  submissionId: string;
  setId: string | null;
  method: string;
  author: string;
  kind: 'participant' | 'reference';
  form: SubmissionForm;
  file: { sha256: string | null; manifest: string | null };
  /** What organisers say beside their mark; null where they do not vouch for it. */
  verified: string | null;
  family: MethodFamily | null;
  inputs: InputKind[];
  codeUrl: string | null;
  paperUrl: string | null;
  scores: StoredScores;
  physics: Physics | null;
  run: NetworkRun | null;
  /** Sums per day; null for scores of an evaluator that did not keep them yet. */
  daily: DailySeries | null;
  hasMaps: boolean;
  areMapsComing: boolean;
  submittedAt: Date;
  scoredAt: Date;
  /** When the name of an anonymous entry is shown; null for others. */
  revealedAt: Date | null;
};

type Row = {
  id: string;
  submission_id: string;
  set_id: string | null;
  card: MethodCard;
  kind: 'participant' | 'reference';
  form: SubmissionForm;
  sha256: string | null;
  manifest: string | null;
  author: string;
  verified_note: string | null;
  revealed_at: Date | null;
  scores: StoredScores;
  physics: Physics | null;
  run: NetworkRun | null;
  has_maps: boolean;
  are_maps_coming: boolean;
  created_at: Date;
  scored_at: Date;
};

@Injectable()
export class LeaderboardRepository {
  constructor(private readonly database: Database) {}

  /** Every scored submission that is listed: not private, withdrawn, hidden or disqualified; of several scores of one submission the newest. */
  async listEntries(taskId: string, datasetVersionId: string): Promise<ListedEntry[]> {
    const rows = await this.database.query<Row>(
      `select distinct on (e.submission_id) e.id, e.submission_id, s.set_id, s.card, s.kind, s.form, s.sha256, s.manifest, s.verified_note, s.created_at, c.author, c.revealed_at,
         ${STORED_SCORES} as scores, e.scored_at, e.physics, e.run,
         exists (select 1 from artefacts a where a.evaluation_id = e.id and a.name = 'maps.json') as has_maps,
         exists (
           select 1 from jobs j
           where j.evaluation_id = e.id and j.step = 'products' and j.state in ('queued', 'leased')
         ) as are_maps_coming
       from ranked_evaluations e
       join submissions s on s.id = e.submission_id
       join submission_credits c on c.submission_id = s.id
       where e.task_id = $1 and e.dataset_version_id = $2 and c.is_listed
       order by e.submission_id, e.scored_at desc`,
      [taskId, datasetVersionId],
    );
    return rows.map((row) => ({
      evaluationId: row.id,
      submissionId: row.submission_id,
      setId: row.set_id,
      method: row.card.name,
      author: row.author,
      kind: row.kind,
      form: row.form,
      file: { sha256: row.sha256, manifest: row.manifest },
      verified: row.verified_note,
      family: row.card.family ?? (row.form === 'network' ? 'neural-network' : null),
      inputs: row.card.inputs,
      codeUrl: row.card.codeUrl,
      paperUrl: row.card.paperUrl,
      scores: row.scores,
      physics: row.physics,
      run: row.run,
      hasMaps: row.has_maps,
      areMapsComing: !row.has_maps && row.are_maps_coming,
      submittedAt: row.created_at,
      scoredAt: row.scored_at,
      revealedAt: row.revealed_at,
    }));
  }

  /** Powers by band of evaluations, in no order. */
  async listBands(evaluationIds: string[]): Promise<{ evaluationId: string; bands: BandPowers | null }[]> {
    return this.database.query(
      `select evaluation_id as "evaluationId", bands from evaluation_statistics where evaluation_id = any($1)`,
      [evaluationIds],
    );
  }

  /** Sums per day of evaluations, in no order; none for scores of an evaluator that did not keep them yet. */
  async listDaily(evaluationIds: string[]): Promise<{ evaluationId: string; daily: DailySeries }[]> {
    return this.database.query(
      `select evaluation_id as "evaluationId", daily from evaluation_statistics where evaluation_id = any($1)`,
      [evaluationIds],
    );
  }

  async countPending(taskId: string, datasetVersionId: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `select count(*)::int as count from shown_evaluations e
       join submission_credits c on c.submission_id = e.submission_id
       where e.task_id = $1 and e.dataset_version_id = $2 and e.state in ('queued', 'running') and c.is_listed`,
      [taskId, datasetVersionId],
    );
    return row?.count ?? 0;
  }

  /** Names of references that failed, and neither have a score nor wait for one. */
  async listFailedReferences(taskId: string, datasetVersionId: string): Promise<string[]> {
    const rows = await this.database.query<{ method: string }>(
      `select s.card ->> 'name' as method
       from shown_evaluations e
       join submissions s on s.id = e.submission_id
       left join ranked_evaluations ranked on ranked.id = e.id
       where e.task_id = $1 and e.dataset_version_id = $2 and s.kind = 'reference'
       group by method
       having bool_or(e.state in ('failed', 'rejected'))
         and not bool_or(e.state in ('queued', 'running') or ranked.id is not null)
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
