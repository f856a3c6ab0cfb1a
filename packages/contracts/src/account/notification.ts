import { z } from 'zod';
import { idSchema, isoInstantSchema } from '../challenge/units.js';

export const NOTIFICATION_KINDS = [
  'scored',
  'rejected',
  'overtaken',
  'rescored',
  'dataset-version',
  'moderated',
] as const;
/** `rejected` is also said of an evaluation that failed on our side. */
export const notificationKindSchema = z.enum(NOTIFICATION_KINDS);
export type NotificationKind = z.infer<typeof notificationKindSchema>;

export const NOTIFICATION_KIND_TEXTS: Record<NotificationKind, string> = {
  scored: 'An entry of yours was scored',
  rejected: 'An entry of yours was rejected, or could not be scored',
  overtaken: 'An entry of somebody else went past your best one on a board',
  rescored: 'An entry of yours got a new score',
  'dataset-version': 'A challenge that you entered has a new dataset version',
  moderated: 'The organisers hid, verified or disqualified an entry of yours, or took that back',
};

export const notificationViewSchema = z.object({
  id: idSchema,
  kind: notificationKindSchema,
  title: z.string(),
  body: z.string(),
  /** Where on this site it leads. */
  path: z.string(),
  createdAt: isoInstantSchema,
  isRead: z.boolean(),
});

/** The newest hundred, and how many of all are unread. */
export const notificationListSchema = z.object({
  notifications: z.array(notificationViewSchema),
  unreadCount: z.number().int().nonnegative(),
});
export type NotificationList = z.infer<typeof notificationListSchema>;

export const preferenceSchema = z.strictObject({
  kind: notificationKindSchema,
  inApp: z.boolean(),
  byMail: z.boolean(),
});
export type Preference = z.infer<typeof preferenceSchema>;

/** Every kind; `mail` says whether this platform sends mails, and to this account. */
export const preferenceListSchema = z.object({
  preferences: z.array(preferenceSchema),
  mail: z.enum(['off', 'address-not-verified', 'on']),
});
export type PreferenceList = z.infer<typeof preferenceListSchema>;

export const mailLinkSecretSchema = z.strictObject({ secret: z.string().min(20).max(100) });
export type MailLinkSecret = z.infer<typeof mailLinkSecretSchema>;
