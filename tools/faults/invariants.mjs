// What must hold after every round, whatever happened in it: read from the database, the store and the API.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { callUntil } from './client.mjs';
import { CHALLENGE, NO_MAP } from './sea.mjs';

const FINAL = new Set(['scored', 'rejected', 'failed', 'cancelled']);
/** Older than the grace period of the collector. */
const AGED_MS = 100 * 3_600_000;

/**
 * @typedef {{ id: string, submission_id: string, upload_id: string, name: string, state: string, step: string | null, scores: string, reason: string | null, statistics: number, score_jobs: number }} Evaluated
 * @typedef {{ id: string, step: string, state: string, attempt: number, worker: string | null, failure_message: string | null }} OpenJob
 * @typedef {object} Snapshot
 * @property {Evaluated[]} evaluations
 * @property {OpenJob[]} jobs that wait, run or failed
 * @property {number} lostTickets in the queue for no job that waits
 * @property {{ missing: number, unused: number }} storage
 * @property {string[]} strayUploads files of uploads that nobody knows or needs
 * @property {{ submitted_id: string | null, kind: 'grant' | 'use' | 'refund', amount: number }[]} ledger every entry
 * @property {{ limit: number, used: number }} allowance what the participant is told
 */

/**
 * @param {Snapshot} now
 * @param {{ accepted: ReadonlySet<string>, earlier: readonly Evaluated[] }} known what was accepted, and what was final before
 * @returns {string[]} one sentence for each violation
 */
export function violationsOf(now, { accepted, earlier }) {
  return [
    ...wrongStates(now.evaluations),
    ...wrongCounts(now.evaluations, accepted),
    ...changedScores(now.evaluations, earlier),
    ...unequalScores(now.evaluations),
    ...now.jobs.map(
      ({ id, step, state, attempt, worker, failure_message: why }) =>
        `job ${id} (${step}, attempt ${attempt}, worker ${worker ?? 'none'}) is ${state}${why === null ? '' : `: ${why}`}`,
    ),
    ...counted(now.lostTickets, 'tickets in the queue are for no job that waits'),
    ...counted(now.storage.missing, 'objects that something refers to are not in the store'),
    ...counted(now.storage.unused, 'objects that nothing refers to were not collected'),
    ...now.strayUploads.map((name) => `the upload folder holds ${name}, which no open upload needs`),
    ...wrongLedger(now),
  ];
}

/** @param {number} count @param {string} what */
const counted = (count, what) => (count === 0 ? [] : [`${count} ${what}`]);

/** @param {readonly Evaluated[]} evaluations */
function wrongStates(evaluations) {
  return evaluations.flatMap(({ id, name, state, step, reason, score_jobs: scoreJobs, statistics }) => {
    const who = `evaluation ${id} of '${name}'`;
    if (!FINAL.has(state)) return [`${who} is still ${state} (step ${step ?? 'none'})`];
    if (name === NO_MAP && state === 'rejected') return [];
    if (state !== 'scored') return [`${who} ended as ${state}: ${reason ?? 'no reason'}`];
    return scoreJobs === 1 && statistics === 1
      ? []
      : [`${who} has ${statistics} sets of statistics from ${scoreJobs} finished score jobs`];
  });
}

/**
 * @param {readonly Evaluated[]} evaluations
 * @param {ReadonlySet<string>} accepted
 */
function wrongCounts(evaluations, accepted) {
  const counts = Map.groupBy(evaluations, ({ submission_id: id }) => id);
  const uploads = Map.groupBy(evaluations, ({ upload_id: id }) => id);
  return [
    ...[...accepted].filter((id) => !counts.has(id)).map((id) => `submission ${id} was accepted and is gone`),
    ...[...counts].flatMap(([id, own]) => [
      ...(accepted.has(id) ? [] : [`submission ${id} is there though nobody was told so`]),
      ...(own.length === 1 ? [] : [`submission ${id} has ${own.length} evaluations of one task`]),
    ]),
    ...[...uploads].flatMap(([id, made]) =>
      made.length === 1 ? [] : [`upload ${id} became ${made.length} submissions`],
    ),
  ];
}

/**
 * A late write would show here.
 * @param {readonly Evaluated[]} evaluations
 * @param {readonly Evaluated[]} earlier
 */
function changedScores(evaluations, earlier) {
  const now = new Map(evaluations.map((evaluation) => [evaluation.id, evaluation]));
  return earlier.flatMap((before) => {
    const after = now.get(before.id);
    return after !== undefined && after.state === before.state && after.scores === before.scores
      ? []
      : [
          `evaluation ${before.id} was final and changed: ${before.state} ${before.scores}, now ${after?.state} ${after?.scores}`,
        ];
  });
}

/** @param {readonly Evaluated[]} evaluations */
function unequalScores(evaluations) {
  const scored = evaluations.filter(({ state }) => state === 'scored');
  return [...Map.groupBy(scored, ({ name }) => name)].flatMap(([name, own]) => {
    const distinct = new Set(own.map(({ scores }) => scores));
    return distinct.size === 1
      ? []
      : [`equal files ('${name}') have ${distinct.size} different scores: ${[...distinct].join(' and ')}`];
  });
}

/** What counts, by what became of it: a rejection does, what failed on our side or was cancelled does not. */
const COUNTS = new Set(['queued', 'running', 'scored', 'rejected']);

/**
 * Grants − uses + refunds, entry by entry: each submission that counts is used up once more than it was given back, every other as
 * often, and nothing is booked for what is not there.
 * @param {Snapshot} now
 */
