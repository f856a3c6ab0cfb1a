import { z } from 'zod';
import { orcidSchema } from './orcid.js';
import { nameSchema } from './name.js';
import { idSchema, isoInstantSchema, lineSchema } from '../challenge/units.js';

export const roleSchema = z.enum(['participant', 'organiser']);
export type Role = z.infer<typeof roleSchema>;

export const emailSchema = z
  .email()
  .max(254)
  .transform((email) => email.trim().toLowerCase());
export const passwordSchema = z
  .string()
  .min(12, 'a password needs at least 12 characters')
  .max(128, 'a password has at most 128 characters');

/** As boards, pages and mails call a person. */
export const displayNameSchema = nameSchema.min(1).max(80);

export const registerRequestSchema = z.strictObject({
  email: emailSchema,
  password: passwordSchema,
  displayName: displayNameSchema,
});
export type RegisterRequest = z.infer<typeof registerRequestSchema>;

/** POST /api/auth/password-reset: answered alike for every address. */
export const passwordResetRequestSchema = z.strictObject({ email: emailSchema });
export type PasswordResetRequest = z.infer<typeof passwordResetRequestSchema>;

/** POST /api/auth/password, with the part of the mailed link behind `#`. */
export const newPasswordRequestSchema = z.strictObject({
  secret: z.string().min(20).max(100),
  password: passwordSchema,
});
export type NewPasswordRequest = z.infer<typeof newPasswordRequestSchema>;

/** PUT /api/auth/password */
export const changePasswordRequestSchema = z.strictObject({
  current: z.string().min(1).max(200),
  password: passwordSchema,
});
export type ChangePasswordRequest = z.infer<typeof changePasswordRequestSchema>;

/** POST /api/organisers: the account that becomes an organiser's. */
export const organiserRequestSchema = z.strictObject({ email: emailSchema });
export type OrganiserRequest = z.infer<typeof organiserRequestSchema>;

export const signInRequestSchema = z.strictObject({
  email: emailSchema,
  password: z.string().min(1).max(200),
});
export type SignInRequest = z.infer<typeof signInRequestSchema>;

/** Who is behind an entry, as its page and its citation say it. */
export const personSchema = z.object({
  name: z.string(),
  affiliation: z.string().nullable(),
  /** `0000-0002-1825-0097` */
  orcid: z.string().nullable(),
  webPage: z.string().nullable(),
});
export type Person = z.infer<typeof personSchema>;

/** PUT /api/account/profile: the whole profile; what is null is removed. */
export const profileRequestSchema = z.strictObject({
  displayName: displayNameSchema,
  affiliation: lineSchema.min(1).max(200).nullable(),
  orcid: orcidSchema.nullable(),
  webPage: z
    .url({ protocol: /^https?$/, error: 'give a whole address that starts with https://' })
    .max(500)
    .nullable(),
});
export type ProfileRequest = z.infer<typeof profileRequestSchema>;

export const accountViewSchema = z.object({
  id: idSchema,
  /** Null for accounts that sign in elsewhere and told no address. */
  email: z.string().nullable(),
  /** By opening a link that was mailed there. */
  isEmailVerified: z.boolean(),
  displayName: z.string(),
  role: roleSchema,
  ...personSchema.omit({ name: true }).shape,
  /** By signing in at ORCID; what somebody typed is not. */
  isOrcidVerified: z.boolean(),
  createdAt: isoInstantSchema,
});
export type AccountView = z.infer<typeof accountViewSchema>;

/**
 * What registering is answered: where mails are sent the same for every address, whether it has an account or not; elsewhere
 * the account, signed in.
 */
export const registeredSchema = z.union([accountViewSchema, z.object({ isMailed: z.literal(true) })]);
export type Registered = z.infer<typeof registeredSchema>;

/** GET /api/auth/providers: other sites by which one can sign in here. */
export const providerListSchema = z.object({
  providers: z.array(z.object({ id: z.string(), label: z.string() })),
});
export type ProviderList = z.infer<typeof providerListSchema>;

export const startSignInRequestSchema = z.strictObject({
  /** A path of this site; anything else leads home. */
  next: z.string().max(1000).optional(),
  /** Adds the identity to the account that is signed in. */
  link: z.boolean().default(false),
});
export type StartSignInRequest = z.infer<typeof startSignInRequestSchema>;

export const startedSignInSchema = z.object({ url: z.url() });
export type StartedSignIn = z.infer<typeof startedSignInSchema>;

export const identityListSchema = z.object({
  hasPassword: z.boolean(),
  identities: z.array(
    z.object({ id: idSchema, provider: z.string(), name: z.string(), linkedAt: isoInstantSchema }),
  ),
});
export type IdentityList = z.infer<typeof identityListSchema>;

/**
 * What a program may do with an API token.
 * - `read`: see what you see, your private entries included.
 * - `submit`: upload, enter, cancel, show and withdraw submissions.
 * - `account`: change your account: tokens, profile, teams, notifications.
 * - `organise`: what organisers do and see; only an organiser's token can have it, and without it such a token is a participant's.
 */
export const TOKEN_SCOPES = ['read', 'submit', 'account', 'organise'] as const;
export const tokenScopeSchema = z.enum(TOKEN_SCOPES);
export type TokenScope = z.infer<typeof tokenScopeSchema>;

export const createTokenRequestSchema = z.strictObject({
  name: lineSchema.min(1).max(80),
  scopes: z
    .array(tokenScopeSchema)
    .min(1, 'choose at least one scope')
    .max(TOKEN_SCOPES.length)
    .default(['read', 'submit']),
  expiresInDays: z.number().int().min(1).max(366).default(90),
});
export type CreateTokenRequest = z.infer<typeof createTokenRequestSchema>;

export const tokenViewSchema = z.object({
  id: idSchema,
  name: z.string(),
  scopes: z.array(tokenScopeSchema),
  createdAt: isoInstantSchema,
  expiresAt: isoInstantSchema,
  lastUsedAt: isoInstantSchema.nullable(),
});
export type TokenView = z.infer<typeof tokenViewSchema>;

export const tokenListSchema = z.object({ tokens: z.array(tokenViewSchema) });
export type TokenList = z.infer<typeof tokenListSchema>;

/** The secret is shown once, in the reply to its creation; it starts with `sil_`. */
export const createdTokenSchema = tokenViewSchema.extend({ secret: z.string() });
export type CreatedToken = z.infer<typeof createdTokenSchema>;

/** GET /api/organisers */
export const organiserListSchema = z.object({ organisers: z.array(accountViewSchema) });
export type OrganiserList = z.infer<typeof organiserListSchema>;
