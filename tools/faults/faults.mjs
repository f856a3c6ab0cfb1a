// What may go wrong. Each fault strikes while entries are on their way, and undoes what it did.
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, createUpload, persistently, sendUpload, submit, uploadIdOf } from './client.mjs';
import { LEASE_S } from './faulty-platform.mjs';
import { oneOf } from './plan.mjs';
import { requestOf } from './sea.mjs';

const HOUR_MS = 3_600_000;
const CUT_COUNT = 10;
/** A moment of a step, or between two. */
const LONGEST_DELAY_MS = 1_200;
const FULL_MS = 3_000;
const BEYOND_LEASE_MS = 1000 * LEASE_S + 3_000;
const CLAIM_COUNT = 6;

/**
 * @typedef {object} Round
 * @property {import('./faulty-platform.mjs').FaultyPlatform} platform
 * @property {import('./sea.mjs').Sea} sea
 * @property {() => number} random
 * @property {() => Promise<void>} send resolves once all were accepted
 * @property {(id: string) => void} accept
 * @property {() => Promise<void>} settle until nothing moves any more
 * @property {(violation: string) => void} violate
 * @property {import('./sea.mjs').Entry} large what is cut
 *
 * @typedef {(round: Round) => Promise<void>} Fault
 */

/** @param {Round} round */
const someTime = ({ random }) => sleep(random() * LONGEST_DELAY_MS);

/** @type {('backend' | 'backend-2')[]} */
const API_PROCESSES = ['backend', 'backend-2'];
/** @typedef {'evaluator' | 'evaluator-2'} EvaluatorName */
/** @type {EvaluatorName[]} */
const evaluators = ['evaluator', 'evaluator-2'];
/** @type {Record<EvaluatorName, string>} */
const WORKER_OF = { evaluator: 'local', 'evaluator-2': 'second' };

/** @param {Round} round @returns {Promise<EvaluatorName[]>} those that hold a job just now */
async function busyEvaluators({ platform }) {
  const rows = await platform.query(
    `select distinct split_part(worker, '/', 1) as worker from jobs where state = 'leased'`,
  );
  return evaluators.filter((name) => rows.some(({ worker }) => worker === WORKER_OF[name]));
}

/**
 * Sends, and strikes an evaluator at work, again until it was.
 * @param {Round} round
 * @param {(name: EvaluatorName) => boolean | Promise<boolean>} strike whether it had a job then
 * @param {readonly EvaluatorName[]} [among]
 */
async function strikeAtWork(round, strike, among = evaluators) {
  const sent = round.send();
  let looks = 0;
  await persistently('an evaluator with a job', async () => {
    looks += 1;
    // All were done before we looked.
    if (looks % 20 === 0) void round.send();
    const busy = (await busyEvaluators(round)).filter((name) => among.includes(name));
    return busy.length > 0 && (await strike(oneOf(busy, round.random))) ? 'done' : 'again';
  });
  await sent;
}

/** @type {Fault} */
const killChild = (round) =>
  strikeAtWork(round, async (name) => {
    const children = childrenOf(round.platform.pidOf(name));
    for (const pid of children) await round.platform.kill(pid);
    return children.length > 0;
  });

/** @param {number | null} parent */
const childrenOf = (parent) =>
  parent === null
    ? []
    : fs
        .readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8')
        .split(' ')
        .filter(Boolean)
        .map(Number);

/** @type {Fault} */
const killEvaluator = (round) =>
  strikeAtWork(round, async (name) => {
    await round.platform.killService(name);
    return (await busyEvaluators(round)).includes(name);
  });

/** @param {(round: Round) => Promise<void>} strike @returns {Fault} */
const whileSending = (strike) => async (round) => {
  const sent = round.send();
  await someTime(round);
  await strike(round);
  await sent;
};

/** @type {Fault} */
const pauseEvaluator = (round) =>
  strikeAtWork(round, async (name) => {
    const pid = round.platform.pidOf(name);
    if (pid === null) return false;
    process.kill(pid, 'SIGSTOP');
    const isAtWork = (await busyEvaluators(round)).includes(name);
    if (isAtWork) await sleep(BEYOND_LEASE_MS);
    process.kill(pid, 'SIGCONT');
    return isAtWork;
  });

/** The ticket again, and the lease over: two evaluators work on one job. @type {Fault} */
const deliverTwice = (round) =>
  strikeAtWork(round, async () => {
    const delivered = await round.platform.query(
      `with taken as (
         update jobs set lease_expires_at = clock_timestamp() - interval '1 second'
         where state = 'leased' and step in ('check', 'score') returning id, step)
       insert into pgboss.job (name, data) select step, jsonb_build_object('jobId', id) from taken returning id`,
    );
    return delivered.length > 0;
  });

/** A worker that comes back too late: its result is refused, while the next attempt runs and after it. @type {Fault} */
async function finishLate(round) {
  const { platform } = round;
  const jobs = await persistently('a job for the worker that will be late', async () => {
    // Real evaluators ask too, and may get all of them.
    const claims = Array.from({ length: CLAIM_COUNT }, () => claimCheck(round));
    await round.send();
    const claimed = (await Promise.all(claims)).filter((job) => job !== null);
    return claimed.length === 0 ? 'again' : claimed;
  });
  await sleep(BEYOND_LEASE_MS);
  const finish = async (/** @type {any} */ job, /** @type {string} */ when) => {
    const { status } = await persistently('a late finish', () => {
      const { attempt, leaseToken } = job;
      const outcome = { status: 'rejected', reason: REASON };
      return call(`${platform.url}/api/worker/jobs/${job.jobId}/finish`, {
        json: { attempt, leaseToken, outcome },
        token: platform.worker.token,
      });
    });
    if (status !== 409) round.violate(`a late finish ${when} was answered ${status} instead of 409`);
  };
  for (const job of jobs) await finish(job, 'of a lost lease');
  await round.settle();
  for (const job of jobs) await finish(job, 'after the end');
}