function wrongLedger({ evaluations, ledger, allowance }) {
  const sum = (/** @type {Snapshot['ledger']} */ entries) =>
    entries.reduce((all, { amount }) => all + amount, 0);
  const booked = Map.groupBy(
    ledger.filter(({ kind }) => kind !== 'grant'),
    ({ submitted_id: id }) => id,
  );
  const outcomes = new Map(evaluations.map(({ submission_id: id, state }) => [id, state]));
  const granted = sum(ledger.filter(({ kind }) => kind === 'grant'));
  const counting = [...outcomes.values()].filter((state) => COUNTS.has(state)).length;
  return [
    ...[...outcomes].flatMap(([id, state]) => {
      const balance = sum(booked.get(id) ?? []);
      return balance === (COUNTS.has(state) ? -1 : 0)
        ? []
        : [`submission ${id} is ${state}, and the ledger has ${balance} for it`];
    }),
    ...[...booked.keys()]
      .filter((id) => id === null || !outcomes.has(id))
      .map((id) => `the ledger has entries for ${id}, which is no submission`),
    ...ledger
      .filter(({ kind, amount }) => kind !== 'grant' && amount !== (kind === 'use' ? -1 : 1))
      .map(({ kind, amount, submitted_id: id }) => `the ledger has a ${kind} of ${amount} for ${id}`),
    ...(outcomes.size === 0 || granted === allowance.limit
      ? []
      : [`the ledger grants ${granted}, and the limit is ${allowance.limit}`]),
    ...(allowance.used === counting
      ? []
      : [`the quota counts ${allowance.used} submissions, and there are ${counting}`]),
  ];
}

const EVALUATIONS = `
  select e.id, e.submission_id, s.upload_id, s.card->>'name' as name, e.state, e.step,
    coalesce(e.failure_message, e.rejection->>'found') as reason,
    json_build_array(e.mu, e.score_values)::text as scores,
    (select count(*)::int from evaluation_statistics t where t.evaluation_id = e.id) as statistics,
    (select count(*)::int from jobs j where j.evaluation_id = e.id and j.step = 'score' and j.state = 'finished')
      as score_jobs
  from evaluations e join submissions s on s.id = e.submission_id`;
const JOBS = `select id, step, state, attempt, worker, failure_message from jobs where state not in ('finished', 'cancelled')`;
const LOST_TICKETS = `
  select count(*)::int as count from pgboss.job t
  where t.state in ('created', 'retry', 'active') and t.data ? 'jobId'
    and not exists (select 1 from jobs j where j.ticket_id = t.id and j.state = 'queued')`;

/**
 * Whether nothing moves any more.
 * @param {import('./faulty-platform.mjs').FaultyPlatform} platform
 */
export async function isSettled(platform) {
  const [row] = await platform.query(
    `select (select count(*) from evaluations where state in ('queued', 'running'))
       + (select count(*) from jobs where state in ('queued', 'leased')) as open,
       (${LOST_TICKETS}) as tickets`,
  );
  return Number(row.open) === 0 && row.tickets === 0;
}

/**
 * With everything collected that nothing needs.
 * @param {import('./faulty-platform.mjs').FaultyPlatform} platform
 * @returns {Promise<Snapshot>}
 */
export async function snapshotOf(platform) {
  const storage = await collected(platform);
  const allowance = await callUntil(
    `${platform.url}/api/challenges/${CHALLENGE}/allowance`,
    { token: platform.token },
    [200],
  );
  const openUploads = await platform.query('select id from uploads where used_at is null');
  const known = new Set(openUploads.map(({ id }) => id));
  const [tickets] = await platform.query(LOST_TICKETS);
  return {
    evaluations: await platform.query(EVALUATIONS),
    jobs: await platform.query(JOBS),
    lostTickets: tickets.count,
    storage,
    strayUploads: fs.readdirSync(platform.inFolder('uploads')).filter((name) => !known.has(name)),
    ledger: await platform.query('select submitted_id, kind, amount from quota_entries'),
    allowance: allowance.body.perPhase,
  };
}

const COLLECT_ATTEMPTS = 10;
const COLLECT_PAUSE_MS = 1_000;

/**
 * A worker that has lost its job hears of it with its next heartbeat: what it puts into the store until then is collected, too.
 * @param {import('./faulty-platform.mjs').FaultyPlatform} platform
 * @returns {Promise<Snapshot['storage']>}
 */
async function collected(platform) {
  const { url, token } = platform.organiser;
  for (let attempt = 1; ; attempt += 1, await sleep(COLLECT_PAUSE_MS)) {
    await ageEverything(platform);
    await callUntil(`${url}/api/admin/storage/collect`, { method: 'POST', token }, [200]);
    const { missing, collectable, young } = (await callUntil(`${url}/api/admin/storage`, { token }, [200]))
      .body;
    const unused = collectable.count + young.count;
    if (unused === 0 || attempt === COLLECT_ATTEMPTS) return { missing: missing.count, unused };
  }
}

/**
 * What lies around looks as if it had lain there for days, so that the collector may take it.
 * @param {import('./faulty-platform.mjs').FaultyPlatform} platform
 */
async function ageEverything(platform) {
  const at = new Date(Date.now() - AGED_MS);
  for (const name of ['objects', 'uploads']) {
    const folder = platform.inFolder(name);
    for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) fs.utimesSync(path.join(entry.parentPath, entry.name), at, at);
  }
  await platform.query(
    `update uploads set used_at = used_at - interval '100 hours' where used_at > now() - interval '50 hours'`,
  );
}
