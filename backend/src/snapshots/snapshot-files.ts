import { createHash } from 'node:crypto';
import { leaderboardSchema, type ChallengeDefinition, type Leaderboard } from '@sillage/contracts';
import { zipSync } from 'fflate';
import { parquetFile } from './parquet-file.js';
import { snapshotPage } from './domain/snapshot-page.js';
import {
  columnsCsv,
  PUBLISHED_COLUMNS,
  SCORE_COLUMNS,
  type Column,
  type ScoredRow,
} from './domain/snapshot-table.js';

/** What a snapshot is made of. It can be sent to a thread. */
export type SnapshotParts = {
  definition: ChallengeDefinition;
  /** In JSON, one for each task, as everybody sees it. */
  boards: readonly Uint8Array[];
  /** How the challenge is cited, by file name. */
  citations: Readonly<Record<string, string>>;
  platformUrl: string;
  takenAt: Date;
};

type Snapshot = Omit<SnapshotParts, 'boards'> & { boards: readonly Leaderboard[] };

/** Every public score of a challenge in one zip that needs neither the site nor scripts: tables, a page, checksums. */
export function snapshotZip(parts: SnapshotParts): Uint8Array<ArrayBuffer> {
  const read = (json: Uint8Array) => leaderboardSchema.parse(JSON.parse(new TextDecoder().decode(json)));
  const snapshot: Snapshot = { ...parts, boards: parts.boards.map(read) };
  const { definition, boards, citations, takenAt } = snapshot;
  const scored = boards.flatMap((board) => board.rows.map((row): ScoredRow => ({ ...row, board })));
  const published = boards.flatMap((board) => board.published);
  const files: Record<string, Uint8Array> = {
    'README.txt': bytes(readme(snapshot)),
    'index.html': bytes(snapshotPage(snapshot)),
    'scores.csv': bytes(columnsCsv(SCORE_COLUMNS, scored)),
    'scores.parquet': parquetFile(SCORE_COLUMNS, scored),
    'published.csv': bytes(columnsCsv(PUBLISHED_COLUMNS, published)),
    'published.parquet': parquetFile(PUBLISHED_COLUMNS, published),
    'boards.json': bytes(`${JSON.stringify({ takenAt: takenAt.toISOString(), boards }, null, 1)}\n`),
    ...Object.fromEntries(Object.entries(citations).map(([name, text]) => [name, bytes(text)])),
  };
  const sums = Object.entries(files)
    .map(([name, content]) => `${createHash('sha256').update(content).digest('hex')}  ${name}\n`)
    .join('');
  const folder = `${definition.id}-${takenAt.toISOString().slice(0, 10)}`;
  return zipSync(
    Object.fromEntries(
      Object.entries({ ...files, SHA256SUMS: bytes(sums) }).map(([name, content]) => [
        `${folder}/${name}`,
        content,
      ]),
    ),
    { level: 6, mtime: takenAt },
  );
}

function readme({ definition, boards, platformUrl, takenAt }: Snapshot): string {
  const count = boards.reduce((sum, board) => sum + board.rows.length, 0);
  return `${definition.name}
${'='.repeat(definition.name.length)}

Every public score of the challenge '${definition.id}', dataset ${definition.datasetVersion}, protocol ${definition.protocol},
as they were on ${takenAt.toISOString()} at ${platformUrl}: ${count} on ${boards.length} boards.
${definition.synthetic ? '\nThe sea of this challenge is synthetic.\n' : ''}
index.html         the boards as tables; needs nothing else
scores.csv         one line a score, UTF-8; a text that a spreadsheet would run as a formula begins with '
scores.parquet     the same with types
published.csv      scores of the literature as printed; never ranked with the others
published.parquet  the same with types
boards.json        the boards as the platform's API gives them
CITATION.cff, citation.bib, datacite.json   how the challenge is cited
SHA256SUMS         sha256sum --check SHA256SUMS

Data: ${definition.licence}. ${definition.citation}

Columns of scores.csv
${columnList(SCORE_COLUMNS)}

Columns of published.csv
${columnList(PUBLISHED_COLUMNS)}
`;
}

function columnList<Row>(columns: readonly Column<Row>[]): string {
  return columns.map(({ name, meaning }) => `  ${name.padEnd(30)}${meaning}`).join('\n');
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
