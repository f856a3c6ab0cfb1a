import {
  leaderboardRowSchema,
  METRICS_OF_PROTOCOL,
  type ChallengeDefinition,
  type LeaderboardRow,
} from '@sillage/contracts';
import { disclosedPhysics, isArtefactDisclosed } from '../disclosure/domain/disclosure.js';
import type { BoardEntry } from './leaderboard.repository.js';
import type { Place } from './domain/board-stand.js';
import type { ShownEntry } from './domain/ranked-board.js';
import { placesBy } from './domain/ranking.js';
import { runCost } from './domain/run-cost.js';

/** A row as readers get it, and the set that its submission was sent with. */
export type BoardRow = LeaderboardRow & { setId: string | null };

/** Rows of a board but for where they stand, which their doubts decide. */
export type UnplacedRow = Omit<BoardRow, keyof Place>;

/** The schema leaves out whatever is not for readers. */
const UNPLACED_SCHEMA = leaderboardRowSchema.omit({
  rank: true,
  tieGroup: true,
  rankLow: true,
  rankHigh: true,
  intervals: true,
});

export function unplacedRows(
  entries: readonly ShownEntry<BoardEntry>[],
  { protocol, disclosure }: Pick<ChallengeDefinition, 'protocol' | 'disclosure'>,
): UnplacedRow[] {
  const metrics = METRICS_OF_PROTOCOL[protocol].map((metric) => ({
    metric,
    places: placesBy(
      metric,
      entries.map(({ scores }) => scores),
    ),
  }));
  const areMapsDisclosed = isArtefactDisclosed('maps.json', disclosure);
  return entries.map((entry, index) => ({
    setId: entry.setId,
    ...UNPLACED_SCHEMA.parse({
      ...entry,
      places: Object.fromEntries(metrics.map(({ metric, places }) => [metric, places[index] ?? null])),
      physics: entry.physics === null ? null : disclosedPhysics(entry.physics, disclosure),
      cost: entry.run === null ? null : runCost(entry.run),
      hasMaps: entry.hasMaps && areMapsDisclosed,
      areMapsComing: entry.areMapsComing && areMapsDisclosed,
      submittedAt: entry.submittedAt.toISOString(),
      scoredAt: entry.scoredAt.toISOString(),
    }),
  }));
}
