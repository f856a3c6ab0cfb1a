import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AccountEntity } from './account.entity.js';
import { ChallengeEntity } from './challenge.entity.js';
import { TeamEntity } from './team.entity.js';

/** One change of what an account or a team may still submit. Rows are added and never changed. */
@Entity('quota_entries')
@Index(['accountId', 'challengeId'])
@Index(['teamId', 'challengeId'])
@Check('quota_entries_owner_check', `(account_id is null) <> (team_id is null)`)
@Check(
  'quota_entries_kind_check',
  `kind = 'grant' and amount <> 0 and span in ('day', 'phase') and submitted_id is null
   or kind = 'use' and amount = -1 and span is null and submitted_id is not null
   or kind = 'refund' and amount = 1 and span is null and submitted_id is not null`,
)
export class QuotaEntryEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('text') challengeId: string;
  @ManyToOne(() => ChallengeEntity)
  @JoinColumn({ name: 'challenge_id' })
  challenge: Relation<ChallengeEntity>;
  @Column('uuid', { nullable: true }) accountId: string | null;
  @ManyToOne(() => AccountEntity, { nullable: true, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id' })
  account: Relation<AccountEntity> | null;
  @Column('uuid', { nullable: true }) teamId: string | null;
  @ManyToOne(() => TeamEntity, { nullable: true, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'team_id' })
  team: Relation<TeamEntity> | null;
  @Column('text') kind: 'grant' | 'use' | 'refund';
  @Column('integer') amount: number;
  /** Of a grant: a use counts in its day and in its phase. */
  @Column('text', { nullable: true }) span: 'day' | 'phase' | null;
  /** The set, or the submission; null for a grant. */
  @Index()
  @Column('uuid', { nullable: true })
  submittedId: string | null;
  /** The instant whose day and phase it belongs to: of a refund that of the use. */
  @Column('timestamptz') countsAt: Date;
  @Column('timestamptz') bookedAt: Date;
  @Column('text') reason: string;
}
