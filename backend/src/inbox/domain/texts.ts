import {
  HELD_BACK_TEXT,
  SCORE_TABLE,
  METRICS_OF_PROTOCOL,
  type ModerationAction,
  type NotificationKind,
  type Protocol,
  type Scores,
} from '@sillage/contracts';

/** What a notification says: a line for the list and the mail's subject, and what stands below it. */
export type Told = { kind: NotificationKind; about: string; title: string; body: string; path: string };

export type ToldEntry = {
  evaluationId: string;
  submissionId: string;
  method: string;
  challengeName: string;
  area: string;
  scenario: string;
  protocol: Protocol;
  datasetVersion: string;
};

const board = ({ challengeName, area, scenario }: ToldEntry) => `${challengeName}, ${area} × ${scenario}`;
const pathOf = ({ submissionId, area, scenario }: ToldEntry) =>
  `/submissions/${submissionId}?task=${encodeURIComponent(`${area}.${scenario}`)}`;

/** A score as boards write it, with its unit; a dash where there is none. */
export function scoreText(metric: keyof typeof SCORE_TABLE, value: number | null): string {
  const { decimals, unit } = SCORE_TABLE[metric];
  if (value === null) return '–';
  return `${value.toFixed(decimals)}${unit === '' ? '' : ` ${unit}`}`;
}

/** One line per metric of the protocol, in the community's order. */
export function scoreLines(scores: Scores, protocol: Protocol): string[] {
  return METRICS_OF_PROTOCOL[protocol].map(
    (metric) => `${SCORE_TABLE[metric].symbol.padEnd(9)} ${scoreText(metric, scores[metric])}`,
  );
}

const rankLine = (rank: number | null, count: number): string[] =>
  rank === null ? [] : [`${'rank'.padEnd(9)} ${rank} of ${count}`];

/** `scores` as the disclosure level lets them out; null where it shows none yet. */
export function scoredText(
  entry: ToldEntry,
  {
    scores,
    isHeldBack,
    standing,
  }: { scores: Scores | null; isHeldBack: boolean; standing: { rank: number | null; count: number } },
): Told {
  const end = standing.rank === null ? '' : `, rank ${standing.rank}`;
  return {
    kind: 'scored',
    about: entry.evaluationId,
    path: pathOf(entry),
    title:
      scores === null
        ? `${entry.method} was scored on ${board(entry)}`
        : `${entry.method}: µ ${scoreText('mu', scores.mu)}${end} on ${board(entry)}`,
    body: [
      `${entry.method} was scored on ${board(entry)} (dataset ${entry.datasetVersion}).`,
      ...(scores === null
        ? [isHeldBack ? HELD_BACK_TEXT : 'The challenge is blind: scores are shown when it closes.']
        : ['', ...scoreLines(scores, entry.protocol), ...rankLine(standing.rank, standing.count)]),
    ].join('\n'),
  };
}

export function rescoredText(
  entry: ToldEntry,
  change: { before: Scores | null; after: Scores | null; versionBefore: string },
  standing: { rank: number | null; count: number },
): Told {
  const { before, after } = change;
  const isShown = before !== null && after !== null;
  return {
    kind: 'rescored',
    about: entry.evaluationId,
    path: pathOf(entry),
    title: isShown
      ? `${entry.method}: µ ${scoreText('mu', before.mu)} → ${scoreText('mu', after.mu)} on ${board(entry)}`
      : `${entry.method} was scored again on ${board(entry)}`,
    body: [
      `${entry.method} was scored again on ${board(entry)}: dataset ${change.versionBefore} before, ${entry.datasetVersion} now.`,
      ...(isShown
        ? [
            '',
            ...METRICS_OF_PROTOCOL[entry.protocol].map(
              (metric) =>
                `${SCORE_TABLE[metric].symbol.padEnd(9)} ${scoreText(metric, before[metric])} → ${scoreText(metric, after[metric])}`,
            ),
            ...rankLine(standing.rank, standing.count),
          ]
        : []),
    ].join('\n'),
  };
}

/** Of a promoted re-score: all tasks of an entry in one. Scores as the disclosure level lets them out. */
export function rescoredEntryText(entry: {
  rescoreId: string;
  submissionId: string;
  method: string;
  challengeName: string;
  datasetVersion: string;
  versionBefore: string;
  changes: string;
  tasks: readonly {
    area: string;
    scenario: string;
    state: string;
    before: Scores | null;
    after: Scores | null;
    rank: number | null;
    rejection: { found: string; expected: string; fix: string } | null;
  }[];
}): Told {
  const { tasks, method, challengeName } = entry;
  const [only] = tasks;
  const isOne = tasks.length === 1 && only !== undefined && only.before !== null && only.after !== null;
  const lines = tasks.flatMap(({ area, scenario, state, before, after, rank, rejection }) => {
    const name = `${area} × ${scenario}`;
    if (before !== null && after !== null) {
      const place = rank === null ? '' : `, rank ${rank}`;
      return [`${name}: µ ${scoreText('mu', before.mu)} → ${scoreText('mu', after.mu)}${place}`];
    }
    if (rejection !== null)
      return [
        `${name}: no score any more. Found: ${rejection.found}. Needed: ${rejection.expected}. ${rejection.fix}`,
      ];
    return [state === 'scored' ? `${name}: scored` : `${name}: no score any more, and the fault is ours`];
  });
  return {
    kind: 'rescored',
    about: entry.rescoreId,
    path: `/submissions/${entry.submissionId}`,
    title: isOne
      ? `${method}: µ ${scoreText('mu', only.before?.mu ?? null)} → ${scoreText('mu', only.after?.mu ?? null)} on ${challengeName}, ${only.area} × ${only.scenario}`
      : `${method} was scored again on ${challengeName}`,
    body: [
      entry.versionBefore === entry.datasetVersion
        ? `${method} was scored again on dataset ${entry.datasetVersion} of ${challengeName}, by a newer evaluator.`
        : `${method} was scored again on ${challengeName}: dataset ${entry.versionBefore} before, ${entry.datasetVersion} now.`,
      `What changed: ${entry.changes}`,
      '',
      ...lines,
    ].join('\n'),
  };
}

