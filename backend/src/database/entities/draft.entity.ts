import type { DatasetReport, DraftDefinition, DraftFile } from '@sillage/contracts';
import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { DatasetVersionEntity } from './challenge.entity.js';

/** A dataset version that is being written. */
@Entity('drafts')
@Check('drafts_inspection_state_check', `inspection_state in ('none', 'queued', 'running', 'done', 'failed')`)
@Check('drafts_report_check', '(report is null) = (report_revision is null)')
export class DraftEntity {
  @PrimaryColumn('uuid') id: string;
  /** Raised by every change of the definition or of the files. */
  @Column('integer') revision: number;
  @Column('jsonb') definition: DraftDefinition;
  @Column('uuid', { nullable: true }) basedOnVersionId: string | null;
  @ManyToOne(() => DatasetVersionEntity, { nullable: true })
  @JoinColumn({ name: 'based_on_version_id' })
  basedOnVersion: Relation<DatasetVersionEntity> | null;
  /** Names as they were then. */
  @Column('text') createdBy: string;
  @Column('timestamptz') createdAt: Date;
  @Column('text') changedBy: string;
  @Column('timestamptz') changedAt: Date;
  /** Of the newest inspection; whether its revision is still the newest tells if it is outdated. */
  @Column('text', { default: 'none' }) inspectionState: 'none' | 'queued' | 'running' | 'done' | 'failed';
  @Column('integer', { nullable: true }) inspectionRevision: number | null;
  @Column('text', { nullable: true }) inspectionFailure: string | null;
  @Column('integer', { nullable: true }) reportRevision: number | null;
  @Column('jsonb', { nullable: true }) report: DatasetReport | null;
}

@Entity('draft_files')
@Check('draft_files_source_check', `source in ('upload', 'version', 'server')`)
export class DraftFileEntity {
  @PrimaryColumn('uuid') draftId: string;
  @ManyToOne(() => DraftEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'draft_id' })
  draft: Relation<DraftEntity>;
  @PrimaryColumn('text') path: string;
  @Column('text') sha256: string;
  @Column('bigint', { transformer: { to: (bytes: number) => bytes, from: Number } }) sizeBytes: number;
  @Column('text') source: DraftFile['source'];
  @Column('timestamptz') addedAt: Date;
}
