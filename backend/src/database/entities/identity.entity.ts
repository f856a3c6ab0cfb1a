import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique, type Relation } from 'typeorm';
import { AccountEntity } from './account.entity.js';

/** Who an account is at another site. */
@Entity('identities')
@Unique(['issuer', 'subject'])
export class IdentityEntity {
  @PrimaryColumn('uuid') id: string;
  @Index()
  @Column('uuid')
  accountId: string;
  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id' })
  account: Relation<AccountEntity>;
  /** As it is configured here. */
  @Column('text') provider: string;
  @Column('text') issuer: string;
  @Column('text') subject: string;
  /** What the account page shows of it. */
  @Column('text') name: string;
  @Column('timestamptz') linkedAt: Date;
}

/** A browser that was sent to another site and is to come back. */
@Entity('sign_in_attempts')
export class SignInAttemptEntity {
  /** SHA-256 of the cookie that binds the answer to the browser that asked. */
  @PrimaryColumn('text') secretHash: string;
  @Column('text') provider: string;
  @Column('text') state: string;
  @Column('text') nonce: string;
  @Column('text') codeVerifier: string;
  @Column('text') nextPath: string;
  /** The account that wants the identity added; null for a sign-in. */
  @Column('uuid', { nullable: true }) accountId: string | null;
  @ManyToOne(() => AccountEntity, { nullable: true, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id' })
  account: Relation<AccountEntity> | null;
  @Index()
  @Column('timestamptz')
  expiresAt: Date;
}
