import type {
  ChallengeDefinition,
  DatasetReport,
  DatasetVersionState,
  FileRole,
  FindingCode,
} from '@sillage/contracts';
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

@Entity('challenges')
export class ChallengeEntity {
  /** The slug of the definition. */
  @PrimaryColumn('text') id: string;
  /** The version whose boards are shown and that new submissions enter. */
  @Column('uuid', { nullable: true }) currentVersionId: string | null;
  @Column('timestamptz') createdAt: Date;
}

/** Immutable: a change of definition or files is a new version; only a description without files may be corrected. */
@Entity('dataset_versions')
@Unique(['challengeId', 'version'])
@Check('dataset_versions_state_check', `state in ('validated', 'published', 'retired')`)
@Check('dataset_versions_published_check', `state <> 'published' or published_at is not null`)
@Check('dataset_versions_retired_check', `(state = 'retired') = (retired_at is not null)`)
export class DatasetVersionEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('text') challengeId: string;
  @ManyToOne(() => ChallengeEntity)
  @JoinColumn({ name: 'challenge_id' })
  challenge: Relation<ChallengeEntity>;
  @Column('text') version: string;
  @Column('jsonb') definition: ChallengeDefinition;
  /** SHA-256 over the definition and the hashes of its files. */
  @Column('text') fingerprint: string;
  @Column('text') state: DatasetVersionState;
  /** What is new, one line. */
  @Column('text', { default: '' }) changes: string;
  /** The name as it was then; null for what came from a folder or from before drafts. */
  @Column('text', { nullable: true }) createdBy: string | null;
  @Column('timestamptz') createdAt: Date;
  /** When it became current for the first time. */
  @Column('timestamptz', { nullable: true }) publishedAt: Date | null;
  @Column('timestamptz', { nullable: true }) retiredAt: Date | null;
  /** Codes of warnings that were read and accepted when it was validated. */
  @Column('text', { array: true, default: [] }) acceptedWarnings: FindingCode[];
  /** Of the inspection that it was validated with. */
  @Column('jsonb', { nullable: true }) report: DatasetReport | null;
}

@Entity('dataset_files')
export class DatasetFileEntity {
  @PrimaryColumn('uuid') id: string;
  @Index()
  @Column('uuid')
  datasetVersionId: string;
  @ManyToOne(() => DatasetVersionEntity)
  @JoinColumn({ name: 'dataset_version_id' })
  datasetVersion: Relation<DatasetVersionEntity>;
  @Column('text') role: FileRole;
  @Column('text') area: string;
  @Column('text', { nullable: true }) scenario: string | null;
  @Column('text') path: string;
  @Column('text', { nullable: true }) variable: string | null;
  @Column('text') description: string;
  @Column('text') sha256: string;
  @Column('bigint', { transformer: { to: (bytes: number) => bytes, from: Number } }) sizeBytes: number;
}

/** What a file of a dataset folder hashed to when it had this stamp. */
@Entity('hashed_files')
export class HashedFileEntity {
  @PrimaryColumn('text') path: string;
  @Column('text') stamp: string;
  @Column('text') sha256: string;
  @Column('bigint', { transformer: { to: (bytes: number) => bytes, from: Number } }) sizeBytes: number;
}

/** Challenge × area × scenario: one board. */
@Entity('tasks')
@Unique(['challengeId', 'area', 'scenario'])
export class TaskEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('text') challengeId: string;
  @ManyToOne(() => ChallengeEntity)
  @JoinColumn({ name: 'challenge_id' })
  challenge: Relation<ChallengeEntity>;
  @Column('text') area: string;
  @Column('text') scenario: string;
  /** Raised in the transaction that changes the board: a board read at one version never changes. */
  @Column('bigint', { default: 0, transformer: { to: (version: number) => version, from: Number } })
  boardVersion: number;
}
