import { Injectable } from '@nestjs/common';
import {
  type ChallengeDefinition,
  type DisclosureLevel,
  type EvaluationState,
  type MethodCard,
  type ObjectReference,
  type Phase,
  type Protocol,
} from '@sillage/contracts';
import { fromStored, type StoredDefinition } from '../challenges/domain/installation.js';
import { disclosureAt } from '../challenges/domain/phases.js';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { listDatasetInputs } from './dataset-inputs.js';
import { scoreInputs, type DatasetInput, type ScoreInputs } from './domain/step-inputs.js';
import { IS_SHADOW } from './standing-sql.js';

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

/** What the next step of an evaluation needs to know. */
@Injectable()
export class EvaluationContextsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async getPredict(evaluationId: string): Promise<PredictContext> {
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
    if (row === undefined) throw new Error(`there is no evaluation ${evaluationId}`);
    return {
      evaluationId,
      area: row.area,
      scenario: row.scenario,
      definition: fromStored(row.definition),
      files: await listDatasetInputs(this.database, row.dataset_version_id),
    };
  }

  /** @throws Error where its dataset has no file to compare it with. */
  async getScoring(evaluationId: string): Promise<ScoringContext> {
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
    if (row === undefined) throw new Error(`there is no evaluation ${evaluationId}`);
    const files = await listDatasetInputs(this.database, row.dataset_version_id);
    const inputs = scoreInputs(row.protocol, files, row);
    if (inputs === null)
      throw new Error(`evaluation ${evaluationId} has no dataset with a file to compare it with`);
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
}
