import type { AuditAction, AuditSubjectKind } from '@sillage/contracts';
import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** A trigger refuses to change or remove a line. */
@Entity('audit_entries')
@Index(['subjectKind', 'subjectId'])
@Unique(['sequence'])
export class AuditEntryEntity {
  @PrimaryColumn('uuid') id: string;
  /** 1, 2, 3… without a gap. */
  @Column('bigint', { transformer: { to: (sequence: number) => sequence, from: Number } })
  sequence: number;
  @Column('timestamptz') at: Date;
  /** The name as it was then. */
  @Column('text') actor: string;
  /** Null for the platform itself. No foreign key: the log outlives the account. */
  @Column('uuid', { nullable: true }) actorId: string | null;
  @Column('text') action: AuditAction;
  @Column('text') subjectKind: AuditSubjectKind;
  @Column('text') subjectId: string;
  @Column('text') summary: string;
  @Column('jsonb') details: Record<string, unknown>;
  /** SHA-256 over the line and the hash before it. */
  @Column('text') hash: string;
}
