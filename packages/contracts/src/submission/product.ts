import { z } from 'zod';
import { boxSchema, periodSchema, protocolSchema } from '../challenge/challenge.js';
import { fileRoleSchema } from '../challenge/file-role.js';
import { disclosureLevelSchema } from '../challenge/disclosure-level.js';
import { submissionFormSchema } from './network.js';
import { scoresSchema } from '../scores/score.js';
import { artefactNameSchema } from './submission.js';
import { idSchema, isoInstantSchema, sha256Schema, slugSchema } from '../challenge/units.js';

/** What the API writes about a scored evaluation when it is asked for, besides the artefacts that evaluators made. */
export const documentNameSchema = z.enum(['notebook.ipynb', 'receipt.json']);
export type DocumentName = z.infer<typeof documentNameSchema>;

/** How a submission or a challenge is cited: Citation File Format 1.2, DataCite 4.5 as JSON, BibTeX. */
export const citationNameSchema = z.enum(['CITATION.cff', 'datacite.json', 'citation.bib']);
export type CitationName = z.infer<typeof citationNameSchema>;

/** GET /api/evaluations/:id/documents: what there is at this disclosure level, with its size now. */
export const documentListSchema = z.object({
  documents: z.array(
    z.object({
      name: z.union([documentNameSchema, citationNameSchema]),
      sizeBytes: z.number().int().positive(),
      url: z.string(),
    }),
  ),
});
export type DocumentList = z.infer<typeof documentListSchema>;

/** GET /api/signing-key: the public half of the key that signs receipts. */
export const signingKeySchema = z.object({
  algorithm: z.literal('ed25519'),
  /** The 32 bytes of RFC 8032, base64url. */
  publicKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'an ed25519 public key has 43 base64url characters'),
  createdAt: isoInstantSchema,
});
export type SigningKey = z.infer<typeof signingKeySchema>;

const hashedFileSchema = z.object({
  name: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  sha256: sha256Schema,
});

/** What a receipt says; the signature is over `canonicalJson` of it, in UTF-8. */
export const receiptContentSchema = z.strictObject({
  format: z.literal('sillage-receipt-1'),
  platform: z.strictObject({ url: z.string() }),
  submission: z.strictObject({
    id: idSchema,
    url: z.string(),
    method: z.string(),
    author: z.string(),
    kind: z.enum(['participant', 'reference']),
    form: submissionFormSchema,
    licence: z.string(),
    submittedAt: isoInstantSchema,
    /** What was submitted: maps, or the weights of a network. */
    file: hashedFileSchema,
    /** The variable that was asked for; null where it was found by its name. */
    variable: z.string().nullable(),
  }),
  evaluation: z.strictObject({
    id: idSchema,
    area: slugSchema,
    scenario: slugSchema,
    scoredBox: boxSchema,
    period: periodSchema,
    scoredAt: isoInstantSchema,
  }),
  challenge: z.strictObject({
    id: slugSchema,
    name: z.string(),
    synthetic: z.boolean(),
    datasetVersion: z.string(),
    disclosure: disclosureLevelSchema,
    /** Every public file of the task: what methods read, and what maps are compared with where that is not withheld. */
    files: z.array(hashedFileSchema.extend({ role: fileRoleSchema, variable: z.string().nullable() })),
  }),
  protocol: protocolSchema,
  /** Version of the program that computed the scores. */
  scorerVersion: z.string(),
  /** What ran a network; null for maps. */
  runtime: z
    .strictObject({ name: z.string(), version: z.string(), device: z.string(), precision: z.string() })
    .nullable(),
  /** As the disclosure level shows them: unrounded at practice level. */
  scores: scoresSchema,
  /** What the evaluator made of it, as far as it is public. */
  artefacts: z.array(hashedFileSchema.extend({ name: artefactNameSchema })),
});
export type ReceiptContent = z.infer<typeof receiptContentSchema>;

/** GET /api/evaluations/:id/documents/receipt.json */
export const receiptSchema = receiptContentSchema.extend({
  signature: z.strictObject({
    algorithm: z.literal('ed25519'),
    publicKey: signingKeySchema.shape.publicKey,
    /** 64 bytes, base64url. */
    value: z.string().regex(/^[A-Za-z0-9_-]{86}$/, 'an ed25519 signature has 86 base64url characters'),
  }),
});
export type Receipt = z.infer<typeof receiptSchema>;

/**
 * One text for one value: keys sorted by code unit, no spaces, numbers and strings as `JSON.stringify` writes them.
 * Source: RFC 8785 (JSON Canonicalization Scheme).
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, content]) => content !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, content]) => `${JSON.stringify(key)}:${canonicalJson(content)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
