import { z } from 'zod';
import { disclosureLevelSchema } from './disclosure-level.js';
import { isoInstantSchema } from './units.js';

/** A part of a challenge's life: from `opens` on (included) until `closes` (not included). */
export const phaseSchema = z.strictObject({
  name: z.string().trim().min(1).max(60),
  opens: isoInstantSchema,
  /** Null: open for ever. */
  closes: isoInstantSchema.nullable(),
  /** What may be shown while it runs, in the place of the level that the challenge's definition names. */
  disclosure: disclosureLevelSchema,
  acceptsSubmissions: z.boolean(),
});
export type Phase = z.infer<typeof phaseSchema>;

/** In order, none reaching into the next: at any instant at most one runs. */
export const phasesSchema = z
  .array(phaseSchema)
  .max(12)
  .superRefine((phases, context) => {
    for (const [index, phase] of phases.entries()) {
      const opens = Date.parse(phase.opens);
      const closes = phase.closes === null ? Infinity : Date.parse(phase.closes);
      if (closes <= opens)
        context.addIssue({
          code: 'custom',
          path: [index, 'closes'],
          message: `'${phase.name}' closes at ${phase.closes}, which is not after it opens (${phase.opens})`,
        });
      const next = phases[index + 1];
      if (next === undefined) continue;
      if (phase.closes === null)
        context.addIssue({
          code: 'custom',
          path: [index, 'closes'],
          message: `'${phase.name}' has no end, and '${next.name}' comes after it: say when it closes`,
        });
      else if (Date.parse(next.opens) < closes)
        context.addIssue({
          code: 'custom',
          path: [index + 1, 'opens'],
          message: `'${next.name}' opens at ${next.opens}, before '${phase.name}' closes (${phase.closes})`,
        });
    }
    const names = phases.map(({ name }) => name.toLowerCase());
    for (const [index, name] of names.entries())
      if (names.indexOf(name) !== index)
        context.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: `there are two phases '${name}'`,
        });
  });

/** Submissions of one account, and of one team, in the day (00:00 to 24:00 UTC) and in the running phase; null: no limit. */
export const quotaSchema = z.strictObject({
  perDay: z.number().int().min(1).max(10_000).nullable(),
  /** Over all time where the challenge has no phases. */
  perPhase: z.number().int().min(1).max(10_000).nullable(),
});
export type Quota = z.infer<typeof quotaSchema>;

/** Holds while the truth is withheld where organisers named no limit: each score, and each refusal, tells something of it. */
export const WITHHELD_TRUTH_QUOTA: Quota = { perDay: 5, perPhase: null };

/** What everybody may know of the rules of a challenge, as they are at `now`. */
export const challengeRulesSchema = z.object({
  now: isoInstantSchema,
  phases: phasesSchema,
  /** The running one. */
  phase: phaseSchema.nullable(),
  acceptsSubmissions: z.boolean(),
  /** When submissions are accepted next; null while they are, and where no later phase accepts any. */
  acceptsFrom: isoInstantSchema.nullable(),
  quota: quotaSchema,
});
export type ChallengeRules = z.infer<typeof challengeRulesSchema>;

/** How much of a quota is used. A set that was sent together counts once. */
export const quotaUseSchema = z.object({
  limit: z.number().int().positive(),
  used: z.number().int().nonnegative(),
  /** When it is counted from nought again; null: not known, or never. */
  resetsAt: isoInstantSchema.nullable(),
});
export type QuotaUse = z.infer<typeof quotaUseSchema>;

/** GET /api/challenges/:id/allowance: of the account and, if it is asked for, of one of its teams: whichever leaves less. */
export const allowanceSchema = z.object({
  rules: challengeRulesSchema,
  perDay: quotaUseSchema.nullable(),
  perPhase: quotaUseSchema.nullable(),
  /** When the next submission is taken; null where one is taken now, or none as far as anybody knows. */
  nextSlotAt: isoInstantSchema.nullable(),
});
export type Allowance = z.infer<typeof allowanceSchema>;

/** One change of what an account or a team may still submit. */
export const quotaEntrySchema = z.object({
  kind: z.enum(['grant', 'use', 'refund']),
  amount: z.number().int(),
  /** Of a grant: a use counts in its day and in its phase. */
  span: z.enum(['day', 'phase']).nullable(),
  /** The set, or the submission that came alone; null for a grant. */
  submittedId: z.string().nullable(),
  /** The instant whose day and phase it belongs to: of a refund that of the use. */
  countsAt: isoInstantSchema,
  bookedAt: isoInstantSchema,
  reason: z.string(),
});
export type QuotaEntry = z.infer<typeof quotaEntrySchema>;

/** GET /api/admin/challenges/:id/allowance: of one account, or of one team; newest entry first. */
export const quotaLedgerSchema = z.object({
  owner: z.string(),
  allowance: allowanceSchema,
  entries: z.array(quotaEntrySchema),
});
export type QuotaLedger = z.infer<typeof quotaLedgerSchema>;

/** GET /api/admin/challenges/:id/settings */
export const challengeSettingsSchema = z.object({
  challenge: z.string(),
  /** 0: never set. A write says the revision that it has read. */
  revision: z.number().int().nonnegative(),
  phases: phasesSchema,
  quota: quotaSchema,
  changedAt: isoInstantSchema.nullable(),
  changedBy: z.string().nullable(),
  /** What the definition says, which holds where no phase runs. */
  declaredDisclosure: disclosureLevelSchema,
  /** What holds now. */
  disclosure: disclosureLevelSchema,
  rules: challengeRulesSchema,
  /** Scores whose files and maps were made under another level: they lack truth and error, or may not be shown. */
  outdatedProducts: z.number().int().nonnegative(),
});
export type ChallengeSettings = z.infer<typeof challengeSettingsSchema>;

/** PUT /api/admin/challenges/:id/settings */
export const putChallengeSettingsSchema = z.strictObject({
  revision: z.number().int().nonnegative(),
  phases: phasesSchema,
  quota: quotaSchema,
});
export type PutChallengeSettings = z.infer<typeof putChallengeSettingsSchema>;

/** POST /api/admin/challenges/:id/products: how many scores have their files made again. */
export const productsAgainSchema = z.object({ enqueued: z.number().int().nonnegative() });
export type ProductsAgain = z.infer<typeof productsAgainSchema>;
