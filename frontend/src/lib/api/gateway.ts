import {
  allowanceSchema,
  type Allowance,
  accountViewSchema,
  boxStatisticsSchema,
  boardBandsSchema,
  boardHistorySchema,
  boardPairsSchema,
  challengeSummarySchema,
  challengeViewSchema,
  createdInvitationSchema,
  createdTokenSchema,
  diagnosticsSchema,
  identityListSchema,
  invitationOfferSchema,
  documentListSchema,
  leaderboardSchema,
  mapManifestSchema,
  notificationListSchema,
  preferenceListSchema,
  previewSchema,
  providerListSchema,
  publicVersionListSchema,
  startedSignInSchema,
  statusSchema,
  stressViewSchema,
  submissionListSchema,
  submissionViewSchema,
  teamListSchema,
  teamViewSchema,
  transferSchema,
  tokenViewSchema,
  resolutionByBoxSchema,
  zonalSpectraSchema,
  type AccountView,
  type BoxStatistics,
  type BoardBands,
  type BoardHistory,
  type BoardPairs,
  type ChallengeSummary,
  type ChallengeView,
  type CreatedInvitation,
  type CreatedToken,
  type CreateSubmissionRequest,
  type CreateSubmissionSetRequest,
  type CreateTokenRequest,
  type Diagnostics,
  type IdentityList,
  type InvitationOffer,
  type InvitationRequest,
  type DocumentList,
  type Leaderboard,
  type MapManifest,
  type NotificationList,
  type Preference,
  type PreferenceList,
  type PreviewFrame,
  type ProfileRequest,
  type ProviderList,
  type PublicVersion,
  type RegisterRequest,
  type SignInRequest,
  type Status,
  type StressView,
  type SubmissionView,
  type TeamRole,
  type TeamView,
  type Transfer,
  type TaskReference,
  type TokenView,
  type ResolutionByBox,
  type ZonalSpectraView,
  type Visibility,
} from '@sillage/contracts';
import { apiPaths, withQuery } from '../paths';
import { ApiFailure, ServiceUnreachable } from './api-failure';
import { createRequests, type Parser, type Transport } from './requests';

/** One board; without a version that of the current one. */
export type BoardTask = TaskReference & { version?: string | null };

