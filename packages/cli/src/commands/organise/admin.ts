import { readFile } from 'node:fs/promises';
import { apiPaths } from '@sillage/client';
import {
  problemsIn,
  putChallengeSettingsSchema,
  type Collection,
  type ModerationAction,
  type StorageReport,
  type StoredKind,
} from '@sillage/contracts';
import { parse, stringify } from 'yaml';
import { createApiClient } from '../../api/api-client.js';
import { evaluationId, submissionId } from '../../api/ids.js';
import { CommandError } from '../../command-error.js';
import { serverSettings } from '../../settings/settings.js';
import { print, printJson, say } from '../../terminal/output.js';
import { formatBytes } from '../../terminal/quantities.js';
import { formatTable } from '../../terminal/table.js';
import { placeFor } from '../platform/download.js';
import { requireFolderOf } from '../local/output-folder.js';

type Options = { url?: string; json?: boolean };

const clientOf = (options: Options) => createApiClient(serverSettings(options, process.env));
const queryOf = (values: Record<string, string | number | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
const seconds = (value: number | null): string => (value === null ? '-' : value.toFixed(1));

export async function adminHealth(options: Options): Promise<void> {
  const health = await clientOf(options).health();
  if (options.json === true) {
    printJson(health);
    return;
  }
  const { attention, workers, steps, failures, store } = health;
  print(
    attention.length === 0
      ? 'nothing needs attention'
      : attention.map(({ message }) => `! ${message}`).join('\n'),
  );
  print('');
  if (workers.length === 0) print('no evaluator has asked for work yet');
  else
    print(
      formatTable(
        [
          { title: 'evaluator', value: (worker) => worker.name },
          { title: 'version', value: (worker) => worker.evaluatorVersion },
          { title: 'state', value: (worker) => (worker.isConnected ? 'connected' : 'away') },
          { title: 'last seen', value: (worker) => worker.lastSeenAt },
          { title: 'does', value: (worker) => worker.steps.join(',') },
          { title: 'networks on', value: (worker) => worker.runtime?.device ?? '-' },
          { title: 'now', value: (worker) => worker.jobs.map(({ step }) => step).join(',') || '-' },
        ],
        workers,
      ),
    );
  print('');
  print(
    formatTable(
      [
        { title: 'step', value: (step) => step.step },
        { title: 'queued', align: 'right', value: (step) => String(step.queued) },
        { title: 'running', align: 'right', value: (step) => String(step.running) },
        { title: 'oldest s', align: 'right', value: (step) => seconds(step.oldestWaitS) },
        { title: 'done 24 h', align: 'right', value: (step) => String(step.finished) },
        { title: 'failed 24 h', align: 'right', value: (step) => String(step.failed) },
        { title: 'wait s', align: 'right', value: (step) => seconds(step.waitMedianS) },
        { title: 'wait 95 % s', align: 'right', value: (step) => seconds(step.waitP95S) },
        { title: 'run s', align: 'right', value: (step) => seconds(step.runMedianS) },
        { title: 'run 95 % s', align: 'right', value: (step) => seconds(step.runP95S) },
      ],
      steps,
    ),
  );
  if (failures.length > 0) {
    print('');
    print(
      formatTable(
        [
          { title: 'failed', value: (failure) => failure.at },
          { title: 'step', value: (failure) => failure.step },
          { title: 'method', value: (failure) => failure.method ?? '-' },
          { title: 'retry', value: (failure) => (failure.mayRetry ? (failure.evaluationId ?? '-') : '-') },
          { title: 'why', value: (failure) => failure.message.split('\n')[0] ?? '' },
        ],
        failures,
      ),
    );
    print("\n'sillage admin retry ID' tries one of them again");
  }
  print(
    `\nstore: ${store.total.count} objects, ${formatBytes(store.total.sizeBytes)}, of which ${formatBytes(store.collectable.sizeBytes)} can be collected`,
  );
}

const KIND_TITLES: Record<StoredKind, string> = {
  dataset: 'dataset files',
  draft: 'files of drafts',
  submission: 'submitted files',
  network: 'checked networks',
  map: 'checked maps',
  product: 'products',
  upload: 'uploads that wait',
  job: 'inputs of jobs under way',
};

/** What lies in the store, and what a collection would remove. */
export async function adminStorage(options: Options): Promise<void> {
  const report = await clientOf(options).storage();
  if (options.json === true) printJson(report);
  else print(storageText(report));
}

function storageText(report: StorageReport): string {
  const { total, kinds, collectable, young, missing, uploads, graceHours, everyHours, lastCollection } =
    report;
  const amounts = [
    ...kinds.map(({ kind, ...amount }) => ({ what: KIND_TITLES[kind], ...amount })),
    { what: `unused, younger than ${graceHours} h`, ...young },
    { what: 'unused, can be collected', count: collectable.count, sizeBytes: collectable.sizeBytes },
    { what: 'all objects', ...total },
  ];
  return [
    formatTable(
      [
        { title: 'what', value: ({ what }) => what },
        { title: 'objects', align: 'right', value: ({ count }) => String(count) },
        { title: 'bytes', align: 'right', value: ({ sizeBytes }) => formatBytes(sizeBytes) },
      ],
      amounts,
    ),
    '',
    `upload folder: ${uploads.count} ${uploads.count === 1 ? 'file' : 'files'}, ${formatBytes(uploads.sizeBytes)}`,
    everyHours === null
      ? "the platform collects nothing by itself: 'sillage admin collect' does"
      : `the platform collects by itself every ${everyHours} h`,
    lastCollection === null
      ? 'nothing was collected so far'
      : `last: ${lastCollection.finishedAt} by ${lastCollection.startedBy}, ${collectionText(lastCollection)}`,
    ...(missing.count === 0
      ? []
      : [
          `! ${missing.count} ${missing.count === 1 ? 'object is' : 'objects are'} not in the store although something refers to ${missing.count === 1 ? 'it' : 'them'}:`,
          ...missing.objects.map(({ sha256, kind }) => `  ${sha256} (${KIND_TITLES[kind]})`),
        ]),
  ].join('\n');
}

const collectionText = ({ removed, leftovers }: Pick<Collection, 'removed' | 'leftovers'>): string =>
  `${removed.count} ${removed.count === 1 ? 'object' : 'objects'} of ${formatBytes(removed.sizeBytes)} and ${leftovers.count} ${leftovers.count === 1 ? 'leftover' : 'leftovers'} of ${formatBytes(leftovers.sizeBytes)}`;

/** Removes what nothing refers to; with `--dry-run` it only says what that would be. */
export async function adminCollect(options: Options & { dryRun?: boolean }): Promise<void> {
  const client = clientOf(options);
  if (options.dryRun === true) {
    const { collectable, graceHours } = await client.storage();
    if (options.json === true) {
      printJson(collectable);
      return;
    }
    print(
      `${collectable.count} ${collectable.count === 1 ? 'object' : 'objects'} of ${formatBytes(collectable.sizeBytes)} would be collected: nothing refers to them for at least ${graceHours} h`,
    );
    if (collectable.count === 0) return;
    print(
      formatTable(
        [
          { title: 'object', value: ({ sha256 }) => sha256 },
          { title: 'bytes', align: 'right', value: ({ sizeBytes }) => formatBytes(sizeBytes) },
          { title: 'written', value: ({ writtenAt }) => writtenAt },
        ],
        collectable.largest,
      ),
    );
    if (collectable.count > collectable.largest.length)
      print(`and ${collectable.count - collectable.largest.length} smaller ones`);
    return;
  }
  const nothing = { count: 0, sizeBytes: 0 };
  let sum = { removed: nothing, leftovers: nothing };
  for (;;) {
    // One request removes a bounded number. Without any progress there is nothing to wait for.
    const collection = await client.collect();
    sum = {
      removed: plus(sum.removed, collection.removed),
      leftovers: plus(sum.leftovers, collection.leftovers),
    };
    if (collection.remainingCount === 0 || collection.removed.count === 0) break;
  }
  if (options.json === true) printJson(sum);
  else print(`collected ${collectionText(sum)}`);
}

type Amount = { count: number; sizeBytes: number };
const plus = (left: Amount, right: Amount): Amount => ({
  count: left.count + right.count,
  sizeBytes: left.sizeBytes + right.sizeBytes,
});

export async function adminRetry(id: string, options: Options): Promise<void> {
  const retried = await clientOf(options).retry(evaluationId(id));
  if (options.json === true) printJson(retried);
  else print(`submission ${retried.submissionId} waits again for its step '${retried.step}'`);
}

export type AuditOptions = Options & {
  csv?: string;
  force?: boolean;
  verify?: boolean;
  action?: string;
  actor?: string;
  subject?: string;
  before?: number;
  limit?: number;
};

export async function adminAudit(options: AuditOptions): Promise<void> {
  const client = clientOf(options);
  if (options.csv !== undefined) {
    const path = placeFor(options.csv, 'sillage-audit.csv', options.force === true, '--csv');
    requireFolderOf(path);
    const sizeBytes = await client.download(apiPaths.auditExport, path, () => undefined);
    print(`${path}: ${formatBytes(sizeBytes)}`);
    return;
  }
  if (options.verify === true) {
    const verified = await client.verifyAudit();
    if (options.json === true) printJson(verified);
    else if (verified.firstBroken === null)
      print(
        `all ${verified.lineCount} lines are as they were written; hash of the last: ${verified.lastHash ?? '-'}`,
      );
    if (verified.firstBroken !== null)
      throw new CommandError(
        `line ${verified.firstBroken} of ${verified.lineCount} does not fit to the one before it: it was changed, or lines before it were taken out`,
      );
    return;
  }
  const { action, actor, subject, before, limit } = options;
  const query = queryOf({ action, actor, subject, before, limit });
  const page = await client.audit(query);
  if (options.json === true) {
    printJson(page);
    return;
  }
  if (page.entries.length === 0)
    return say(page.lineCount === 0 ? 'the log is empty' : 'no line of the log is like that');
  print(
    formatTable(
      [
        { title: 'no.', align: 'right', value: (entry) => String(entry.sequence) },
        { title: 'when', value: (entry) => entry.at },
        { title: 'by', value: (entry) => entry.actor },
        { title: 'action', value: (entry) => entry.action },
        { title: 'what', value: (entry) => entry.summary },
      ],
      page.entries,
    ),
  );
  if (page.older !== null) print(`\nolder lines: --before ${page.older}`);
}

export type AdminSubmissionOptions = Options & {
  challenge?: string;
  state?: string;
  author?: string;
  moderated?: string;
  page?: number;
};

export async function adminSubmissions(options: AdminSubmissionOptions): Promise<void> {
  const { challenge, state, author, moderated, page } = options;
  const list = await clientOf(options).adminSubmissions(
    queryOf({ challenge, state, author, moderated, page }),
  );
  if (options.json === true) {
    printJson(list);
    return;
  }
  if (list.submissions.length === 0)
    return say(
      list.total === 0
        ? 'no submission is like that'
        : `there ${list.pageCount === 1 ? 'is one page' : `are ${list.pageCount} pages`} of such submissions`,
    );
  print(
    formatTable(
      [
        { title: 'submission', value: (submission) => submission.id },
        { title: 'challenge', value: (submission) => submission.challenge },
        { title: 'method', value: (submission) => submission.card.name },
        { title: 'author', value: (submission) => submission.author },
        {
          title: 'state',
          value: (submission) => [...new Set(submission.evaluations.map(({ state: of }) => of))].join(','),
        },
        {
          title: 'decision',
          value: ({ moderation, withdrawal }) =>
            [
              ...Object.entries(moderation).flatMap(([name, mark]) => (mark === null ? [] : [name])),
              ...(withdrawal === null ? [] : ['withdrawn']),
            ].join(',') || '-',
        },
      ],
      list.submissions,
    ),
  );
  if (list.pageCount > list.page) print(`\npage ${list.page} of ${list.pageCount}: --page ${list.page + 1}`);
}

const DONE: Record<ModerationAction, string> = {
  hide: 'is hidden',
  show: 'is shown again',
  verify: 'is marked as verified',
  unverify: 'is not marked as verified any more',
  disqualify: 'is disqualified',
  reinstate: 'is ranked again',
};

export async function moderate(
  id: string,
  action: ModerationAction,
  options: Options & { reason: string },
): Promise<void> {
  const submission = await clientOf(options).moderate(submissionId(id), action, options.reason);
  if (options.json === true) printJson(submission);
  else print(`${submission.card.name} by ${submission.author} ${DONE[action]}; its author is told why`);
}

export type SettingsOptions = Options & { set?: string; products?: boolean };

/** The settings as YAML that `--set` takes back. */
export async function adminSettings(challenge: string, options: SettingsOptions): Promise<void> {
  const client = clientOf(options);
  if (options.products === true) {
    const enqueued = await client.makeProductsAgain(challenge);
    if (options.json === true) printJson({ enqueued });
    else if (enqueued === 0)
      print('every file and map is of the level that holds now: nothing is made again');
    else print(`files and maps of ${enqueued} ${enqueued === 1 ? 'score' : 'scores'} are being made again`);
    return;
  }
  const settings =
    options.set === undefined
      ? await client.challengeSettings(challenge)
      : await client.putChallengeSettings(challenge, await readSettings(options.set));
  if (options.json === true) {
    printJson(settings);
    return;
  }
  const { revision, phases, quota, disclosure, declaredDisclosure, outdatedProducts, rules } = settings;
  print(`# ${challenge}: ${rules.acceptsSubmissions ? 'takes submissions' : 'takes no submissions'} now`);
  print(`# shown: ${disclosure}; where no phase runs: ${declaredDisclosure}`);
  if (outdatedProducts > 0)
    print(`# files and maps of ${outdatedProducts} scores are of another level: --products makes them again`);
  print(stringify({ revision, phases, quota }).trimEnd());
}

async function readSettings(path: string) {
  const text = await readFile(path, 'utf8');
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw new CommandError(`${path} is not YAML: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const parsed = putChallengeSettingsSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new CommandError(
    `${path} does not hold settings as 'sillage admin settings CHALLENGE' prints them: ${problemsIn(
      parsed.error.issues,
      content,
    )
      .map((problem) => `${problem.path || 'the file'}: ${problem.message}`)
      .join('; ')}`,
  );
}

type QuotaOptions = Options & { account?: string; team?: string };

export async function adminQuota(challenge: string, options: QuotaOptions): Promise<void> {
  const owner =
    options.account !== undefined
      ? { account: options.account }
      : options.team !== undefined
        ? { team: options.team }
        : null;
  if (owner === null) throw new CommandError('name whose: --account ADDRESS, or --team NAME');
  const ledger = await clientOf(options).quotaLedger(challenge, owner);
  if (options.json === true) {
    printJson(ledger);
    return;
  }
  const { perDay, perPhase, nextSlotAt } = ledger.allowance;
  for (const [use, when] of [
    [perDay, 'today'],
    [perPhase, 'in this phase'],
  ] as const)
    print(
      `${when}: ${use === null ? 'no limit' : `${use.used} of ${use.limit} submissions used by ${ledger.owner}`}`,
    );
  if (nextSlotAt !== null) print(`the next slot opens ${nextSlotAt}`);
  if (ledger.entries.length === 0) return;
  print('');
  print(
    formatTable(
      [
        { title: 'booked', value: (entry) => entry.bookedAt },
        { title: 'counts at', value: (entry) => entry.countsAt },
        {
          title: 'amount',
          align: 'right',
          value: ({ amount }) => (amount > 0 ? `+${amount}` : String(amount)),
        },
        { title: 'kind', value: (entry) => entry.kind },
        { title: 'reason', value: (entry) => entry.reason },
        { title: 'submission or set', value: (entry) => entry.submittedId ?? '-' },
      ],
      ledger.entries,
    ),
  );
}
