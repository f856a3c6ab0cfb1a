import type { Phase, Quota } from '@sillage/contracts';
import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { ChallengeEntity } from './challenge.entity.js';

/** What organisers change of a challenge without a new dataset version. Earlier revisions are in the audit log. */
@Entity('challenge_settings')
export class ChallengeSettingsEntity {
  @PrimaryColumn('text') challengeId: string;
  @OneToOne(() => ChallengeEntity)
  @JoinColumn({ name: 'challenge_id' })
  challenge: Relation<ChallengeEntity>;
  @Column('integer') revision: number;
  @Column('jsonb') phases: Phase[];
  @Column('jsonb') quota: Quota;
  @Column('timestamptz') changedAt: Date;
  @Column('text') changedBy: string;
}
