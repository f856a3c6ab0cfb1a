import type { NotificationKind } from '@sillage/contracts';
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

/** What happened and was not told yet. */
@Entity('outbox_events')
export class OutboxEventEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('jsonb') event: object;
  @Column('timestamptz') createdAt: Date;
  @Column('integer', { default: 0 }) attempts: number;
  @Index()
  @Column('timestamptz')
  nextAttemptAt: Date;
}

@Entity('notifications')
// However often an event is told, an account hears it once.
@Unique('notifications_account_id_event_id_about_key', ['accountId', 'eventId', 'about'])
@Index(['accountId', 'createdAt'])
export class NotificationEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') accountId: string;
  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id' })
  account: Relation<AccountEntity>;
  @Column('uuid') eventId: string;
  @Column('text') kind: NotificationKind;
  /** What it is about: the evaluation, the board or the dataset version. */
  @Column('text') about: string;
  @Column('text') title: string;
  @Column('text') body: string;
  @Column('text') path: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) readAt: Date | null;
}

@Entity('notification_preferences')
export class NotificationPreferenceEntity {
  @PrimaryColumn('uuid') accountId: string;
  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id' })
  account: Relation<AccountEntity>;
  @PrimaryColumn('text') kind: NotificationKind;
  @Column('boolean') inApp: boolean;
  @Column('boolean') byMail: boolean;
}

@Entity('mails')
@Check('mails_state_check', `state in ('waiting', 'sent', 'failed')`)
export class MailEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('text') recipient: string;
  @Column('text') subject: string;
  /** Emptied once it is sent: it may hold a secret link. */
  @Column('text') body: string;
  @Column('text', { nullable: true }) unsubscribeUrl: string | null;
  @Column('text', { default: 'waiting' }) state: 'waiting' | 'sent' | 'failed';
  @Column('integer', { default: 0 }) attempts: number;
  @Index({ where: "state = 'waiting'" })
  @Column('timestamptz')
  nextAttemptAt: Date;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) sentAt: Date | null;
  @Column('text', { nullable: true }) failure: string | null;
}

/** A link that was mailed and proves that its reader has the address. */
@Entity('mail_links')
@Check('mail_links_purpose_check', `purpose in ('verify-email', 'reset-password')`)
export class MailLinkEntity {
  @PrimaryColumn('text') secretHash: string;
  @Index()
  @Column('uuid')
  accountId: string;
  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id' })
  account: Relation<AccountEntity>;
  @Column('text') purpose: 'verify-email' | 'reset-password';
  @Column('text') email: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') expiresAt: Date;
}
