import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An ed25519 key pair of the platform. */
@Entity('signing_keys')
export class SigningKeyEntity {
  /** What it signs: one key for each purpose. */
  @PrimaryColumn('text') purpose: string;
  /** 32 bytes, base64url. */
  @Column('text') publicKey: string;
  /** PKCS #8, base64. */
  @Column('text') privateKey: string;
  @Column('timestamptz') createdAt: Date;
}
