import type { TeamRole } from '@sillage/contracts';
import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  Unique,
  type Relation,
} from 'typeorm';
import { AccountEntity } from './account.entity.js';

@Entity('teams')
@Unique(['nameKey'])
export class TeamEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('text') name: string;
  /** The name in lower case: two teams that differ in case only would be taken for one. */
  @Column('text') nameKey: string;
  @Column('timestamptz') createdAt: Date;
  /** When its last member left; its name stays on the boards, and stays taken. */
  @Column('timestamptz', { nullable: true }) closedAt: Date | null;
}

@Entity('team_members')
@Check('team_members_role_check', `role in ('owner', 'member')`)
export class TeamMemberEntity {
  @PrimaryColumn('uuid') teamId: string;
  @ManyToOne(() => TeamEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'team_id' })
  team: Relation<TeamEntity>;
  @Index()
  @PrimaryColumn('uuid')
  accountId: string;
  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id' })
  account: Relation<AccountEntity>;
  @Column('text') role: TeamRole;
  @Column('timestamptz') joinedAt: Date;
}

@Entity('team_invitations')
@Unique(['secretHash'])
export class TeamInvitationEntity {
  @PrimaryColumn('uuid') id: string;
  @Index()
  @Column('uuid')
  teamId: string;
  @ManyToOne(() => TeamEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'team_id' })
  team: Relation<TeamEntity>;
  @Column('text', { nullable: true }) email: string | null;
  @Column('text') role: TeamRole;
  /** SHA-256 of the link's secret: the table alone opens no team. */
  @Column('text') secretHash: string;
  @Column('uuid') invitedBy: string;
  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'invited_by' })
  inviter: Relation<AccountEntity>;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') expiresAt: Date;
  /** Accepted or taken back. */
  @Column('timestamptz', { nullable: true }) endedAt: Date | null;
}
