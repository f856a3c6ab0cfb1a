import { METRICS_OF_PROTOCOL, type ChallengeDefinition, type LeaderboardRow } from '@sillage/contracts';
import { disclosedPhysics, isArtefactDisclosed } from '../../disclosure/domain/disclosure.js';
import type { BoardEntry } from '../leaderboard.repository.js';
import type { Place } from './board-stand.js';
import type { ShownEntry } from './ranked-board.js';
import { placesBy } from './ranking.js';
import { runCost } from './run-cost.js';

/** A row as readers get it, and the set that its submission was sent with. */
export type BoardRow = LeaderboardRow & { setId: string | null };

/** Rows of a board but for where they stand, which their doubts decide. */
export type UnplacedRow = Omit<BoardRow, keyof Place>;

export function unplacedRows(
  entries: readonly ShownEntry<BoardEntry>[],
  { protocol, disclosure }: Pick<ChallengeDefinition, 'protocol' | 'disclosure'>,
): UnplacedRow[] {
  const places = METRICS_OF_PROTOCOL[protocol].map((metric) => ({
    metric,
    places: placesBy(
      metric,
      entries.map(({ scores }) => scores),
    ),
  }));
  const areMapsDisclosed = isArtefactDisclosed('maps.json', disclosure);
  return entries.map((entry, index) => ({
    submissionId: entry.submissionId,
    evaluationId: entry.evaluationId,
    setId: entry.setId,
    places: Object.fromEntries(places.map(({ metric, places: of }) => [metric, of[index] ?? null])),
    method: entry.method,
    author: entry.author,
    kind: entry.kind,
    form: entry.form,
    verified: entry.verified,
    family: entry.family,
    inputs: entry.inputs,
    codeUrl: entry.codeUrl,
    paperUrl: entry.paperUrl,
    scores: entry.scores,
    physics: entry.physics === null ? null : disclosedPhysics(entry.physics, disclosure),
    cost: entry.run === null ? null : runCost(entry.run),
    hasMaps: entry.hasMaps && areMapsDisclosed,
    areMapsComing: entry.areMapsComing && areMapsDisclosed,
    submittedAt: entry.submittedAt.toISOString(),
    scoredAt: entry.scoredAt.toISOString(),
  }));
}
