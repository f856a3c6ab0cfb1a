import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { rescoreReportSchema, rescoreViewSchema } from '@sillage/contracts';
import type { RescoreEntry, RescoreReport, RescoreView } from '@sillage/contracts';
import { createApiClient, type ApiClient } from '../../api/api-client.js';
import { rescoreId } from '../../api/ids.js';
import { Patience } from '../../api/patience.js';
import { CommandError } from '../../command-error.js';
import { serverSettings } from '../../settings/settings.js';
import { print, printJson, say } from '../../terminal/output.js';
import { createProgressLine } from '../../terminal/progress-line.js';
import { formatTable } from '../../terminal/table.js';
import { requireFolderOf } from '../local/output-folder.js';

type Options = { url?: string; json?: boolean };

const POLL_MS = 1_000;

/** `CHALLENGE`, for the same data by a newer evaluator, or `CHALLENGE@VERSION`. */
export async function startRescore(name: string, options: Options & { wait?: boolean }): Promise<void> {
  const [challenge = '', version, ...others] = name.split('@');
  if (challenge === '' || version === '' || others.length > 0)
    throw new CommandError(`'${name}' names no challenge; write CHALLENGE or CHALLENGE@VERSION`);
  const client = clientOf(options);
  const started = await client.startRescore({ challenge, ...(version === undefined ? {} : { version }) });
  if (options.wait !== true) return show(started, options, client);
  say(`re-score ${started.id}`);
  finish(await waitFor(client, started.id), options, client);
}

export async function listRescores(options: Options & { challenge?: string }): Promise<void> {
  const rescores = await clientOf(options).rescores(options.challenge);
  if (options.json === true) return printJson(rescores);
  if (rescores.length === 0)
    return say("nothing was scored again yet; 'sillage rescore start CHALLENGE@VERSION' does it");
  print(
    formatTable<RescoreView>(
      [
        { title: 're-score', value: ({ id }) => id },
        { title: 'challenge', value: ({ challenge }) => challenge },
        { title: 'version', value: versionsText },
        {
          title: 'state',
          value: ({ state, isOutdated }) => (isOutdated ? `${state}, to be discarded` : state),
        },
        { title: 'evaluations', value: ({ total, counts }) => `${counts.scored} of ${total} scored` },
        {
          title: 'started',
          value: ({ createdAt, createdBy }) => `${createdAt.slice(0, 16).replace('T', ' ')} by ${createdBy}`,
        },
      ],
      rescores,
    ),
  );
}

export async function showRescore(id: string, options: Options & { wait?: boolean }): Promise<void> {
  const client = clientOf(options);
  if (options.wait === true) finish(await waitFor(client, rescoreId(id)), options, client);
  else show(await client.rescore(rescoreId(id)), options, client);
}

/** What it changes: a summary and the entries that move, or all of it as CSV or JSON. */
export async function showDifferences(
  id: string,
  options: Options & { csv?: string; force?: boolean },
): Promise<void> {
  const client = clientOf(options);
  if (options.csv !== undefined) {
    requireFolderOf(options.csv);
    if (existsSync(options.csv) && options.force !== true)
      throw new CommandError(`${options.csv} exists already; give another --csv, or --force`);
    writeFileSync(options.csv, await client.rescoreCsv(rescoreId(id)));
    say(options.csv);
    return;
  }
  const report = await client.rescoreDifferences(rescoreId(id));
  if (options.json === true) return printJson(rescoreReportSchema.parse(report));
  printReport(report);
}

export async function promoteRescore(
  id: string,
  options: Options & { changes: string; unscored: number },
): Promise<void> {
  const client = clientOf(options);
  const { changes, unscored } = options;
  show(await client.promoteRescore(rescoreId(id), { changes, unscored }), options, client);
}

export async function endRescore(id: string, how: 'discard' | 'cancel', options: Options): Promise<void> {
  const client = clientOf(options);
  show(await client.endRescore(rescoreId(id), how), options, client);
}

export async function retryRescore(id: string, options: Options): Promise<void> {
  const client = clientOf(options);
  show(await client.retryRescore(rescoreId(id)), options, client);
}

async function waitFor(client: ApiClient, id: string): Promise<RescoreView> {
  const line = createProgressLine();
  const patience = new Patience();
  try {
    for (;;) {
      const rescore = await patience.ask(() => client.rescore(id));
      if (rescore !== null) {
        if (rescore.state !== 'running') return rescore;
        const done = rescore.total - rescore.counts.queued - rescore.counts.running;
        line.update(done / Math.max(1, rescore.total), `${done} of ${rescore.total} evaluations`);
      }
      await sleep(POLL_MS);
    }
  } finally {
    line.clear();
  }
}

