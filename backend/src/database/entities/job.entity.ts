import type { JobPayload, Step, WorkerRuntime } from '@sillage/contracts';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { RescoreEntity } from './rescore.entity.js';
import { StressRunEntity } from './stress-run.entity.js';
import { EvaluationEntity, SubmissionEntity } from './submission.entity.js';

/** One step of one submission, or the inspection of a draft. pg-boss holds the tickets to claim it; this row holds who has it and since when. */
@Entity('jobs')
@Check('jobs_one_subject_check', 'num_nonnulls(submission_id, draft_id) = 1')
@Index(['queueRank', 'createdAt', 'id'], { where: "state = 'queued'" })
export class JobEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('text') step: Step;
  @Index()
  @Column('uuid', { nullable: true })
  submissionId: string | null;
  @ManyToOne(() => SubmissionEntity, { nullable: true })
  @JoinColumn({ name: 'submission_id' })
  submission: Relation<SubmissionEntity> | null;
  /** Set instead of the submission. No foreign key: the job of a draft that was deleted stays, cancelled. */
  @Index()
  @Column('uuid', { nullable: true })
  draftId: string | null;
  /** Null for mapping and the check of an upload, which belong to the whole submission. */
  @Index()
  @Column('uuid', { nullable: true })
  evaluationId: string | null;
  @ManyToOne(() => EvaluationEntity, { nullable: true })
  @JoinColumn({ name: 'evaluation_id' })
  evaluation: Relation<EvaluationEntity> | null;
  /** Set for the steps of a stress run, which belong to no evaluation. */
  @Index()
  @Column('uuid', { nullable: true })
  stressRunId: string | null;
  @ManyToOne(() => StressRunEntity, { nullable: true })
  @JoinColumn({ name: 'stress_run_id' })
  stressRun: Relation<StressRunEntity> | null;
  /** Set for the steps of a re-score, which wait behind everybody's. */
  @Index()
  @Column('uuid', { nullable: true })
  rescoreId: string | null;
  @ManyToOne(() => RescoreEntity, { nullable: true })
  @JoinColumn({ name: 'rescore_id' })
  rescore: Relation<RescoreEntity> | null;
  @Column('jsonb') payload: JobPayload;
  @Column('text') state: 'queued' | 'leased' | 'finished' | 'failed' | 'cancelled';
  /** Lower goes first; among equals the older. */
  @Column('smallint') queueRank: number;
  /** What the device of the worker must have free; null where it does not matter. */
  @Column('bigint', {
    nullable: true,
    transformer: {
      to: (value: number | null) => value,
      from: (value: string | null) => (value === null ? null : Number(value)),
    },
  })
  memoryBytes: number | null;
  /** Leases given so far, but for those that were handed back; with the token it says which lease writes. */
  @Column('integer', { default: 0 }) attempt: number;
  /** The pg-boss job whose holder may take the lease; null while leased. */
  @Column('uuid', { nullable: true }) ticketId: string | null;
  /** SHA-256 of the lease token; kept after the end, so that a repeated finish gets the same answer. */
  @Column('text', { nullable: true }) leaseTokenHash: string | null;
  @Index({ where: "state = 'leased'" })
  @Column('timestamptz', { nullable: true })
  leaseExpiresAt: Date | null;
  @Column('text', { nullable: true }) worker: string | null;
  @Column('double precision', { nullable: true }) progress: number | null;
  @Column('text', { default: '' }) activity: string;
  @Column('timestamptz') createdAt: Date;
  @Index({ where: 'finished_at is not null' })
  @Column('timestamptz', { nullable: true })
  finishedAt: Date | null;
  /** When a worker took it for the first time. */
  @Column('timestamptz', { nullable: true }) firstStartedAt: Date | null;
  /** When the newest attempt began. */
  @Column('timestamptz', { nullable: true }) startedAt: Date | null;
  @Column('text', { nullable: true }) failureMessage: string | null;
}

/** Who asked for work, for which, and when last. */
@Entity('workers')
export class WorkerEntity {
  @PrimaryColumn('text') name: string;
  @Column('text') evaluatorVersion: string;
  @Column('timestamptz') lastSeenAt: Date;
  @Column('text', { array: true, default: [] }) capabilities: Step[];
  /** Where it runs networks; null if it does not. */
  @Column('jsonb', { nullable: true }) runtime: WorkerRuntime | null;
}