export type Gateway = {
  account: () => Promise<AccountView | null>;
  register: (request: RegisterRequest) => Promise<AccountView>;
  signIn: (request: SignInRequest) => Promise<AccountView>;
  signOut: () => Promise<void>;
  tokens: () => Promise<TokenView[]>;
  createToken: (request: CreateTokenRequest) => Promise<CreatedToken>;
  revokeToken: (token: string) => Promise<void>;
  changeProfile: (profile: ProfileRequest) => Promise<AccountView>;
  askToVerifyEmail: () => Promise<void>;
  verifyEmail: (secret: string) => Promise<void>;
  askToResetPassword: (email: string) => Promise<void>;
  setPassword: (secret: string, password: string) => Promise<void>;
  providers: () => Promise<ProviderList['providers']>;
  /** @returns the address to send the browser to. */
  startSignIn: (provider: string, request: { next?: string; link: boolean }) => Promise<string>;
  identities: () => Promise<IdentityList>;
  removeIdentity: (identity: string) => Promise<void>;
  teams: () => Promise<TeamView[]>;
  createTeam: (name: string) => Promise<TeamView>;
  inviteToTeam: (team: string, request: InvitationRequest) => Promise<CreatedInvitation>;
  takeInvitationBack: (team: string, invitation: string) => Promise<void>;
  setTeamRole: (team: string, member: string, role: TeamRole) => Promise<TeamView>;
  removeFromTeam: (team: string, member: string) => Promise<void>;
  lookAtInvitation: (secret: string) => Promise<InvitationOffer>;
  acceptInvitation: (secret: string) => Promise<TeamView>;
  notifications: () => Promise<NotificationList>;
  /** Null: all of them. */
  markRead: (notification: string | null) => Promise<void>;
  preferences: () => Promise<PreferenceList>;
  setPreferences: (preferences: Preference[]) => Promise<PreferenceList>;
  stopMails: (secret: string, kind: string) => Promise<void>;
  challenges: () => Promise<ChallengeSummary[]>;
  /** With a version: as it was in that dataset version. */
  challenge: (challenge: string, version?: string | null) => Promise<ChallengeView>;
  /** What the account may still submit. */
  allowance: (challenge: string) => Promise<Allowance>;
  /** The dataset versions that were published, newest first. */
  versions: (challenge: string) => Promise<PublicVersion[]>;
  /** Null: the board of the current dataset version. */
  leaderboard: (
    challenge: string,
    area: string,
    scenario: string,
    signal?: AbortSignal,
    version?: string | null,
  ) => Promise<Leaderboard>;
  /** PSD scores by band of wavelength and period; refused where the challenge withholds curves. */
  boardBands: (challenge: string, task: BoardTask, signal?: AbortSignal) => Promise<BoardBands>;
  /** How probably one evaluation beats another, for any of them two by two. */
  boardPairs: (
    challenge: string,
    task: BoardTask,
    evaluations: readonly string[],
    signal?: AbortSignal,
  ) => Promise<BoardPairs>;
  /** The best so far, by date of submission. */
  boardHistory: (challenge: string, task: BoardTask, signal?: AbortSignal) => Promise<BoardHistory>;
  transfer: (challenge: string, scenario: string) => Promise<Transfer>;
  status: () => Promise<Status>;
  submissions: (options: { mine: boolean; challenge?: string }) => Promise<SubmissionView[]>;
  submission: (submission: string, signal?: AbortSignal) => Promise<SubmissionView>;
  createSubmission: (request: CreateSubmissionRequest) => Promise<SubmissionView>;
  /** Several files at once: all of them become submissions, or none does. */
  createSubmissionSet: (request: CreateSubmissionSetRequest) => Promise<SubmissionView[]>;
  cancelSubmission: (submission: string) => Promise<SubmissionView>;
  changeVisibility: (submission: string, visibility: Visibility) => Promise<SubmissionView>;
  withdrawSubmission: (submission: string, reason: string) => Promise<SubmissionView>;
  /** Runs of a network with other observations, beside its normal scores. */
  stress: (submission: string, signal?: AbortSignal) => Promise<StressView>;
  askStress: (submission: string) => Promise<StressView>;
  /** Every open run, where none is named. */
  cancelStress: (submission: string, runs?: string[]) => Promise<StressView>;
  diagnostics: (evaluation: string, signal?: AbortSignal) => Promise<Diagnostics>;
  /** Errors by box and day. */
  boxes: (evaluation: string, signal?: AbortSignal) => Promise<BoxStatistics>;
  /** Effective resolution by box. */
  resolution: (evaluation: string, signal?: AbortSignal) => Promise<ResolutionByBox>;
  /** Zonal spectra of truth, map and error. */
  spectra: (evaluation: string, signal?: AbortSignal) => Promise<ZonalSpectraView>;
  /** Notebook, receipt and citations, with their sizes. */
  documents: (evaluation: string, signal?: AbortSignal) => Promise<DocumentList>;
  /** Days of a network's map that are finished after one, the oldest hundred. */
  preview: (evaluation: string, after: string | undefined, signal?: AbortSignal) => Promise<PreviewFrame[]>;
  mapManifest: (evaluation: string, signal?: AbortSignal) => Promise<MapManifest>;
  mapFrame: (evaluation: string, layer: string, frame: number, signal?: AbortSignal) => Promise<Int16Array>;
};

const challengeListSchema: Parser<ChallengeSummary[]> = {
  parse: (input) => readList(input, 'challenges').map((item) => challengeSummarySchema.parse(item)),
};
const tokenListSchema: Parser<TokenView[]> = {
  parse: (input) => readList(input, 'tokens').map((item) => tokenViewSchema.parse(item)),
};