/** After a wait: exit status 1 where something failed on our side, or the re-score was ended by somebody else. */
function finish(rescore: RescoreView, options: Options, client: ApiClient): void {
  show(rescore, options, client);
  const { id, state, counts, total, endedBy } = rescore;
  if (state === 'discarded' || state === 'cancelled')
    throw new CommandError(`the re-score was ${state} by ${endedBy ?? 'somebody'}`);
  if (counts.failed > 0)
    throw new CommandError(
      `${counts.failed} of ${total} evaluations failed on our side; 'sillage rescore diff ${id}' says why, 'sillage rescore retry ${id}' tries them again`,
    );
}

function versionsText({ version, fromVersion }: RescoreView): string {
  return version === fromVersion ? `${version}, by a newer evaluator` : `${fromVersion} -> ${version}`;
}

function show(rescore: RescoreView, { json }: Options, { server }: ApiClient): void {
  if (json === true) return printJson(rescoreViewSchema.parse(rescore));
  const { counts } = rescore;
  const parts = (['queued', 'running', 'scored', 'rejected', 'failed', 'cancelled'] as const)
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state}`);
  print(`re-score ${rescore.id}: ${rescore.state}`);
  print(`${rescore.challenge} ${versionsText(rescore)}`);
  print(
    `${rescore.total} ${rescore.total === 1 ? 'evaluation' : 'evaluations'}: ${parts.join(', ') || 'none'}`,
  );
  if (rescore.changes !== null) print(`changes: ${rescore.changes}`);
  if (rescore.isOutdated) print('another version is current by now: it can be discarded only');
  print(`${server.url}/admin/rescore/${rescore.id}`);
}

function printReport({ summary, tasks, version, fromVersion }: RescoreReport): void {
  const { outcomes } = summary;
  print(version === fromVersion ? `${version}, by a newer evaluator` : `${fromVersion} -> ${version}`);
  print(
    `${outcomes.moves} ${outcomes.moves === 1 ? 'moves' : 'move'}, ${outcomes.stays} ${outcomes.stays === 1 ? 'stays' : 'stay'}, ${outcomes.appears} new, ${outcomes.pending} without a result yet; ${summary.rankChanges === 1 ? '1 rank changes' : `${summary.rankChanges} ranks change`}`,
  );
  if (summary.unscored > 0)
    print(
      `${summary.unscored} had a score and ${summary.unscored === 1 ? 'gets' : 'get'} none: promote with --unscored ${summary.unscored}`,
    );
  for (const { area, scenario, entries } of tasks) {
    const isTopChanged = summary.topThreeChanged.some(
      (task) => task.area === area && task.scenario === scenario,
    );
    print(`\n${area} x ${scenario}${isTopChanged ? ' (the first three change)' : ''}`);
    print(
      formatTable<RescoreEntry>(
        [
          {
            title: 'rank',
            value: ({ before, after }) => arrow(before?.rank ?? null, after?.rank ?? null, 0),
          },
          { title: 'method', value: ({ method }) => method },
          { title: 'author', value: ({ author }) => author },
          {
            title: 'mu',
            value: ({ before, after }) => arrow(before?.scores.mu ?? null, after?.scores.mu ?? null, 3),
          },
          {
            title: 'difference',
            align: 'right',
            value: ({ differences }) => signed(differences?.mu ?? null),
          },
          {
            title: 'beyond chance',
            value: ({ significance }) =>
              significance === null ? '-' : significance.isSeparable ? 'yes' : 'no',
          },
          { title: 'outcome', value: outcomeText },
        ],
        entries,
      ),
    );
  }
}

function outcomeText({ outcome, rejection, failureMessage }: RescoreEntry): string {
  const reason =
    rejection === null ? failureMessage : `found ${rejection.found}, needed ${rejection.expected}`;
  return reason === null ? outcome : `${outcome}: ${reason}`;
}

function arrow(before: number | null, after: number | null, decimals: number): string {
  const text = (value: number | null) => (value === null ? '-' : value.toFixed(decimals));
  return text(before) === text(after) ? text(after) : `${text(before)} -> ${text(after)}`;
}

function signed(value: number | null): string {
  if (value === null) return '-';
  return `${value > 0 ? '+' : ''}${value.toFixed(4)}`;
}

function clientOf(options: Options): ApiClient {
  return createApiClient(serverSettings(options, process.env));
}
