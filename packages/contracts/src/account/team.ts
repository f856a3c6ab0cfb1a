import { z } from 'zod';
import { emailSchema } from './account.js';
import { nameSchema } from './name.js';
import { idSchema, isoInstantSchema } from '../challenge/units.js';

/** An owner invites, names, gives roles, and manages what the team submitted; a member sees it and submits. */
export const teamRoleSchema = z.enum(['owner', 'member']);
export type TeamRole = z.infer<typeof teamRoleSchema>;

export const teamNameSchema = nameSchema.min(2, 'a team name has at least 2 characters').max(80);

export const teamRequestSchema = z.strictObject({ name: teamNameSchema });
export type TeamRequest = z.infer<typeof teamRequestSchema>;

export const invitationRequestSchema = z.strictObject({
  /** Where the invitation is mailed, if this platform sends mail; the reply has the link in any case. */
  email: emailSchema.nullable().default(null),
  role: teamRoleSchema.default('member'),
});
export type InvitationRequest = z.infer<typeof invitationRequestSchema>;

export const invitationViewSchema = z.object({
  id: idSchema,
  email: z.string().nullable(),
  role: teamRoleSchema,
  expiresAt: isoInstantSchema,
});
export type InvitationView = z.infer<typeof invitationViewSchema>;

/** The link holds the secret behind `#`, which no server ever sees. It is shown once. */
export const createdInvitationSchema = invitationViewSchema.extend({
  link: z.string(),
  isMailed: z.boolean(),
});
export type CreatedInvitation = z.infer<typeof createdInvitationSchema>;

export const teamViewSchema = z.object({
  id: idSchema,
  name: z.string(),
  /** Of the reader. */
  role: teamRoleSchema,
  members: z.array(z.object({ accountId: idSchema, name: z.string(), role: teamRoleSchema })),
  /** Open ones; only owners see them. */
  invitations: z.array(invitationViewSchema),
});
export type TeamView = z.infer<typeof teamViewSchema>;

export const teamListSchema = z.object({ teams: z.array(teamViewSchema) });

export const teamMemberRequestSchema = z.strictObject({ role: teamRoleSchema });
export type TeamMemberRequest = z.infer<typeof teamMemberRequestSchema>;

/** The part of an invitation's link behind `#`. */
export const invitationSecretSchema = z.strictObject({ secret: z.string().min(20).max(100) });
export type InvitationSecret = z.infer<typeof invitationSecretSchema>;

/** What an invitation says to whoever holds its link. */
export const invitationOfferSchema = z.object({
  team: z.string(),
  invitedBy: z.string(),
  role: teamRoleSchema,
  expiresAt: isoInstantSchema,
});
export type InvitationOffer = z.infer<typeof invitationOfferSchema>;
