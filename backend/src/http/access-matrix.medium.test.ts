import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  challengeDefinition,
  ORGANISER_TOKEN,
  registerChallenge,
  registerParticipant,
  scoreEverything,
  startTestApi,
  submit,
  WORKER_TOKEN,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

type Role = 'nobody' | 'stranger' | 'author' | 'organiser' | 'worker';
const ROLES: Role[] = ['nobody', 'stranger', 'author', 'organiser', 'worker'];
type Method = 'get' | 'post' | 'put' | 'delete' | 'head' | 'patch' | 'options';

/**
 * Every route, with the status that each role gets. `private` is a queued submission, `public` a scored one, both of the
 * author. A 400 means that the door was open and the (empty) request was not valid.
 */
const MATRIX: { method: Method; path: string; expected: Record<Role, number>; body?: object }[] = [
  {
    method: 'get',
    path: '/health',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 200 },
  },
  ...['/health/live', '/health/ready'].map((path) => ({
    method: 'get' as const,
    path,
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 200 },
  })),
  {
    method: 'get',
    path: '/status',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 200 },
  },
  {
    method: 'post',
    path: '/auth/register',
    expected: { nobody: 400, stranger: 400, author: 400, organiser: 400, worker: 401 },
  },
  {
    method: 'post',
    path: '/auth/sign-in',
    expected: { nobody: 400, stranger: 400, author: 400, organiser: 400, worker: 401 },
  },
  {
    method: 'post',
    path: '/auth/sign-out',
    expected: { nobody: 204, stranger: 204, author: 204, organiser: 204, worker: 401 },
  },
  {
    method: 'get',
    path: '/auth/me',
    expected: { nobody: 401, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/tokens',
    expected: { nobody: 401, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'post',
    path: '/tokens',
    expected: { nobody: 401, stranger: 400, author: 400, organiser: 400, worker: 401 },
  },
  {
    method: 'delete',
    path: '/tokens/AUTHORS_TOKEN',
    expected: { nobody: 401, stranger: 404, author: 204, organiser: 404, worker: 401 },
  },
  {
    method: 'get',
    path: '/organisers',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 200, worker: 401 },
  },
  {
    method: 'post',
    path: '/organisers',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 400, worker: 401 },
  },
  {
    method: 'delete',
    path: `/organisers/${randomUUID()}`,
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 404, worker: 401 },
  },
  {
    method: 'put',
    path: '/account/profile',
    expected: { nobody: 401, stranger: 400, author: 400, organiser: 400, worker: 401 },
  },
  {
    method: 'get',
    path: '/account/identities',
    expected: { nobody: 401, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'delete',
    path: `/account/identities/${randomUUID()}`,
    expected: { nobody: 401, stranger: 404, author: 404, organiser: 404, worker: 401 },
  },
  {
    method: 'get',
    path: '/auth/providers',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 200 },
  },
  {
    method: 'post',
    path: '/auth/providers/NONE/start',
    expected: { nobody: 404, stranger: 404, author: 404, organiser: 404, worker: 401 },
    body: {},
  },
  {
    method: 'get',
    path: '/auth/providers/NONE/callback?code=x&state=y',
    expected: { nobody: 303, stranger: 303, author: 303, organiser: 303, worker: 401 },
  },
  {
    method: 'post',
    path: '/auth/email-verification',
    expected: { nobody: 401, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'post',
    path: '/auth/verify-email',
    expected: { nobody: 410, stranger: 410, author: 410, organiser: 410, worker: 401 },
    body: { secret: 'nobody-has-this-secret' },
  },
  {
    method: 'post',
    path: '/auth/password-reset',
    expected: { nobody: 202, stranger: 202, author: 202, organiser: 202, worker: 401 },
    body: { email: 'nobody@example.org' },
  },
  {
    method: 'post',
    path: '/auth/password',
    expected: { nobody: 410, stranger: 410, author: 410, organiser: 410, worker: 401 },
    body: { secret: 'nobody-has-this-secret', password: 'a long enough password' },
  },
  {
    method: 'get',
    path: '/notifications',
    expected: { nobody: 401, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'post',
    path: '/notifications/read',
    expected: { nobody: 401, stranger: 204, author: 204, organiser: 204, worker: 401 },
  },
  {
    method: 'post',
    path: `/notifications/${randomUUID()}/read`,
    expected: { nobody: 401, stranger: 204, author: 204, organiser: 204, worker: 401 },
  },
  {
    method: 'get',
    path: '/notification-preferences',
    expected: { nobody: 401, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'put',
    path: '/notification-preferences',
    expected: { nobody: 401, stranger: 400, author: 400, organiser: 400, worker: 401 },
  },
  {
    method: 'post',
    path: `/unsubscriptions/${randomUUID()}/SCORED`,
    expected: { nobody: 204, stranger: 204, author: 204, organiser: 204, worker: 204 },
  },
  {
    method: 'get',
    path: '/teams',
    expected: { nobody: 401, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'post',
    path: '/teams',
    expected: { nobody: 401, stranger: 400, author: 400, organiser: 400, worker: 401 },
  },
  {
    method: 'patch',
    path: '/teams/AUTHORS_TEAM',
    expected: { nobody: 401, stranger: 400, author: 400, organiser: 400, worker: 401 },
  },
  {
    method: 'post',
    path: '/teams/AUTHORS_TEAM/invitations',
    expected: { nobody: 401, stranger: 404, author: 201, organiser: 404, worker: 401 },
    body: {},
  },
  {
    method: 'delete',
    path: `/teams/AUTHORS_TEAM/invitations/${randomUUID()}`,
    expected: { nobody: 401, stranger: 404, author: 410, organiser: 404, worker: 401 },
  },
  {
    method: 'put',
    path: `/teams/AUTHORS_TEAM/members/${randomUUID()}`,
    expected: { nobody: 401, stranger: 404, author: 404, organiser: 404, worker: 401 },
    body: { role: 'owner' },
  },
  {
    method: 'delete',
    path: `/teams/AUTHORS_TEAM/members/${randomUUID()}`,
    expected: { nobody: 401, stranger: 404, author: 404, organiser: 404, worker: 401 },
  },
  {
    method: 'post',
    path: '/team-invitations/look',
    expected: { nobody: 410, stranger: 410, author: 410, organiser: 410, worker: 401 },
    body: { secret: 'nobody-has-this-secret' },
  },
  {
    method: 'post',
    path: '/team-invitations/accept',
    expected: { nobody: 401, stranger: 410, author: 410, organiser: 410, worker: 401 },
    body: { secret: 'nobody-has-this-secret' },
  },
  {
    method: 'get',
    path: '/challenges',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/challenges/CHALLENGE',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'post',
    path: '/challenges',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 400, worker: 401 },
  },
  {
    method: 'get',
    path: '/challenges/CHALLENGE/files/obs.nc',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/challenges/CHALLENGE/files/truth.nc',
    expected: { nobody: 403, stranger: 403, author: 403, organiser: 403, worker: 401 },
  },
  {
    method: 'get',
    path: '/challenges/CHALLENGE/leaderboard?area=gf&scenario=nadir4',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 200 },
  },
  {
    method: 'get',
    path: '/challenges/CHALLENGE/scorecard',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 200 },
  },
  {
    method: 'get',
    path: '/challenges/CHALLENGE/leaderboard/history?area=gf&scenario=nadir4',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 200 },
  },
  {
    method: 'get',
    path: '/challenges/CHALLENGE/transfer?scenario=nadir4',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  // A public test, which withholds sums and spectra from everyone.
  {
    method: 'get',
    path: '/challenges/CHALLENGE/leaderboard/bands?area=gf&scenario=nadir4',
    expected: { nobody: 403, stranger: 403, author: 403, organiser: 403, worker: 403 },
  },
  {
    method: 'get',
    path: '/challenges/CHALLENGE/leaderboard/pairs?area=gf&scenario=nadir4&entries=AUTHORS_PAIR',
    expected: { nobody: 403, stranger: 403, author: 403, organiser: 403, worker: 403 },
  },
  {
    method: 'post',
    path: '/uploads',
    expected: { nobody: 401, stranger: 412, author: 412, organiser: 412, worker: 401 },
  },
  {
    method: 'options',
    path: '/uploads',
    expected: { nobody: 204, stranger: 204, author: 204, organiser: 204, worker: 204 },
  },
  {
    method: 'head',
    path: '/uploads/AUTHORS_UPLOAD',
    expected: { nobody: 401, stranger: 404, author: 412, organiser: 404, worker: 401 },
  },
  {
    method: 'patch',
    path: '/uploads/AUTHORS_UPLOAD',
    expected: { nobody: 401, stranger: 404, author: 412, organiser: 404, worker: 401 },
  },
  {
    method: 'delete',
    path: '/uploads/AUTHORS_UPLOAD',
    expected: { nobody: 401, stranger: 404, author: 412, organiser: 404, worker: 401 },
  },
  {
    method: 'get',
    path: '/submissions',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/submissions?mine=true',
    expected: { nobody: 401, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'post',
    path: '/submissions',
    expected: { nobody: 401, stranger: 400, author: 400, organiser: 400, worker: 401 },
  },
  {
    method: 'post',
    path: '/submissions/sets',
    expected: { nobody: 401, stranger: 400, author: 400, organiser: 400, worker: 401 },
  },
  {
    method: 'post',
    path: '/challenges/CHALLENGE/references',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/submissions/PUBLIC',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/submissions/PRIVATE',
    expected: { nobody: 404, stranger: 404, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/submissions/HIDDEN',
    expected: { nobody: 404, stranger: 404, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/submissions/HIDDEN/file',
    expected: { nobody: 404, stranger: 404, author: 200, organiser: 403, worker: 401 },
  },
  {
    method: 'get',
    path: '/evaluations/HIDDEN_EVALUATION/artefacts/scored.nc',
    expected: { nobody: 404, stranger: 404, author: 404, organiser: 404, worker: 401 },
  },
  {
    method: 'get',
    path: '/evaluations/HIDDEN_EVALUATION/preview',
    expected: { nobody: 404, stranger: 404, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/submissions/WITHDRAWN',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/submissions/WITHDRAWN/file',
    expected: { nobody: 410, stranger: 410, author: 410, organiser: 410, worker: 401 },
  },
  {
    method: 'get',
    path: '/evaluations/WITHDRAWN_EVALUATION/artefacts/diagnostics.json',
    expected: { nobody: 410, stranger: 410, author: 403, organiser: 403, worker: 401 },
  },
  {
    method: 'put',
    path: '/submissions/PUBLIC/visibility',
    expected: { nobody: 401, stranger: 400, author: 400, organiser: 400, worker: 401 },
  },
  {
    method: 'post',
    path: '/submissions/HIDDEN/withdraw',
    expected: { nobody: 401, stranger: 404, author: 200, organiser: 400, worker: 401 },
  },
  {
    method: 'get',
    path: '/submissions/PUBLIC/file',
    expected: { nobody: 403, stranger: 403, author: 200, organiser: 403, worker: 401 },
  },
  {
    method: 'get',
    path: '/submissions/PRIVATE/file',
    expected: { nobody: 404, stranger: 404, author: 200, organiser: 403, worker: 401 },
  },
  {
    method: 'post',
    path: '/submissions/PUBLIC/cancel',
    expected: { nobody: 401, stranger: 403, author: 409, organiser: 409, worker: 401 },
  },
  {
    method: 'get',
    path: '/submissions/PUBLIC/stress',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/submissions/PRIVATE/stress',
    expected: { nobody: 404, stranger: 404, author: 200, organiser: 200, worker: 401 },
  },
  {
    // A map: its author is let in, and told that it is no network.
    method: 'post',
    path: '/submissions/PUBLIC/stress',
    expected: { nobody: 401, stranger: 403, author: 400, organiser: 400, worker: 401 },
  },
  {
    method: 'post',
    path: '/submissions/PRIVATE/stress',
    expected: { nobody: 401, stranger: 404, author: 400, organiser: 400, worker: 401 },
  },
  {
    method: 'post',
    path: '/submissions/PUBLIC/stress/cancel',
    expected: { nobody: 401, stranger: 403, author: 409, organiser: 409, worker: 401 },
  },
  {
    method: 'post',
    path: '/submissions/PRIVATE/stress/cancel',
    expected: { nobody: 401, stranger: 404, author: 409, organiser: 409, worker: 401 },
  },
  {
    method: 'get',
    path: '/evaluations/PRIVATE_EVALUATION/artefacts/scored.nc',
    expected: { nobody: 404, stranger: 404, author: 404, organiser: 404, worker: 401 },
  },
  {
    method: 'get',
    path: '/evaluations/PUBLIC_EVALUATION/artefacts/boxes.json',
    expected: { nobody: 403, stranger: 403, author: 403, organiser: 403, worker: 401 },
  },
  {
    method: 'get',
    path: '/evaluations/PUBLIC_EVALUATION/artefacts/resolution.json',
    expected: { nobody: 403, stranger: 403, author: 403, organiser: 403, worker: 401 },
  },
  {
    method: 'get',
    path: '/evaluations/PUBLIC_EVALUATION/maps/error/0',
    expected: { nobody: 403, stranger: 403, author: 403, organiser: 403, worker: 401 },
  },
  {
    method: 'get',
    path: '/evaluations/PRIVATE_EVALUATION/preview',
    expected: { nobody: 404, stranger: 404, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/evaluations/PUBLIC_EVALUATION/preview',
    expected: { nobody: 403, stranger: 403, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/signing-key',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/challenges/CHALLENGE/versions',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/challenges/CHALLENGE/snapshot',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/challenges/CHALLENGE/citation/datacite.json',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/submissions/PUBLIC/citation/CITATION.cff',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/submissions/PRIVATE/citation/CITATION.cff',
    expected: { nobody: 404, stranger: 404, author: 404, organiser: 404, worker: 401 },
  },
  {
    method: 'get',
    path: '/evaluations/PUBLIC_EVALUATION/documents',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/evaluations/PRIVATE_EVALUATION/documents',
    expected: { nobody: 404, stranger: 404, author: 404, organiser: 404, worker: 401 },
  },
  {
    method: 'get',
    path: '/evaluations/PUBLIC_EVALUATION/documents/receipt.json',
    expected: { nobody: 200, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/evaluations/PUBLIC_EVALUATION/documents/notebook.ipynb',
    expected: { nobody: 403, stranger: 403, author: 403, organiser: 403, worker: 401 },
  },
  {
    method: 'get',
    path: '/evaluations/PUBLIC_EVALUATION/artefacts/figures.zip',
    expected: { nobody: 403, stranger: 403, author: 403, organiser: 403, worker: 401 },
  },
  {
    method: 'get',
    path: '/curation/challenges',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/curation/rescores',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 200, worker: 401 },
  },
  {
    method: 'post',
    path: '/curation/rescores',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 404, worker: 401 },
    body: { challenge: 'no-such-challenge' },
  },
  {
    method: 'get',
    path: `/curation/rescores/${randomUUID()}`,
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 404, worker: 401 },
  },
  {
    method: 'get',
    path: `/curation/rescores/${randomUUID()}/differences`,
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 404, worker: 401 },
  },
  {
    method: 'get',
    path: `/curation/rescores/${randomUUID()}/differences.csv`,
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 404, worker: 401 },
  },
  {
    method: 'post',
    path: `/curation/rescores/${randomUUID()}/promote`,
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 404, worker: 401 },
    body: { changes: 'None' },
  },
  {
    method: 'post',
    path: `/curation/rescores/${randomUUID()}/discard`,
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 404, worker: 401 },
  },
  {
    method: 'post',
    path: `/curation/rescores/${randomUUID()}/cancel`,
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 404, worker: 401 },
  },
  {
    method: 'post',
    path: `/curation/rescores/${randomUUID()}/retry-failed`,
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 404, worker: 401 },
  },
  {
    method: 'get',
    path: '/curation/drafts',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 200, worker: 401 },
  },
  {
    method: 'post',
    path: '/curation/drafts',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 201, worker: 401 },
    body: {},
  },
  {
    method: 'get',
    path: `/curation/drafts/${randomUUID()}`,
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 404, worker: 401 },
  },
  {
    method: 'put',
    path: `/curation/drafts/${randomUUID()}`,
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 404, worker: 401 },
    body: { revision: 1, definition: {} },
  },
  {
    method: 'delete',
    path: `/curation/drafts/${randomUUID()}`,
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 404, worker: 401 },
  },
  {
    method: 'post',
    path: `/curation/drafts/${randomUUID()}/files`,
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 404, worker: 401 },
    body: { revision: 1, path: 'truth.nc', serverFile: 'truth.nc' },
  },
  {
    method: 'get',
    path: `/curation/drafts/${randomUUID()}/files/truth.nc`,
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 404, worker: 401 },
  },
  {
    method: 'delete',
    path: `/curation/drafts/${randomUUID()}/files/truth.nc?revision=1`,
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 404, worker: 401 },
  },
  {
    method: 'post',
    path: `/curation/drafts/${randomUUID()}/inspect`,
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 404, worker: 401 },
    body: { revision: 1 },
  },
  {
    method: 'post',
    path: `/curation/drafts/${randomUUID()}/validate`,
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 404, worker: 401 },
    body: { revision: 1, changes: 'None' },
  },
  {
    method: 'get',
    path: '/curation/server-files',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/curation/challenges/CHALLENGE/versions',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/curation/challenges/CHALLENGE/versions/VERSION',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 200, worker: 401 },
  },
  {
    method: 'post',
    path: '/curation/challenges/CHALLENGE/versions/VERSION/publish',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 200, worker: 401 },
    body: {},
  },
  {
    method: 'post',
    path: '/curation/challenges/CHALLENGE/versions/VERSION/retire',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 409, worker: 401 },
  },
  {
    method: 'post',
    path: '/worker/claim',
    expected: { nobody: 401, stranger: 401, author: 401, organiser: 401, worker: 400 },
  },
  {
    method: 'post',
    path: `/worker/jobs/${randomUUID()}/heartbeat`,
    expected: { nobody: 401, stranger: 401, author: 401, organiser: 401, worker: 400 },
  },
  {
    method: 'post',
    path: `/worker/jobs/${randomUUID()}/finish`,
    expected: { nobody: 401, stranger: 401, author: 401, organiser: 401, worker: 400 },
  },
  {
    method: 'get',
    path: `/worker/objects/${'0'.repeat(64)}`,
    expected: { nobody: 401, stranger: 401, author: 401, organiser: 401, worker: 404 },
  },
  {
    method: 'put',
    path: `/worker/objects/${'0'.repeat(64)}`,
    expected: { nobody: 401, stranger: 401, author: 401, organiser: 401, worker: 460 },
  },
  {
    method: 'get',
    path: '/admin/audit',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/admin/audit/verify',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/admin/audit/export.csv',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/admin/health',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/admin/storage',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 200, worker: 401 },
  },
  {
    method: 'post',
    path: '/admin/storage/collect',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 200, worker: 401 },
  },
  {
    method: 'post',
    path: '/admin/evaluations/PUBLIC_EVALUATION/retry',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 409, worker: 401 },
  },
  {
    method: 'get',
    path: '/admin/submissions',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 200, worker: 401 },
  },
  {
    method: 'post',
    path: '/admin/submissions/PUBLIC/hide',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 400, worker: 401 },
  },
  {
    method: 'post',
    path: '/admin/submissions/PUBLIC/show',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 400, worker: 401 },
  },
  {
    method: 'post',
    path: '/admin/submissions/PUBLIC/verify',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 400, worker: 401 },
  },
  {
    method: 'post',
    path: '/admin/submissions/PUBLIC/unverify',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 400, worker: 401 },
  },
  {
    method: 'post',
    path: '/admin/submissions/PUBLIC/disqualify',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 400, worker: 401 },
  },
  {
    method: 'post',
    path: '/admin/submissions/PUBLIC/reinstate',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 400, worker: 401 },
  },
  {
    method: 'get',
    path: '/admin/challenges/CHALLENGE/settings',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 200, worker: 401 },
  },
  {
    method: 'put',
    path: '/admin/challenges/CHALLENGE/settings',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 400, worker: 401 },
  },
  {
    method: 'post',
    path: '/admin/challenges/CHALLENGE/products',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/challenges/CHALLENGE/allowance',
    expected: { nobody: 401, stranger: 200, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/admin/challenges/CHALLENGE/allowance?team=Nobody',
    expected: { nobody: 401, stranger: 403, author: 403, organiser: 404, worker: 401 },
  },
  {
    method: 'get',
    path: '/submissions/MODERATED',
    expected: { nobody: 404, stranger: 404, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/submissions/MODERATED/file',
    expected: { nobody: 404, stranger: 404, author: 200, organiser: 403, worker: 401 },
  },
  {
    method: 'get',
    path: '/submissions/MODERATED/stress',
    expected: { nobody: 404, stranger: 404, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/submissions/MODERATED/citation/CITATION.cff',
    expected: { nobody: 404, stranger: 404, author: 200, organiser: 200, worker: 401 },
  },
  {
    method: 'get',
    path: '/evaluations/MODERATED_EVALUATION/documents',
    expected: { nobody: 404, stranger: 404, author: 200, organiser: 200, worker: 401 },
  },
  // Last: it changes what the others see.
  {
    method: 'post',
    path: '/submissions/PRIVATE/cancel',
    expected: { nobody: 401, stranger: 404, author: 200, organiser: 409, worker: 401 },
  },
];

let database: TestDatabase;
let api: TestApi;
const tokens: Record<Role, string | null> = {
  nobody: null,
  stranger: null,
  author: null,
  organiser: ORGANISER_TOKEN,
  worker: WORKER_TOKEN,
};
const names: Record<string, string> = {};
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url);
  const [author, stranger] = [await registerParticipant(api), await registerParticipant(api)];
  [tokens.author, tokens.stranger] = [author.token, stranger.token];
  const definition = await registerChallenge(
    api,
    challengeDefinition({
      disclosure: 'public-test',
      files: [
        { role: 'truth', area: 'gf', path: 'truth.nc', description: '' },
        { role: 'observations', area: 'gf', path: 'obs.nc', description: '' },
      ],
    }),
  );
  [names.CHALLENGE, names.VERSION] = [definition.id, definition.datasetVersion];
  const scored = await submit(api, author, definition);
  await scoreEverything(api);
  [names.PUBLIC, names.PUBLIC_EVALUATION] = [scored.submissionId, scored.evaluationId];
  const hidden = await submit(api, author, definition, { visibility: { kind: 'private' } });
  await scoreEverything(api);
  [names.HIDDEN, names.HIDDEN_EVALUATION] = [hidden.submissionId, hidden.evaluationId];
  const withdrawn = await submit(api, author, definition);
  await scoreEverything(api);
  [names.WITHDRAWN, names.WITHDRAWN_EVALUATION] = [withdrawn.submissionId, withdrawn.evaluationId];
  await request(api.url)
    .post(`/api/submissions/${withdrawn.submissionId}/withdraw`)
    .set('Authorization', `Bearer ${author.token}`)
    .send({})
    .expect(200);
  const moderated = await submit(api, author, definition);
  // Clearly better than what the author was told before: a public test tells it.
  await scoreEverything(api, { mu: 0.97 });
  [names.MODERATED, names.MODERATED_EVALUATION] = [moderated.submissionId, moderated.evaluationId];
  await request(api.url)
    .post(`/api/admin/submissions/${moderated.submissionId}/hide`)
    .set('Authorization', `Bearer ${ORGANISER_TOKEN}`)
    .send({ reason: 'a copy of the truth' })
    .expect(200);
  const queued = await submit(api, author, definition);
  [names.PRIVATE, names.PRIVATE_EVALUATION] = [queued.submissionId, queued.evaluationId];
  const list = await request(api.url).get('/api/tokens').set('Authorization', `Bearer ${author.token}`);
  // The token that is revoked is not the one that the author signs in with.
  const spare = await request(api.url)
    .post('/api/tokens')
    .set('Authorization', `Bearer ${author.token}`)
    .send({ name: 'spare' });
  expect(list.body.tokens).toHaveLength(1);
  names.AUTHORS_TOKEN = spare.body.id;
  const created = await request(api.url)
    .post('/api/uploads')
    .set('Authorization', `Bearer ${author.token}`)
    .set('Tus-Resumable', '1.0.0')
    .set('Upload-Length', '10');
  const team = await request(api.url)
    .post('/api/teams')
    .set('Authorization', `Bearer ${author.token}`)
    .send({ name: 'Team of the author' })
    .expect(201);
  [names.SCORED, names.NONE] = ['scored', 'none'];
  names.AUTHORS_TEAM = team.body.id;
  names.AUTHORS_PAIR = `${randomUUID()},${randomUUID()}`;
  names.AUTHORS_UPLOAD = String(created.headers.location).split('/').at(-1) ?? '';
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const fill = (path: string) => path.replace(/[A-Z]+(_[A-Z]+)*/g, (name) => names[name] ?? name);

describe('each route lets in whom it should', () => {
  it.each(MATRIX.map((row) => ({ ...row, name: `${row.method.toUpperCase()} /api${row.path}` })))(
    '$name',
    async ({ method, path, expected, body }) => {
      const found: Partial<Record<Role, number>> = {};
      for (const role of ROLES) {
        const call = request(api.url)[method](`/api${fill(path)}`);
        const token = tokens[role];
        if (body !== undefined) call.send(body);
        const reply = await (token === null ? call : call.set('Authorization', `Bearer ${token}`));
        found[role] = reply.status;
      }
      expect(found).toEqual(expected);
    },
  );

  it('and none is missing here', async () => {
    const description = await request(api.url).get('/api/openapi.json').expect(200);
    const listed = new Set(
      MATRIX.map(
        ({ method, path }) =>
          `${method} ${path
            .split('?')[0]
            ?.split('/')
            .map((part) =>
              /[A-Z0-9]{4}|^[0-9a-f-]{36}$|^\w+\.(nc|json|ipynb|zip)$|^(error|0)$/.test(part) ? '*' : part,
            )
            .join('/')}`,
      ),
    );
    const missing = [];
    for (const [path, methods] of Object.entries<Record<string, unknown>>(description.body.paths)) {
      const pattern = path.replace('/api', '').replace(/\{\w+\}/g, '*');
      for (const method of Object.keys(methods)) {
        if (!listed.has(`${method} ${pattern}`)) missing.push(`${method} ${pattern}`);
      }
    }
    expect(missing).toEqual([]);
  });
});
