/** Every address of the site, in one place: pages first, then what the browser fetches from the API. */

type Query = Record<string, string | null | undefined>;

/** `/path?a=1`: empty values are left out, so the default view has the shortest address. */
export function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value) parameters.set(name, value);
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

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

export const apiPaths = {
  uploads: '/api/uploads',
  documentation: '/api/docs',
  auditExport: '/api/admin/audit/export.csv',
  submissionFile: (submission: string) => `/api/submissions/${segment(submission)}/file`,
  artefact: (evaluation: string, name: string) =>
    `/api/evaluations/${segment(evaluation)}/artefacts/${segment(name)}`,
  documents: (evaluation: string) => `/api/evaluations/${segment(evaluation)}/documents`,
  rescoreCsv: (rescore: string) => `/api/curation/rescores/${segment(rescore)}/differences.csv`,
  snapshot: (challenge: string) => `/api/challenges/${segment(challenge)}/snapshot`,
  preview: (evaluation: string, after: string | undefined) =>
    withQuery(`/api/evaluations/${segment(evaluation)}/preview`, { after }),
  mapFrame: (evaluation: string, layer: string, frame: number) =>
    `/api/evaluations/${segment(evaluation)}/maps/${segment(layer)}/${frame}`,
} as const;