export function rejectedText(
  entry: ToldEntry,
  reason: { found: string; expected: string; fix: string },
): Told {
  return {
    kind: 'rejected',
    about: entry.evaluationId,
    path: pathOf(entry),
    title: `${entry.method} was rejected on ${board(entry)}`,
    body: [
      `${entry.method} was rejected on ${board(entry)}.`,
      '',
      `Found:  ${reason.found}`,
      `Needed: ${reason.expected}`,
      `Do:     ${reason.fix}`,
    ].join('\n'),
  };
}

export function failedText(entry: ToldEntry): Told {
  return {
    kind: 'rejected',
    about: entry.evaluationId,
    path: pathOf(entry),
    title: `${entry.method} could not be scored on ${board(entry)}`,
    body: `The fault is ours, not in your file: every attempt to score ${entry.method} on ${board(entry)} ended in an error. Submit it again, or tell the people who run this platform.`,
  };
}

export function overtakenText(
  entry: ToldEntry,
  by: { method: string; author: string; mu: number },
  standing: { rank: number; mu: number; taskId: string },
): Told {
  return {
    kind: 'overtaken',
    about: standing.taskId,
    path: pathOf(entry),
    title: `${by.method} went past ${entry.method} on ${board(entry)}`,
    body: [
      `${by.method} by ${by.author} (µ ${scoreText('mu', by.mu)}) stands above your best entry on ${board(entry)}.`,
      '',
      `${entry.method}: µ ${scoreText('mu', standing.mu)}, now rank ${standing.rank}`,
      'You are not told again about this board before you have read this.',
    ].join('\n'),
  };
}

export function datasetVersionText(
  challenge: { id: string; name: string; version: string; datasetVersionId: string },
  isReturn: boolean,
): Told {
  const news = isReturn
    ? `${challenge.name} has gone back to dataset version ${challenge.version}`
    : `${challenge.name} has a new dataset version, ${challenge.version}`;
  const others = isReturn ? 'the others' : 'the earlier ones';
  return {
    kind: 'dataset-version',
    about: challenge.datasetVersionId,
    path: `/challenges/${challenge.id}`,
    title: news,
    body: `${news}. Its boards are those of this version now; scores of ${others} are kept with the entries.`,
  };
}

const MODERATION_TEXTS: Record<ModerationAction, { title: string; body: string }> = {
  hide: {
    title: 'was hidden by the organisers',
    body: 'is on no board any more, and nobody but you and the organisers finds its page.',
  },
  show: {
    title: 'is shown again',
    body: 'is no longer hidden: its page and its places on the boards are back.',
  },
  verify: {
    title: 'was verified by the organisers',
    body: 'has the mark “verified by the organisers”, on the boards and on its page.',
  },
  unverify: {
    title: 'is no longer marked as verified',
    body: 'no longer has the mark “verified by the organisers”. It keeps its scores and ranks.',
  },
  disqualify: {
    title: 'was disqualified by the organisers',
    body: 'has no rank any more and is on no board. Its page stays, and says why.',
  },
  reinstate: {
    title: 'is ranked again',
    body: 'is no longer disqualified: it is back on the boards.',
  },
};

export function moderatedText(
  entry: { submissionId: string; method: string; challengeName: string },
  action: ModerationAction,
  reason: string,
): Told {
  const { title, body } = MODERATION_TEXTS[action];
  return {
    kind: 'moderated',
    about: entry.submissionId,
    path: `/submissions/${entry.submissionId}`,
    title: `${entry.method} ${title}`,
    body: [
      `${entry.method} in ${entry.challengeName} ${body}`,
      '',
      `${action === 'verify' ? 'Their note' : 'Why'}: ${reason}`,
    ].join('\n'),
  };
}

/** A mail: plain text, what is new, where to look, and how to get no more of them. */
export function mailBody(told: Told, links: { site: string; unsubscribe: string; settings: string }): string {
  return [
    told.body,
    '',
    `${links.site}${told.path}`,
    '',
    '-- ',
    `No more mails of this kind: ${links.unsubscribe}`,
    `All settings: ${links.settings}`,
    '',
  ].join('\n');
}
