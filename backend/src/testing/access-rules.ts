import type { ApiErrorCode, TokenScope } from '@sillage/contracts';
import {
  hasScore,
  isTold,
  MEMBERS,
  OWNERS,
  visibilityOf,
  type Entry,
  type Reader,
  type Secret,
} from './access-world.js';

/*
 * Who may do what, said once more and apart from the code that decides it: nothing of the application is used here. A route that
 * no rule names fails the test.
 */

/** What an answer comes to. `reached`: not refused for who asks, only, if at all, for how things are. */
export type Outcome = 'told' | 'reached' | ApiErrorCode;

/**
 * Who is let in before anything is looked up.
 * - `anyone`: whoever it is, with whatever token.
 * - `public`: nobody too, but no token that is unknown or lacks the scope behind the colon.
 * - a scope: whoever is signed in; a token needs it. `organise`: organisers.
 * - `worker`: a worker token and nothing else.
 */
export type Door = 'anyone' | `public:${TokenScope}` | TokenScope | 'worker';

export type Rule = {
  door: Door;
  /** Of whoever is let in. */
  answer?: Outcome | ((who: Reader) => Outcome);
  /** Where it is asked of every entry. */
  ofEntry?: (who: Reader, entry: Entry, name: string) => Outcome;
  /** Where it is asked of every challenge: its levels that answer; others are `not-disclosed`. `name` is that of a file. */
  ofChallenge?: (who: Reader, level: Entry['level'], name: string) => Outcome;
  body?: object | ((entry: Entry) => object);
  query?: string;
};

export const isOrganiser = ({ person, scopes }: Reader) =>
  person === 'organiser' && (scopes === null || scopes.includes('organise'));

/** @returns why this reader is sent away, or null. */
export function atDoor(door: Door, who: Reader): Outcome | null {
  if (door === 'anyone') return null;
  if (door === 'worker') return who.isWorker ? null : 'not-signed-in';
  const isNobody = who.person === null && who.name === 'nobody';
  if (isNobody && door.startsWith('public:')) return null;
  if (who.person === null) return 'not-signed-in';
  const needed = door.replace('public:', '') as TokenScope;
  if (who.scopes !== null && !who.scopes.includes(needed)) return 'scope-missing';
  return door === 'organise' && !isOrganiser(who) ? 'not-allowed' : null;
}

// What one is to an entry.

const isOneOf = ({ person }: Reader, { author, team }: Entry, people: typeof MEMBERS) =>
  person === author || (person !== null && team !== null && people[team].includes(person));
export const isOwn = (who: Reader, entry: Entry) => isOneOf(who, entry, MEMBERS);
export const isInside = (who: Reader, entry: Entry) => isOwn(who, entry) || isOrganiser(who);
const isListed = ({ listing }: Entry) => listing !== 'private' && listing !== 'hidden';
const sees = (who: Reader, entry: Entry) =>
  isInside(who, entry) || (isListed(entry) && hasScore(entry) && entry.level !== 'blind');
const manages = (who: Reader, entry: Entry) => isOneOf(who, entry, OWNERS) || isOrganiser(who);
const isGone = (who: Reader, entry: Entry) => entry.state === 'withdrawn' && !isInside(who, entry);

// Of an entry.

type OfEntry = NonNullable<Rule['ofEntry']>;
const ifSeen =
  (rest: OfEntry): OfEntry =>
  (who, entry, name) =>
    sees(who, entry) ? rest(who, entry, name) : 'submission-not-found';
const ifEvaluationSeen =
  (rest: OfEntry): OfEntry =>
  (who, entry, name) => {
    if (!sees(who, entry)) return 'evaluation-not-found';
    return isGone(who, entry) ? 'submission-withdrawn' : rest(who, entry, name);
  };
const ifManaged = ifSeen((who, entry) => (manages(who, entry) ? 'reached' : 'not-allowed'));

