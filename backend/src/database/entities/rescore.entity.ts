import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { RescoreReport } from '@sillage/contracts';
import { ChallengeEntity, DatasetVersionEntity } from './challenge.entity.js';

/** Everything that has a score, scored again out of sight, until an organiser promotes or discards it. */
@Entity('rescores')
@Index('rescores_one_open_idx', ['challengeId'], { unique: true, where: "state = 'open'" })
@Check('rescores_state_check', `state in ('open', 'promoted', 'discarded', 'cancelled')`)
@Check(
  'rescores_end_check',
  `(state = 'open') = (ended_at is null) and (state = 'open') = (ended_by is null)`,
)
@Check('rescores_changes_check', `state <> 'promoted' or changes is not null`)
export class RescoreEntity {
  @PrimaryColumn('uuid') id: string;
  @Index()
  @Column('text')
  challengeId: string;
  @ManyToOne(() => ChallengeEntity)
  @JoinColumn({ name: 'challenge_id' })
  challenge: Relation<ChallengeEntity>;
  /** What is scored on. */
  @Column('uuid') datasetVersionId: string;
  @ManyToOne(() => DatasetVersionEntity)
  @JoinColumn({ name: 'dataset_version_id' })
  datasetVersion: Relation<DatasetVersionEntity>;
  /** What it is compared with: the version that was current. The same one, where only the evaluator is newer. */
  @Column('uuid') fromVersionId: string;
  @ManyToOne(() => DatasetVersionEntity)
  @JoinColumn({ name: 'from_version_id' })
  fromVersion: Relation<DatasetVersionEntity>;
  @Column('text') state: 'open' | 'promoted' | 'discarded' | 'cancelled';
  /** Which cells move and why, as the boards say it; set when it is promoted. */
  @Column('text', { nullable: true }) changes: string | null;
  @Column('text') createdBy: string;
  @Column('timestamptz') createdAt: Date;
  @Column('text', { nullable: true }) endedBy: string | null;
  @Column('timestamptz', { nullable: true }) endedAt: Date | null;
  /** The differences as they were when it was promoted or discarded. */
  @Column('jsonb', { nullable: true }) report: RescoreReport | null;
}