const REASON = {
  code: 'empty-field',
  where: 'ssh',
  found: 'a late write',
  expected: 'none',
  fix: 'refuse it',
};

/** @param {Round} round */
async function claimCheck({ platform }) {
  const reply = await call(`${platform.url}/api/worker/claim`, {
    json: { worker: 'late', evaluatorVersion: '0.0.0', capabilities: ['check'], waitMs: 5_000 },
    token: platform.worker.token,
  });
  return reply.status === 200 ? reply.body : null;
}

/** @param {import('./faulty-platform.mjs').DiskName} name @returns {Fault} */
const fullDisk = (name) =>
  whileSending(async ({ platform }) => {
    const disk = platform.disks[name];
    if (disk === undefined) throw new Error(`${name} lies on no disk of its own`);
    disk.fill();
    await sleep(FULL_MS);
    disk.empty();
  });

/** @param {'backend-2' | 'evaluator-2'} name @returns {Fault} */
const wrongClock = (name) => async (round) => {
  const { platform, random } = round;
  const setClock = async (/** @type {number} */ offsetMs) => {
    fs.writeFileSync(platform.clockFile, String(offsetMs));
    await platform.killService(name);
    await platform.recovered();
  };
  await setClock(random() < 0.5 ? HOUR_MS : -HOUR_MS);
  await round.send();
  await round.settle();
  await setClock(0);
};

/** @type {Fault} */
const cutNetwork = (round) =>
  strikeAtWork(
    round,
    async (name) => {
      const { link } = round.platform;
      link.set(round.random() < 0.5 ? 'refused' : 'silent');
      const isAtWork = (await busyEvaluators(round)).includes(name);
      if (isAtWork) await sleep(BEYOND_LEASE_MS);
      link.set('open');
      return isAtWork;
    },
    ['evaluator-2'],
  );

/** @type {Fault} */
async function cutUpload(round) {
  const { platform, random, large } = round;
  const { bytes } = large;
  const location = await createUpload(platform.participant, { name: 'large.nc', bytes });
  const sending = sendUpload(platform.participant, location, bytes);
  for (let cut = 1; cut <= CUT_COUNT; cut += 1) {
    await platform.front.cutAfter(bytes.length / (CUT_COUNT + 1));
    if (cut === CUT_COUNT / 2) await platform.killService(oneOf(API_PROCESSES, random));
  }
  await sending;
  round.accept(await submit(platform.participant, requestOf(large, uploadIdOf(location))));
}

/** Both go on with one upload, over different API processes, and both submit it. @type {Fault} */
async function twoTabs(round) {
  const { platform, sea, random } = round;
  const { bytes } = sea.large;
  const location = await createUpload(platform.participant, { name: 'large.nc', bytes });
  const { pathname } = new URL(location);
  const tabs = platform.ready.backendUrls;
  const pieceBytes = Math.ceil(bytes.length / (3 + Math.floor(random() * 6)));
  await Promise.all(
    tabs.map((url) => sendUpload(platform.participant, `${url}${pathname}`, bytes, pieceBytes)),
  );
  const request = requestOf(sea.large, uploadIdOf(location));
  const { token } = platform.participant;
  const accepted = new Set(await Promise.all(tabs.map((url) => submit({ url, token }, request))));
  accepted.forEach(round.accept);
  if (accepted.size !== 1) round.violate(`two tabs with one file got ${accepted.size} submissions`);
}

/** @type {Readonly<Record<string, Fault>>} */
export const FAULTS = {
  'kill child': killChild,
  'kill evaluator': killEvaluator,
  'kill API': whileSending(({ platform, random }) => platform.killService(oneOf(API_PROCESSES, random))),
  'kill pages': whileSending(({ platform }) => platform.killService('frontend')),
  'kill launcher': whileSending(async ({ platform }) => {
    await platform.killLauncher();
    await platform.launch();
  }),
  'kill PostgreSQL': whileSending(({ platform }) => platform.killPostgres()),
  'pause evaluator': pauseEvaluator,
  'deliver twice': deliverTwice,
  'finish late': finishLate,
  'full disk: uploads': fullDisk('uploads'),
  'full disk: store': fullDisk('objects'),
  'full disk: database': fullDisk('database'),
  'clock of the API': wrongClock('backend-2'),
  'clock of an evaluator': wrongClock('evaluator-2'),
  'cut network': cutNetwork,
  'cut upload': cutUpload,
  'two tabs': twoTabs,
};

/** Those without a lease to wait for. */
export const QUICK_FAULTS = [
  'kill child',
  'kill API',
  'kill pages',
  'deliver twice',
  'cut upload',
  'two tabs',
];

/**
 * @param {string} kind
 * @param {import('./faulty-platform.mjs').FaultyPlatform} platform
 * @returns {string | null} why this machine cannot make such a fault
 */
export function whyImpossible(kind, platform) {
  return kind.startsWith('full disk') && Object.keys(platform.disks).length === 0
    ? 'this user may not mount a small disk'
    : null;
}
