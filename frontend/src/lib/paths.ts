import { withQuery, type Query } from '@sillage/client';

/** Every address of the site, in one place. */

const segment = encodeURIComponent;

export const paths = {
  home: '/',
  challenges: '/challenges',
  challenge: (challenge: string) => `/challenges/${segment(challenge)}`,
  leaderboard: (challenge: string, query: Query = {}) =>
    withQuery(`/challenges/${segment(challenge)}/leaderboard`, query),
  leaderboardDownload: (challenge: string, query: Query = {}) =>
    withQuery(`/challenges/${segment(challenge)}/leaderboard/download`, query),
  compare: (challenge: string, query: Query = {}) =>
    withQuery(`/challenges/${segment(challenge)}/compare`, query),
  compareDownload: (challenge: string, query: Query = {}) =>
    withQuery(`/challenges/${segment(challenge)}/compare/download`, query),
  acrossAreas: (challenge: string, query: Query = {}) =>
    withQuery(`/challenges/${segment(challenge)}/across-areas`, query),
  acrossAreasDownload: (challenge: string, query: Query = {}) =>
    withQuery(`/challenges/${segment(challenge)}/across-areas/download`, query),
  submissions: '/submissions',
  submission: (submission: string, query: Query = {}) =>
    withQuery(`/submissions/${segment(submission)}`, query),
  submit: (challenge?: string) => withQuery('/submit', { challenge }),
  signIn: (next?: string) => withQuery('/sign-in', { next }),
  signUp: (next?: string) => withQuery('/sign-up', { next }),
  account: '/account',
  notifications: '/notifications',
  forgotPassword: '/forgot-password',
  joinTeam: '/teams/join',
  admin: '/admin',
  adminChallenges: '/admin/challenges',
  adminChallenge: (challenge: string) => `/admin/challenges/${segment(challenge)}`,
  adminVersion: (challenge: string, version: string) =>
    `/admin/challenges/${segment(challenge)}/versions/${segment(version)}`,
  adminDraft: (draft: string, query: Query = {}) => withQuery(`/admin/drafts/${segment(draft)}`, query),
  adminRescore: (rescore: string) => `/admin/rescore/${segment(rescore)}`,
  adminSettings: (challenge: string) => `/admin/challenges/${segment(challenge)}/settings`,
  adminSubmissions: '/admin/submissions',
  adminSubmissionList: (query: Query = {}) => withQuery('/admin/submissions', query),
  adminAudit: '/admin/audit',
  adminAuditList: (query: Query = {}) => withQuery('/admin/audit', query),
  aboutScores: '/about/scores',
  aboutSubmit: '/about/submit',
  status: '/status',
} as const;
