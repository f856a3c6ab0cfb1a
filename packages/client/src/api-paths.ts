import { withQuery } from './with-query.js';

const segment = encodeURIComponent;

/** What is asked for by its address too: files that a page links to or the shell writes down. */
export const apiPaths = {
  uploads: '/api/uploads',
  documentation: '/api/docs',
  auditExport: '/api/admin/audit/export.csv',
  challengeFile: (challenge: string, path: string) =>
    `/api/challenges/${segment(challenge)}/files/${segment(path)}`,
  snapshot: (challenge: string) => `/api/challenges/${segment(challenge)}/snapshot`,
  submissionFile: (submission: string) => `/api/submissions/${segment(submission)}/file`,
  citation: (submission: string, name: string) =>
    `/api/submissions/${segment(submission)}/citation/${segment(name)}`,
  artefact: (evaluation: string, name: string) =>
    `/api/evaluations/${segment(evaluation)}/artefacts/${segment(name)}`,
  document: (evaluation: string, name: string) =>
    `/api/evaluations/${segment(evaluation)}/documents/${segment(name)}`,
  mapFrame: (evaluation: string, layer: string, frame: number) =>
    `/api/evaluations/${segment(evaluation)}/maps/${segment(layer)}/${frame}`,
  preview: (evaluation: string, after: string | undefined) =>
    withQuery(`/api/evaluations/${segment(evaluation)}/preview`, { after }),
  rescoreCsv: (rescore: string) => `/api/curation/rescores/${segment(rescore)}/differences.csv`,
} as const;
