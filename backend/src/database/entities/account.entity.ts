import type { Role, TokenScope } from '@sillage/contracts';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique, type Relation } from 'typeorm';

@Entity('accounts')
@Unique(['email'])
export class AccountEntity {
  @PrimaryColumn('uuid') id: string;
  /** Lower case; null for accounts that sign in elsewhere and told no address. */
  @Column('text', { nullable: true }) email: string | null;
  @Column('text') displayName: string;
  /** argon2id; null for built-in accounts, which sign in by token only. */
  @Column('text', { nullable: true }) passwordHash: string | null;
  @Column('text') role: Role;
  /** When somebody opened a link that was mailed there; mails go to verified addresses only. */
  @Column('timestamptz', { nullable: true }) emailVerifiedAt: Date | null;
  /** In the links of mails that stop them; it opens nothing else. */
  @Column('uuid') unsubscribeSecret: string;
  @Column('text', { nullable: true }) affiliation: string | null;
  @Column('text', { nullable: true }) orcid: string | null;
  /** By signing in at ORCID; what somebody typed is not. */
  @Column('boolean', { default: false }) isOrcidVerified: boolean;
  @Column('text', { nullable: true }) webPage: string | null;
  @Column('timestamptz') createdAt: Date;
}

@Entity('sessions')
export class SessionEntity {
  /** SHA-256 of the cookie's token: the table alone opens no session. */
  @PrimaryColumn('text') tokenHash: string;
  @Index()
  @Column('uuid')
  accountId: string;
  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id' })
  account: Relation<AccountEntity>;
  @Column('timestamptz') createdAt: Date;
  @Index()
  @Column('timestamptz')
  expiresAt: Date;
}

@Entity('api_tokens')
@Unique(['tokenHash'])
export class ApiTokenEntity {
  @PrimaryColumn('uuid') id: string;
  @Index()
  @Column('uuid')
  accountId: string;
  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id' })
  account: Relation<AccountEntity>;
  @Column('text') name: string;
  @Column('text') tokenHash: string;
  @Column('text', { array: true }) scopes: TokenScope[];
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') expiresAt: Date;
  @Column('timestamptz', { nullable: true }) lastUsedAt: Date | null;
}
