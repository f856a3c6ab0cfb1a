import type { ChallengeView, Leaderboard, LeaderboardRow } from '@sillage/contracts';
import { paths } from '../../../lib/paths';
import { taskName } from '../../../lib/tasks';
import { escaped } from './view-latex';

type Options = {
  challenge: Pick<
    ChallengeView,
    | 'id'
    | 'name'
    | 'citation'
    | 'licence'
    | 'datasetVersion'
    | 'protocol'
    | 'areas'
    | 'scenarios'
    | 'createdAt'
  >;
  /** The shown rows, each with the board that it stands on. */
  shown: readonly { board: Leaderboard; row: LeaderboardRow }[];
  /** Of this platform, without a slash at the end. */
  origin: string;
};

/** BibTeX of what a view shows: the challenge with its dataset version, and each submission once. */
export function viewBibtex({ challenge, shown, origin }: Options): string {
  const { id, name, citation, licence, datasetVersion, protocol } = challenge;
  const own = entry('misc', `sillage-${slug(id)}-${slug(datasetVersion)}`, {
    title: `{${escaped(name)}}`,
    howpublished: 'Sillage challenge',
    version: escaped(datasetVersion),
    year: challenge.createdAt.slice(0, 4),
    url: `${origin}${paths.challenge(id)}`,
    note: escaped(
      [`Dataset version ${datasetVersion}, protocol ${protocol}, licence ${licence}.`, citation]
        .filter((part) => part !== '')
        .join(' '),
    ),
  });
  const submissions = new Map<string, { row: LeaderboardRow; boards: Leaderboard[] }>();
  for (const { board, row } of shown) {
    const known = submissions.get(row.submissionId);
    if (known === undefined) submissions.set(row.submissionId, { row, boards: [board] });
    else known.boards.push(board);
  }
  const entries = [...submissions.values()].map(({ row, boards }) =>
    entry('misc', slug(`${row.method}-${row.submissionId.slice(0, 8)}`), {
      author: `{${escaped(row.author)}}`,
      title: `{${escaped(row.method)}}`,
      howpublished: escaped(`Submission to the challenge ${name} on Sillage`),
      year: row.scoredAt.slice(0, 4),
      url: `${origin}${paths.submission(row.submissionId)}`,
      note: escaped(
        [
          `${boards.map((board) => taskName(challenge, board)).join('; ')}.`,
          `Dataset version ${[...new Set(boards.map((board) => board.datasetVersion))].join(', ')}.`,
          ...(row.paperUrl === null ? [] : [`Paper: ${row.paperUrl}.`]),
          ...(row.codeUrl === null ? [] : [`Code: ${row.codeUrl}.`]),
        ].join(' '),
      ),
    }),
  );
  return `${[own, ...entries].join('\n\n')}\n`;
}

function entry(type: string, key: string, fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `  ${name} = {${value}},`);
  return [`@${type}{${key},`, ...lines, '}'].join('\n');
}

/** ASCII letters, digits and hyphens: what every BibTeX reads as a key. */
function slug(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return plain === '' ? 'entry' : plain.toLowerCase();
}