const file: OfEntry = (who, entry) => {
  if (entry.state === 'withdrawn') return 'submission-withdrawn';
  const isOpen = entry.level === 'practice' && hasScore(entry);
  const isNamed = entry.listing !== 'anonymous' && entry.listing !== 'private';
  return isOwn(who, entry) || (isOpen && isNamed) ? 'told' : 'not-disclosed';
};
const citation: OfEntry = (who, entry) => {
  if (entry.listing === 'disqualified') return 'not-disclosed';
  return isTold(entry) && !isGone(who, entry) ? 'told' : 'file-not-found';
};
/** What holds the truth is told at practice, the map itself at a public test, nothing while blind. */
const product: OfEntry = (_who, entry, name) => {
  const holdsTruth = !['scored.nc', 'reconstruction.i16', 'reconstruction'].includes(name);
  if (entry.level === 'blind' || (holdsTruth && entry.level !== 'practice')) return 'not-disclosed';
  return isTold(entry) ? 'told' : 'file-not-found';
};
const preview: OfEntry = (who, entry) =>
  isInside(who, entry) || entry.level === 'practice' ? 'told' : 'not-disclosed';
const documents: OfEntry = (_who, entry, name) => {
  // The file of a withdrawn entry is gone, and what is written about it with it.
  if (!hasScore(entry)) return 'file-not-found';
  if (!isTold(entry)) return 'not-disclosed';
  if (name === 'receipt.json' && entry.listing === 'disqualified') return 'not-disclosed';
  return name === 'notebook.ipynb' && entry.level !== 'practice' ? 'not-disclosed' : 'told';
};

// Of a challenge.

const atPractice: Rule['ofChallenge'] = (_who, level) => (level === 'practice' ? 'told' : 'not-disclosed');
const datasetFile: Rule['ofChallenge'] = (_who, level, name) =>
  name === 'obs.nc' || level === 'practice' ? 'told' : 'not-disclosed';

// Of what is Ada's.

const adasAlone =
  (inside: Outcome, outside: Outcome) =>
  ({ person }: Reader): Outcome =>
    person === 'ada' ? inside : outside;
const adasTeam =
  (inside: Outcome) =>
  ({ person }: Reader): Outcome => {
    if (person === 'ada') return inside;
    return person === 'mate' ? 'not-allowed' : 'team-not-found';
  };

function all(door: Door, routes: readonly string[], rest: Omit<Rule, 'door'> = {}): Record<string, Rule> {
  return Object.fromEntries(routes.map((route) => [route, { door, ...rest }]));
}

const NO_SECRET = { secret: 'nobody-has-this-secret' };
const BOARD = 'area=gf&scenario=nadir4';
const LATER = { revision: 999 };

const OPEN: Record<string, Rule> = {
  ...all('anyone', [
    ...['GET /health', 'GET /health/live', 'GET /health/ready', 'GET /status', 'GET /auth/providers'],
    ...['GET /docs', 'GET /docs/', 'GET /docs/index.html', 'GET /docs/swagger-ui-init.js'],
    ...['GET /docs/docs/swagger-ui-init.js', 'GET /docs-yaml', 'GET /openapi.json', 'OPTIONS /uploads'],
  ]),
  ...all('anyone', ['POST /unsubscriptions/:secret/:kind'], { answer: 'reached' }),
  // The library has that route without its file.
  'GET /docs/LICENSE': { door: 'anyone', answer: 'route-not-found' },
  ...all(
    'anyone',
    ['leaderboard', 'scorecard', 'leaderboard/history'].map((board) => `GET /challenges/:challenge/${board}`),
    { query: BOARD, ofChallenge: () => 'told' },
  ),
  'GET /challenges/:challenge/leaderboard/bands': {
    ...{ door: 'anyone', query: BOARD, ofChallenge: atPractice },
  },
  'GET /challenges/:challenge/leaderboard/pairs': {
    ...{ door: 'anyone', query: `${BOARD}&entries=PAIR`, ofChallenge: atPractice },
  },
  ...all('public:read', ['GET /challenges', 'GET /signing-key', 'GET /submissions']),
  ...all(
    'public:read',
    ['', '/versions', '/snapshot', '/citation/:name'].map((part) => `GET /challenges/:id${part}`),
    { ofChallenge: () => 'told' },
  ),
  'GET /challenges/:challenge/transfer': {
    ...{ door: 'public:read', query: 'scenario=nadir4', ofChallenge: () => 'told' },
  },
  'GET /challenges/:id/files/:path': { door: 'public:read', ofChallenge: datasetFile },
  ...all('public:read', ['POST /auth/register', 'POST /auth/sign-in', 'POST /auth/sign-out'], {
    answer: 'reached',
  }),
  ...all(
    'public:account',
    [
      ...['POST /auth/verify-email', 'POST /auth/password-reset', 'POST /auth/password'],
      ...['POST /team-invitations/look', 'GET /auth/providers/:provider/callback'],
    ],
    { answer: 'reached', body: NO_SECRET },
  ),
  'POST /auth/providers/:provider/start': {
    ...{ door: 'public:account', answer: 'provider-not-found', body: {} },
  },
};

