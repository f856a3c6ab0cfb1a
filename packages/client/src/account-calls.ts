import {
  accountViewSchema,
  createdInvitationSchema,
  createdTokenSchema,
  identityListSchema,
  invitationOfferSchema,
  notificationListSchema,
  preferenceListSchema,
  providerListSchema,
  registeredSchema,
  startedSignInSchema,
  teamListSchema,
  teamViewSchema,
  tokenListSchema,
  type CreateTokenRequest,
  type InvitationRequest,
  type Preference,
  type ProfileRequest,
  type RegisterRequest,
  type SignInRequest,
  type TeamRole,
} from '@sillage/contracts';
import type { Requests } from './requests.js';

const segment = encodeURIComponent;
const teamPath = (team: string) => `/api/teams/${segment(team)}`;
const memberPath = (team: string, member: string) => `${teamPath(team)}/members/${segment(member)}`;

export type AccountCalls = ReturnType<typeof accountCalls>;

/** Who is asking: sign-in, tokens, teams, notifications. */
export function accountCalls({ json, nothing }: Requests) {
  return {
    ...signInCalls({ json, nothing }),
    ...teamCalls({ json, nothing }),
    me: () => json('/api/auth/me', accountViewSchema),
    changeProfile: (body: ProfileRequest) =>
      json('/api/account/profile', accountViewSchema, { method: 'PUT', body }),
    tokens: async () => (await json('/api/tokens', tokenListSchema)).tokens,
    createToken: (body: CreateTokenRequest) =>
      json('/api/tokens', createdTokenSchema, { method: 'POST', body }),
    revokeToken: (token: string) => nothing(`/api/tokens/${segment(token)}`, { method: 'DELETE' }),
    notifications: () => json('/api/notifications', notificationListSchema),
    /** Null: all of them. */
    markRead: (notification: string | null) =>
      nothing(
        notification === null
          ? '/api/notifications/read'
          : `/api/notifications/${segment(notification)}/read`,
        { method: 'POST' },
      ),
    preferences: () => json('/api/notification-preferences', preferenceListSchema),
    setPreferences: (preferences: Preference[]) =>
      json('/api/notification-preferences', preferenceListSchema, { method: 'PUT', body: { preferences } }),
    stopMails: (secret: string, kind: string) =>
      nothing(`/api/unsubscriptions/${segment(secret)}/${segment(kind)}`, { method: 'POST' }),
  };
}

function signInCalls({ json, nothing }: Pick<Requests, 'json' | 'nothing'>) {
  return {
    register: (body: RegisterRequest) =>
      json('/api/auth/register', registeredSchema, { method: 'POST', body }),
    signIn: (body: SignInRequest) => json('/api/auth/sign-in', accountViewSchema, { method: 'POST', body }),
    signOut: () => nothing('/api/auth/sign-out', { method: 'POST' }),
    askToVerifyEmail: () => nothing('/api/auth/email-verification', { method: 'POST' }),
    verifyEmail: (secret: string) => nothing('/api/auth/verify-email', { method: 'POST', body: { secret } }),
    askToResetPassword: (email: string) =>
      nothing('/api/auth/password-reset', { method: 'POST', body: { email } }),
    setPassword: (secret: string, password: string) =>
      nothing('/api/auth/password', { method: 'POST', body: { secret, password } }),
    changePassword: (current: string, password: string) =>
      nothing('/api/auth/password', { method: 'PUT', body: { current, password } }),
    providers: async () => (await json('/api/auth/providers', providerListSchema)).providers,
    /** @returns the address to send the browser to. */
    startSignIn: async (provider: string, body: { next?: string; link: boolean }) =>
      (
        await json(`/api/auth/providers/${segment(provider)}/start`, startedSignInSchema, {
          method: 'POST',
          body,
        })
      ).url,
    identities: () => json('/api/account/identities', identityListSchema),
    removeIdentity: (identity: string) =>
      nothing(`/api/account/identities/${segment(identity)}`, { method: 'DELETE' }),
  };
}

function teamCalls({ json, nothing }: Pick<Requests, 'json' | 'nothing'>) {
  return {
    teams: async () => (await json('/api/teams', teamListSchema)).teams,
    createTeam: (name: string) => json('/api/teams', teamViewSchema, { method: 'POST', body: { name } }),
    inviteToTeam: (team: string, body: InvitationRequest) =>
      json(`${teamPath(team)}/invitations`, createdInvitationSchema, { method: 'POST', body }),
    takeInvitationBack: (team: string, invitation: string) =>
      nothing(`${teamPath(team)}/invitations/${segment(invitation)}`, { method: 'DELETE' }),
    setTeamRole: (team: string, member: string, role: TeamRole) =>
      json(memberPath(team, member), teamViewSchema, { method: 'PUT', body: { role } }),
    removeFromTeam: (team: string, member: string) => nothing(memberPath(team, member), { method: 'DELETE' }),
    lookAtInvitation: (secret: string) =>
      json('/api/team-invitations/look', invitationOfferSchema, { method: 'POST', body: { secret } }),
    acceptInvitation: (secret: string) =>
      json('/api/team-invitations/accept', teamViewSchema, { method: 'POST', body: { secret } }),
  };
}
