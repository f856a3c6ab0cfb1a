import { Injectable } from '@nestjs/common';
import type { MethodCard, SubmissionForm } from '@sillage/contracts';
import { Database } from '../database/database.js';
import type { StoredScores } from '../disclosure/domain/disclosure.js';
import { STORED_SCORES } from '../evaluations/stored-scores.js';

/** A score that a method has in one area, by entering it or by a stress run. */
export type AreaScore = {
  submissionId: string;
  card: MethodCard;
  author: string;
  kind: 'participant' | 'reference';
  form: SubmissionForm;
  area: string;
  how: 'entered' | 'stress';
  scores: StoredScores;
};

@Injectable()
export class TransferRepository {
  constructor(private readonly database: Database) {}

  /**
   * Scores of every listed network and of every reference on a scenario, the newest of each area. Stress runs count where
   * all observations were read, and where the network did not enter the area itself.
   */
  async listScores(datasetVersionId: string, scenario: string): Promise<AreaScore[]> {
    return this.database.query(
      `with scores as (
         select e.submission_id, t.area, 'entered' as how, e.scored_at as at,
           ${STORED_SCORES} as scores
         from ranked_evaluations e join tasks t on t.id = e.task_id
         where e.dataset_version_id = $1 and t.scenario = $2
         union all
         select r.submission_id, t.area, 'stress', r.state_since,
           r.scores || '{"publicTest": null}'
         from stress_runs r join tasks t on t.id = r.task_id
         where r.dataset_version_id = $1 and t.scenario = $2 and r.state = 'scored' and r.variant = ''
       )
       select distinct on (s.id, scores.area)
         s.id as "submissionId", s.card, c.author, s.kind, s.form, scores.area, scores.how, scores.scores
       from scores
       join submissions s on s.id = scores.submission_id
       join submission_credits c on c.submission_id = s.id
       where c.is_listed and (s.form = 'network' or s.kind = 'reference')
       order by s.id, scores.area, scores.how, scores.at desc`,
      [datasetVersionId, scenario],
    );
  }
}
