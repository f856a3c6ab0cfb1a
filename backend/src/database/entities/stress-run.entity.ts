import type { EvaluationState, NetworkRun, Protocol, Scores, Step } from '@sillage/contracts';
import type { StoredRejection } from '../../disclosure/domain/disclosure.js';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { DatasetVersionEntity, TaskEntity } from './challenge.entity.js';
import { SubmissionEntity } from './submission.entity.js';

/**
 * A network run for the sake of knowing what a change of its inputs does. A table of its own, and not an evaluation: whatever
 * reads evaluations makes boards of them.
 */
@Entity('stress_runs')
// The key of an evaluation, and what was changed; another try is open once one has failed or was cancelled.
@Index('stress_runs_key', ['submissionId', 'taskId', 'datasetVersionId', 'protocol', 'variant'], {
  unique: true,
  where: `state not in ('failed', 'cancelled')`,
})
@Check(
  'stress_runs_state_check',
  `state in ('queued', 'running', 'scored', 'rejected', 'failed', 'cancelled')`,
)
@Check('stress_runs_scored_check', `(state = 'scored') = (scores is not null)`)
@Check('stress_runs_rejected_check', `(state = 'rejected') = (rejection is not null)`)
export class StressRunEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') submissionId: string;
  @ManyToOne(() => SubmissionEntity)
  @JoinColumn({ name: 'submission_id' })
  submission: Relation<SubmissionEntity>;
  @Column('uuid') taskId: string;
  @ManyToOne(() => TaskEntity)
  @JoinColumn({ name: 'task_id' })
  task: Relation<TaskEntity>;
  @Column('uuid') datasetVersionId: string;
  @ManyToOne(() => DatasetVersionEntity)
  @JoinColumn({ name: 'dataset_version_id' })
  datasetVersion: Relation<DatasetVersionEntity>;
  @Column('text') protocol: Protocol;
  /** `without:` and a satellite, or empty where the network reads all that the task has. */
  @Column('text') variant: string;
  /** Of the score step; empty before it. */
  @Column('text', { default: '' }) evaluatorVersion: string;
  @Column('text') state: EvaluationState;
  /** Running or next; null once final. */
  @Column('text', { nullable: true }) step: Step | null;
  @Column('timestamptz') stateSince: Date;
  @Column('jsonb', { nullable: true }) scores: Scores | null;
  @Column('jsonb', { nullable: true }) rejection: StoredRejection | null;
  @Column('text', { nullable: true }) failureMessage: string | null;
  @Column('jsonb', { nullable: true }) run: NetworkRun | null;
  @Column('timestamptz') createdAt: Date;
}
