import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AccountEntity } from './account.entity.js';

const bytes = {
  to: (value: number | null) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};

@Entity('uploads')
export class UploadEntity {
  /** The last segment of the upload's URL: 128 random bits. */
  @PrimaryColumn('text') id: string;
  @Index()
  @Column('uuid')
  accountId: string;
  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id' })
  account: Relation<AccountEntity>;
  @Column('text') fileName: string;
  @Column('bigint', { transformer: bytes }) sizeBytes: number;
  /** What the client says the bytes hash to; checked at the end. */
  @Column('text', { nullable: true }) expectedSha256: string | null;
  /** Set once every byte has arrived and is in the store. */
  @Column('text', { nullable: true }) sha256: string | null;
  /** The upload protocol's own description of the file; null before its first byte. */
  @Column('jsonb', { nullable: true }) transfer: unknown;
  @Index()
  @Column('timestamptz')
  createdAt: Date;
  @Column('timestamptz', { nullable: true }) finishedAt: Date | null;
  @Column('timestamptz', { nullable: true }) usedAt: Date | null;
}
