import { z } from 'zod';
import { idSchema, isoInstantSchema, sha256Schema } from '../challenge/units.js';

/** What an object is to the platform; one that is several things is the first of them. */
export const STORED_KINDS = [
  'dataset',
  'draft',
  'submission',
  'network',
  'map',
  'product',
  'upload',
  'job',
] as const;
export const storedKindSchema = z.enum(STORED_KINDS);
export type StoredKind = z.infer<typeof storedKindSchema>;

const amountSchema = z.object({
  count: z.number().int().nonnegative(),
  sizeBytes: z.number().nonnegative(),
});

/** One run of the collection. */
export const collectionSchema = z.object({
  id: idSchema,
  startedAt: isoInstantSchema,
  finishedAt: isoInstantSchema,
  /** The display name of who asked for it; `Sillage` for the platform itself. */
  startedBy: z.string(),
  /** Objects that nothing referred to. */
  removed: amountSchema,
  /** Bytes on their way in that never arrived, and files of uploads that nobody knows any more. */
  leftovers: amountSchema,
  /** Could be collected too: one run stops after a number of objects. */
  remainingCount: z.number().int().nonnegative(),
});
export type Collection = z.infer<typeof collectionSchema>;

/** GET /api/admin/storage: what lies in the store, counted there and not in the database. */
export const storageReportSchema = z.object({
  at: isoInstantSchema,
  /** Where objects lie: a folder, or a bucket. */
  place: z.enum(['folder', 's3']),
  total: amountSchema,
  /** Each object once; kinds of which there are none are left out. */
  kinds: z.array(amountSchema.extend({ kind: storedKindSchema })),
  /** Nothing refers to them, and they are older than the grace period. */
  collectable: amountSchema.extend({
    /** The largest, at most 100. */
    largest: z.array(
      z.object({ sha256: sha256Schema, sizeBytes: z.number().nonnegative(), writtenAt: isoInstantSchema }),
    ),
  }),
  /** Nothing refers to them yet: they may be somebody's work under way. */
  young: amountSchema,
  /** Something refers to them, and they are not in the store. */
  missing: z.object({
    count: z.number().int().nonnegative(),
    /** At most 100. */
    objects: z.array(z.object({ sha256: sha256Schema, kind: storedKindSchema })),
  }),
  /** Files of the upload folder, unfinished or about to be removed; outside of the store. */
  uploads: amountSchema,
  graceHours: z.number().positive(),
  /** How often the platform collects by itself; null: never. */
  everyHours: z.number().positive().nullable(),
  lastCollection: collectionSchema.nullable(),
});
export type StorageReport = z.infer<typeof storageReportSchema>;