const OF_AN_ENTRY: Record<string, Rule> = {
  'GET /submissions/:id': { door: 'public:read', ofEntry: ifSeen(() => 'told') },
  'GET /submissions/:id/file': { door: 'public:read', ofEntry: ifSeen(file) },
  'GET /submissions/:id/stress': { door: 'public:read', ofEntry: ifSeen(() => 'told') },
  'GET /submissions/:id/citation/:name': { door: 'public:read', ofEntry: ifSeen(citation) },
  'GET /evaluations/:id/artefacts/:name': { door: 'public:read', ofEntry: ifEvaluationSeen(product) },
  'GET /evaluations/:id/maps/:layer/:frame': { door: 'public:read', ofEntry: ifEvaluationSeen(product) },
  'GET /evaluations/:id/preview': { door: 'public:read', ofEntry: ifEvaluationSeen(preview) },
  'GET /evaluations/:id/documents': { door: 'public:read', ofEntry: ifEvaluationSeen(documents) },
  'GET /evaluations/:id/documents/:name': { door: 'public:read', ofEntry: ifEvaluationSeen(documents) },
  ...all(
    'submit',
    ['cancel', 'stress', 'stress/cancel', 'withdraw'].map((action) => `POST /submissions/:id/${action}`),
    { ofEntry: ifManaged, body: {} },
  ),
  // As it is.
  'PUT /submissions/:id/visibility': {
    ...{ door: 'submit', ofEntry: ifManaged, body: ({ listing }) => ({ visibility: visibilityOf(listing) }) },
  },
  ...all(
    'organise',
    ['verify', 'unverify', 'disqualify', 'reinstate', 'show', 'hide'].map(
      (action) => `POST /admin/submissions/:id/${action}`,
    ),
    { ofEntry: () => 'reached', body: { reason: 'tried' } },
  ),
  'POST /admin/evaluations/:id/retry': { door: 'organise', ofEntry: () => 'reached' },
};

