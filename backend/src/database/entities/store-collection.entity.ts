import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const bytes = { to: (value: number) => value, from: Number };

/** One run of the collection of objects that nothing refers to. */
@Entity('store_collections')
export class StoreCollectionEntity {
  @PrimaryColumn('uuid') id: string;
  @Index()
  @Column('timestamptz')
  startedAt: Date;
  /** Null while it runs, and of one that was cut off. */
  @Column('timestamptz', { nullable: true }) finishedAt: Date | null;
  /** The name as it was then. */
  @Column('text') startedBy: string;
  @Column('integer', { default: 0 }) removedCount: number;
  @Column('bigint', { default: 0, transformer: bytes }) removedBytes: number;
  @Column('integer', { default: 0 }) leftoverCount: number;
  @Column('bigint', { default: 0, transformer: bytes }) leftoverBytes: number;
  @Column('integer', { default: 0 }) remainingCount: number;
}
