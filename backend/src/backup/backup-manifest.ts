import { sha256Schema } from '@sillage/contracts';
import { z } from 'zod';

/** Its last file: a folder without one is no backup, or half of one. */
export const MANIFEST_FILE = 'manifest.json';
export const BACKUP_FORMAT = 1;

const sizeSchema = z.number().int().nonnegative();
const fileSchema = z.object({ path: z.string().min(1), sizeBytes: sizeSchema, sha256: sha256Schema });
const objectSchema = z.object({ sha256: sha256Schema, sizeBytes: sizeSchema });

/** What a backup holds, with the hash of each part. */
export const backupManifestSchema = z.object({
  format: z.literal(BACKUP_FORMAT),
  createdAt: z.iso.datetime(),
  version: z.string(),
  /** Those that the database had seen: a restore makes its tables with the same ones. */
  migrations: z.array(z.string()),
  tables: z.array(
    fileSchema.extend({ name: z.string(), columns: z.array(z.string()), rowCount: sizeSchema }),
  ),
  sequences: z.array(z.object({ name: z.string(), lastValue: z.string().nullable() })),
  objects: z.array(objectSchema),
  /** Objects that the database refers to and the store did not give, or not as they were. */
  lost: z.array(sha256Schema),
  /** Files of the state folder, like its secrets. */
  files: z.array(fileSchema),
});

export type BackupManifest = z.infer<typeof backupManifestSchema>;
export type BackupFile = z.infer<typeof fileSchema>;
export type TableCopy = BackupManifest['tables'][number];
export type SequenceCopy = BackupManifest['sequences'][number];

/** Something the operator can mend: shown as one line. */
export class BackupError extends Error {
  readonly tag = 'backup';
}