const OF_AN_ACCOUNT: Record<string, Rule> = {
  ...all('read', [
    ...['GET /auth/me', 'GET /tokens', 'GET /account/identities', 'GET /teams'],
    ...['GET /notifications', 'GET /notification-preferences'],
  ]),
  'GET /challenges/:id/allowance': { door: 'read', ofChallenge: () => 'told' },
  ...all('submit', ['POST /uploads', 'POST /submissions', 'POST /submissions/sets'], { answer: 'reached' }),
  ...all('submit', ['HEAD /uploads/:id', 'PATCH /uploads/:id', 'DELETE /uploads/:id'], {
    answer: adasAlone('reached', 'upload-not-found'),
  }),
  ...all(
    'account',
    [
      ...['POST /tokens', 'PUT /account/profile', 'PUT /notification-preferences', 'POST /teams'],
      ...['POST /auth/email-verification', 'POST /notifications/read', 'POST /notifications/:id/read'],
      ...['POST /team-invitations/accept', 'PUT /auth/password'],
    ],
    { answer: 'reached', body: NO_SECRET },
  ),
  'DELETE /tokens/:id': { door: 'account', answer: adasAlone('told', 'file-not-found') },
  'DELETE /account/identities/:id': { door: 'account', answer: 'provider-not-found' },
  'PATCH /teams/:id': { door: 'account', answer: adasTeam('told'), body: { name: 'zq-team-ada' } },
  'POST /teams/:id/invitations': { door: 'account', answer: adasTeam('told'), body: {} },
  'DELETE /teams/:id/invitations/:invitation': { door: 'account', answer: adasTeam('invitation-over') },
  // Of the only owner.
  ...all('account', ['PUT /teams/:id/members/:account', 'DELETE /teams/:id/members/:account'], {
    ...{ answer: adasTeam('last-owner'), body: { role: 'member' } },
  }),
};

const OF_ORGANISERS: Record<string, Rule> = {
  ...all('organise', [
    ...['GET /organisers', 'GET /curation/challenges', 'GET /curation/rescores', 'GET /curation/drafts'],
    ...['GET /curation/drafts/:id', 'GET /curation/drafts/:id/files/:path', 'GET /curation/server-files'],
    ...['GET /admin/audit', 'GET /admin/audit/verify', 'GET /admin/audit/export.csv'],
    ...['GET /admin/health', 'GET /admin/storage', 'GET /admin/submissions'],
  ]),
  ...all(
    'organise',
    ['GET /curation/challenges/:id/versions', 'GET /curation/challenges/:id/versions/:version'],
    { ofChallenge: () => 'told' },
  ),
  'GET /admin/challenges/:id/settings': { door: 'organise', ofChallenge: () => 'told' },
  'GET /admin/challenges/:id/allowance': {
    ...{ door: 'organise', ofChallenge: () => 'told', query: 'team=zq-team-ada' },
  },
  ...all(
    'organise',
    [
      'POST /curation/challenges/:id/versions/:version/publish',
      'POST /curation/challenges/:id/versions/:version/retire',
      ...['PUT /admin/challenges/:id/settings', 'POST /admin/challenges/:id/products'],
      'POST /challenges/:id/references',
    ],
    { ofChallenge: () => 'reached', body: {} },
  ),
  ...all('organise', ['POST /challenges', 'POST /curation/drafts', 'POST /admin/storage/collect'], {
    ...{ answer: 'reached', body: {} },
  }),
  ...all(
    'organise',
    [
      ...['PUT /curation/drafts/:id', 'POST /curation/drafts/:id/inspect'],
      'POST /curation/drafts/:id/validate',
    ],
    { answer: 'reached', body: { ...LATER, definition: {} } },
  ),
  ...all('organise', ['DELETE /curation/drafts/:id', 'DELETE /curation/drafts/:id/files/:path'], {
    ...{ answer: 'draft-changed', query: 'revision=999' },
  }),
  'POST /curation/drafts/:id/files': {
    ...{ door: 'organise', answer: 'reached', body: { ...LATER, path: 'obs.nc', uploadId: 'none' } },
  },
  'POST /curation/rescores': {
    ...{ door: 'organise', answer: 'challenge-not-found', body: { challenge: 'no-such-challenge' } },
  },
  ...all(
    'organise',
    [
      ...['GET /curation/rescores/:id', 'GET /curation/rescores/:id/differences'],
      ...['GET /curation/rescores/:id/differences.csv', 'POST /curation/rescores/:id/promote'],
      ...['POST /curation/rescores/:id/discard', 'POST /curation/rescores/:id/cancel'],
      'POST /curation/rescores/:id/retry-failed',
    ],
    { answer: 'rescore-not-found', body: { changes: 'None' } },
  ),
  'POST /organisers': {
    ...{ door: 'organise', answer: 'account-not-found', body: { email: 'nobody@example.org' } },
  },
  'DELETE /organisers/:id': { door: 'organise', answer: 'account-not-found' },
};