/** The one place that knows the API: each method is one request, its reply parsed by the contracts' schema. */
export function createGateway(transport: Transport): Gateway {
  const { json, nothing, send } = createRequests(transport);
  const segment = encodeURIComponent;

  return {
    account: async () => {
      try {
        return await json('/api/auth/me', accountViewSchema);
      } catch (error) {
        if (error instanceof ApiFailure && error.status === 401) return null;
        throw error;
      }
    },
    register: (body) => json('/api/auth/register', accountViewSchema, { method: 'POST', body }),
    signIn: (body) => json('/api/auth/sign-in', accountViewSchema, { method: 'POST', body }),
    signOut: () => nothing('/api/auth/sign-out', { method: 'POST' }),
    tokens: () => json('/api/tokens', tokenListSchema),
    createToken: (body) => json('/api/tokens', createdTokenSchema, { method: 'POST', body }),
    revokeToken: (token) => nothing(`/api/tokens/${segment(token)}`, { method: 'DELETE' }),
    changeProfile: (body) => json('/api/account/profile', accountViewSchema, { method: 'PUT', body }),
    askToVerifyEmail: () => nothing('/api/auth/email-verification', { method: 'POST' }),
    verifyEmail: (secret) => nothing('/api/auth/verify-email', { method: 'POST', body: { secret } }),
    askToResetPassword: (email) => nothing('/api/auth/password-reset', { method: 'POST', body: { email } }),
    setPassword: (secret, password) =>
      nothing('/api/auth/password', { method: 'POST', body: { secret, password } }),
    providers: async () => (await json('/api/auth/providers', providerListSchema)).providers,
    startSignIn: async (provider, body) => {
      const path = `/api/auth/providers/${segment(provider)}/start`;
      return (await json(path, startedSignInSchema, { method: 'POST', body })).url;
    },
    identities: () => json('/api/account/identities', identityListSchema),
    removeIdentity: (identity) =>
      nothing(`/api/account/identities/${segment(identity)}`, { method: 'DELETE' }),
    teams: async () => (await json('/api/teams', teamListSchema)).teams,
    createTeam: (name) => json('/api/teams', teamViewSchema, { method: 'POST', body: { name } }),
    inviteToTeam: (team, body) =>
      json(`/api/teams/${segment(team)}/invitations`, createdInvitationSchema, { method: 'POST', body }),
    takeInvitationBack: (team, invitation) =>
      nothing(`/api/teams/${segment(team)}/invitations/${segment(invitation)}`, { method: 'DELETE' }),
    setTeamRole: (team, member, role) =>
      json(`/api/teams/${segment(team)}/members/${segment(member)}`, teamViewSchema, {
        method: 'PUT',
        body: { role },
      }),
    removeFromTeam: (team, member) =>
      nothing(`/api/teams/${segment(team)}/members/${segment(member)}`, { method: 'DELETE' }),
    lookAtInvitation: (secret) =>
      json('/api/team-invitations/look', invitationOfferSchema, { method: 'POST', body: { secret } }),
    acceptInvitation: (secret) =>
      json('/api/team-invitations/accept', teamViewSchema, { method: 'POST', body: { secret } }),
    notifications: () => json('/api/notifications', notificationListSchema),
    markRead: (notification) =>
      nothing(
        notification === null
          ? '/api/notifications/read'
          : `/api/notifications/${segment(notification)}/read`,
        { method: 'POST' },
      ),
    preferences: () => json('/api/notification-preferences', preferenceListSchema),
    setPreferences: (preferences) =>
      json('/api/notification-preferences', preferenceListSchema, { method: 'PUT', body: { preferences } }),
    stopMails: (secret, kind) =>
      nothing(`/api/unsubscriptions/${segment(secret)}/${segment(kind)}`, { method: 'POST' }),
    status: () => json('/api/status', statusSchema),
    challenges: () => json('/api/challenges', challengeListSchema),
    allowance: (challenge) => json(`/api/challenges/${segment(challenge)}/allowance`, allowanceSchema),
    challenge: (challenge, version) =>
      json(withQuery(`/api/challenges/${segment(challenge)}`, { version }), challengeViewSchema),
    versions: async (challenge) =>
      (await json(`/api/challenges/${segment(challenge)}/versions`, publicVersionListSchema)).versions,
    leaderboard: (challenge, area, scenario, signal, version) =>
      json(
        withQuery(`/api/challenges/${segment(challenge)}/leaderboard`, { area, scenario, version }),
        leaderboardSchema,
        { signal },
      ),
    boardBands: (challenge, task, signal) =>
      json(boardPath(challenge, 'bands', { ...task }), boardBandsSchema, { signal }),
    boardPairs: (challenge, task, evaluations, signal) =>
      json(boardPath(challenge, 'pairs', { ...task, entries: evaluations.join(',') }), boardPairsSchema, {
        signal,
      }),
    boardHistory: (challenge, task, signal) =>
      json(boardPath(challenge, 'history', { ...task }), boardHistorySchema, { signal }),
    transfer: (challenge, scenario) =>
      json(withQuery(`/api/challenges/${segment(challenge)}/transfer`, { scenario }), transferSchema),
    submissions: async ({ mine, challenge }) => {
      const query = new URLSearchParams();
      if (mine) query.set('mine', 'true');
      if (challenge) query.set('challenge', challenge);
      return (await json(`/api/submissions?${query.toString()}`, submissionListSchema)).submissions;
    },
    submission: (submission, signal) =>
      json(`/api/submissions/${segment(submission)}`, submissionViewSchema, { signal }),
    createSubmission: (body) => json('/api/submissions', submissionViewSchema, { method: 'POST', body }),
    createSubmissionSet: async (body) =>
      (await json('/api/submissions/sets', submissionListSchema, { method: 'POST', body })).submissions,
    cancelSubmission: (submission) =>
      json(`/api/submissions/${segment(submission)}/cancel`, submissionViewSchema, { method: 'POST' }),
    changeVisibility: (submission, visibility) =>
      json(`/api/submissions/${segment(submission)}/visibility`, submissionViewSchema, {
        method: 'PUT',
        body: { visibility },
      }),
    withdrawSubmission: (submission, reason) =>
      json(`/api/submissions/${segment(submission)}/withdraw`, submissionViewSchema, {
        method: 'POST',
        body: { reason },
      }),
    stress: (submission, signal) =>
      json(`/api/submissions/${segment(submission)}/stress`, stressViewSchema, { signal }),
    askStress: (submission) =>
      json(`/api/submissions/${segment(submission)}/stress`, stressViewSchema, { method: 'POST', body: {} }),
    cancelStress: (submission, runs) =>
      json(`/api/submissions/${segment(submission)}/stress/cancel`, stressViewSchema, {
        method: 'POST',
        body: runs === undefined ? {} : { runs },
      }),
    documents: (evaluation, signal) => json(apiPaths.documents(evaluation), documentListSchema, { signal }),
    diagnostics: (evaluation, signal) =>
      json(apiPaths.artefact(evaluation, 'diagnostics.json'), diagnosticsSchema, { signal }),
    boxes: (evaluation, signal) =>
      json(apiPaths.artefact(evaluation, 'boxes.json'), boxStatisticsSchema, { signal }),
    resolution: (evaluation, signal) =>
      json(apiPaths.artefact(evaluation, 'resolution.json'), resolutionByBoxSchema, { signal }),
    spectra: (evaluation, signal) =>
      json(apiPaths.artefact(evaluation, 'spectra.json'), zonalSpectraSchema, { signal }),
    preview: async (evaluation, after, signal) =>
      (await json(apiPaths.preview(evaluation, after), previewSchema, { signal })).frames,
    mapManifest: (evaluation, signal) =>
      json(apiPaths.artefact(evaluation, 'maps.json'), mapManifestSchema, { signal }),
    mapFrame: async (evaluation, layer, frame, signal) => {
      const path = apiPaths.mapFrame(evaluation, layer, frame);
      const response = await send(path, { signal });
      return decodeFrame(await response.arrayBuffer());
    },
  };
}

function boardPath(challenge: string, what: string, query: Record<string, string | null>): string {
  return withQuery(`/api/challenges/${encodeURIComponent(challenge)}/leaderboard/${what}`, query);
}

/** Frames are little-endian whatever the machine is. */
export function decodeFrame(bytes: ArrayBuffer): Int16Array {
  if (bytes.byteLength % 2 !== 0) {
    throw new ServiceUnreachable(`a map frame has ${bytes.byteLength} bytes, need an even number`);
  }
  const view = new DataView(bytes);
  const frame = new Int16Array(bytes.byteLength / 2);
  for (let index = 0; index < frame.length; index += 1) frame[index] = view.getInt16(index * 2, true);
  return frame;
}

function readList(input: unknown, key: string): unknown[] {
  const list =
    typeof input === 'object' && input !== null ? (input as Record<string, unknown>)[key] : undefined;
  if (!Array.isArray(list)) throw new ServiceUnreachable(`the reply has no list '${key}'`);
  return list;
}
