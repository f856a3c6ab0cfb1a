import { basename } from 'node:path';
import {
  lackingInput,
  MAX_NETWORK_MEMORY_BYTES,
  taskExtent,
  type ChallengeView,
  type RejectionReason,
  type TaskReference,
} from '@sillage/contracts';
import { checkFile } from '@sillage/pipeline';
import { checkNetworkFile, type InspectedInput, type NetworkVerdict } from '@sillage/pipeline/predict';
import { CommandError } from '../../command-error.js';
import { costLines, networkLine, networkTitle, readsLines } from '../../terminal/network-lines.js';
import { say } from '../../terminal/output.js';
import { createProgressLine, type ProgressLine } from '../../terminal/progress-line.js';
import { rejectionText } from '../../terminal/rejection-text.js';
import { taskName } from './follow-submission.js';

type Challenge = Pick<ChallengeView, 'id' | 'areas' | 'periods' | 'files'>;
type Verdict = { rejection: RejectionReason } | { rejection: null; lines: string[] };

/**
 * Looks at maps as the platform's check does, before a byte of them is sent.
 *
 * @throws CommandError in the words of the platform for maps that it would reject.
 */
export async function requireGoodMaps(
  challenge: Challenge,
  files: readonly { path: string; tasks: readonly TaskReference[] }[],
  options: { variable?: string; onlyCovered: boolean },
): Promise<void> {
  const verdicts = await withProgress(async (progress) => {
    const found: Verdict[] = [];
    for (const file of files) found.push(await checkedMap(challenge, file, options, progress));
    return found;
  });
  sayOrRefuse(verdicts);
}

/**
 * Looks at the weights and the manifest of a network as the platform's check does, before a byte of them is sent, and says what
 * will be run where.
 *
 * @throws CommandError in the words of the platform for a network that it would reject, or that no task has the inputs of.
 */
export async function requireGoodNetwork(
  challenge: Challenge,
  network: { path: string; manifest: string | null; tasks: readonly TaskReference[] },
): Promise<void> {
  sayOrRefuse([await withProgress(async (progress) => checkedNetwork(challenge, network, progress))]);
}

async function checkedMap(
  challenge: Challenge,
  { path, tasks }: { path: string; tasks: readonly TaskReference[] },
  { variable, onlyCovered }: { variable?: string; onlyCovered: boolean },
  progress: ProgressLine,
): Promise<Verdict> {
  const name = basename(path);
  const { rejection, verdict } = await checkFile({
    path,
    variable: variable ?? null,
    tasks: tasks.map((task) => taskExtent(challenge, task)),
    onlyCovered,
    onProgress: (fraction) => progress.update(fraction, `checking ${name}`),
  });
  if (rejection !== null) return { rejection };
  const covered = verdict?.covered ?? [];
  const left = onlyCovered ? (verdict?.uncovered ?? []) : [];
  return {
    rejection: null,
    lines: [
      `${name}: covers ${covered.map(taskName).join(', ')}${left.length === 0 ? '' : `; left out, since it does not cover them: ${left.map(taskName).join(', ')}`}`,
      ...(verdict?.warnings ?? []).map(({ message }) => `note: ${message}`),
    ],
  };
}

function checkedNetwork(
  challenge: Challenge,
  { path, manifest, tasks }: { path: string; manifest: string | null; tasks: readonly TaskReference[] },
  progress: ProgressLine,
): Verdict {
  const name = basename(path);
  const { rejection, verdict } = checkNetworkFile({
    checkpointPath: path,
    fileName: name,
    manifestText: manifest,
    tasks: tasks.map((task) => ({ trainTruth: null, ...taskExtent(challenge, task) })),
    limits: { maxMemoryBytes: MAX_NETWORK_MEMORY_BYTES },
    onProgress: progress.update,
  });
  if (rejection !== null) return { rejection };
  const { summary, warnings, patchCounts } = verdict;
  const places = tasks.map((task, index) => ({
    task,
    patchCount: patchCounts[index] ?? 0,
    lacking: lackingInput(challenge.files, task, [...summary.extraInputs]),
  }));
  const [first] = places;
  // the platform rejects task by task: where one is left, it runs there
  if (first?.lacking && places.every(({ lacking }) => lacking !== null)) return { rejection: first.lacking };
  const mapped = places.filter(({ lacking }) => lacking === null);
  return {
    rejection: null,
    lines: [
      networkTitle(name, summary),
      ...readsLines(inputsOf(summary), { architecture: summary.architecture, isManifestKnown: true }),
      ...costLines(summary),
      networkLine(
        'maps',
        mapped.map(({ task, patchCount }) => `${taskName(task)} in ${patchesText(patchCount)}`).join(', '),
      ),
      ...warnings.map(({ message }) => `note: ${message}`),
      ...places.flatMap(({ task, lacking }) =>
        lacking === null ? [] : [`note: ${taskName(task)} will be rejected: ${rejectionText(lacking)}`],
      ),
    ],
  };
}

const patchesText = (count: number): string => `${count} ${count === 1 ? 'patch' : 'patches'}`;

function inputsOf({ extraInputs, computesOi }: NetworkVerdict['summary']): InspectedInput[] {
  return [
    { kind: 'observations', from: 'task' },
    ...extraInputs.map((kind): InspectedInput => ({ kind, from: 'task' })),
    ...(computesOi ? [{ kind: 'oi', from: 'computed' } as const] : []),
  ];
}

async function withProgress<Result>(work: (progress: ProgressLine) => Promise<Result>): Promise<Result> {
  const progress = createProgressLine();
  return work(progress).finally(progress.clear);
}

/** All files before the first upload: half a set on the platform is of no use. */
function sayOrRefuse(verdicts: readonly Verdict[]): void {
  const refused = verdicts.flatMap(({ rejection }) => (rejection === null ? [] : [rejectionText(rejection)]));
  if (refused.length > 0)
    throw new CommandError(
      `the platform would reject this, so nothing was uploaded: ${refused.join(' · ')} (--no-check uploads it all the same)`,
    );
  for (const verdict of verdicts) if (verdict.rejection === null) for (const line of verdict.lines) say(line);
}