const OF_WORKERS: Record<string, Rule> = {
  ...all(
    'worker',
    [
      ...['POST /worker/claim', 'POST /worker/jobs/:id/heartbeat', 'POST /worker/jobs/:id/finish'],
      'PUT /worker/objects/:sha256',
    ],
    { answer: 'reached' },
  ),
  'GET /worker/objects/:sha256': { door: 'worker', answer: 'file-not-found' },
};

export const RULES: Readonly<Record<string, Rule>> = {
  ...OPEN,
  ...OF_AN_ENTRY,
  ...OF_AN_ACCOUNT,
  ...OF_ORGANISERS,
  ...OF_WORKERS,
};

// What may stand in an answer.

type Told = { who: Reader; entry: Entry | null; route: string };

/** Of an entry, by what it is. Not listed: told to nobody. */
const OF_ENTRIES: Record<string, (who: Reader, entry: Entry, route: string) => boolean> = {
  submission: sees,
  evaluation: (who, entry) => sees(who, entry) && !isGone(who, entry),
  // Whoever was passed by an entry that was hidden afterwards had been told its name.
  name: (who, entry, route) =>
    sees(who, entry) || (route === 'GET /notifications' && entry.listing === 'hidden' && hasScore(entry)),
  file: (who, entry) => isInside(who, entry) || (sees(who, entry) && entry.listing !== 'anonymous'),
  content: (who, entry) => sees(who, entry) && file(who, entry, '') === 'told',
  activity: isInside,
  rejection: isInside,
  // Made beside the truth.
  refusal: (who, entry) => isInside(who, entry) && entry.level === 'practice',
  failure: (who, entry, route) =>
    (isInside(who, entry) && entry.level === 'practice') ||
    (isOrganiser(who) && route === 'GET /admin/health'),
  warning: (who, entry) =>
    entry.level === 'practice' &&
    (isInside(who, entry) || (sees(who, entry) && !isGone(who, entry) && entry.listing !== 'anonymous')),
  score: (who, entry) => entry.level === 'practice' && sees(who, entry) && !isGone(who, entry),
  product: (who, entry) => entry.level !== 'blind' && sees(who, entry) && !isGone(who, entry),
  withdrawal: sees,
  moderation: (who, entry) => (entry.listing === 'disqualified' ? sees(who, entry) : isInside(who, entry)),
};

/** Whose account it is: Ada's name stands on public entries, Grace's nowhere but inside of hers. */
function mayKnowPerson({ kind, of }: Secret, who: Reader): boolean {
  if (kind === 'email') return who.person === of || isOrganiser(who);
  if (of !== 'grace') return true;
  return (who.person !== null && MEMBERS.grace.includes(who.person)) || isOrganiser(who);
}

/** All that is looked for. */
export const SECRET_KINDS = [...['person', 'email', 'team', 'truth', 'withheld'], ...Object.keys(OF_ENTRIES)];

export function mayKnow(secret: Secret, entries: ReadonlyMap<string, Entry>, told: Told): boolean {
  const { who, route } = told;
  if (['person', 'email', 'team'].includes(secret.kind)) return mayKnowPerson(secret, who);
  if (secret.kind === 'truth' || secret.kind === 'withheld')
    return secret.of === 'practice' || (isOrganiser(who) && route.startsWith('GET /curation/drafts'));
  const entry = entries.get(secret.of);
  if (entry === undefined) return false;
  // What was asked for stands in the refusal.
  if (['submission', 'evaluation'].includes(secret.kind) && told.entry === entry) return true;
  return OF_ENTRIES[secret.kind]?.(who, entry, route) ?? false;
}
