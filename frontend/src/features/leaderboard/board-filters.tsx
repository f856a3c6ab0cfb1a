import type { LeaderboardRow } from '@sillage/contracts';
import { paths } from '../../lib/paths';
import styles from './board-filters.module.css';
import { boardParameters, type BoardQuery } from './board-view';
import type { BoardChallenge, BoardChoice } from './choose-board';
import { ChipRow, type BoardChip } from './chip-row';
import {
  facetCounts,
  facetSummary,
  FORM_FACETS,
  FORM_FACET_TEXTS,
  hasFacets,
  INPUT_FACETS,
  INPUT_FACET_TEXTS,
  type Facets,
} from './facets';

type Props = {
  challenge: BoardChallenge;
  choice: BoardChoice;
  query: BoardQuery;
  /** All rows that the facets choose from. */
  rows: readonly LeaderboardRow[];
};

/** What methods are shown, by what they used and how they came here. Folded away until somebody wants it. */
export function BoardFilters({ challenge, choice, query, rows }: Props) {
  const { facets } = query;
  const counts = facetCounts(rows, facets);
  const chip = (
    key: string,
    name: string,
    {
      change,
      isHere,
      count,
      title,
    }: { change: Partial<Facets>; isHere: boolean; count?: number; title?: string },
  ): BoardChip => ({
    key,
    name: count === undefined ? name : `${name} (${count})`,
    isHere,
    href:
      count === 0 && !isHere
        ? null
        : paths.leaderboard(challenge.id, {
            ...choice,
            ...boardParameters({ ...query, facets: { ...facets, ...change } }),
          }),
    absence: 'no method here',
    ...(title === undefined ? {} : { title }),
  });
  return (
    <details className={styles.filters} open={hasFacets(facets)}>
      <summary>
        Filter: <strong>{facetSummary(facets)}</strong>
      </summary>
      <div className={styles.rows}>
        <ChipRow
          label="Inputs"
          chips={[
            chip('any', 'any', { change: { inputs: null }, isHere: facets.inputs === null }),
            ...INPUT_FACETS.map((facet) =>
              chip(facet, INPUT_FACET_TEXTS[facet].name, {
                change: { inputs: facet },
                isHere: facets.inputs === facet,
                count: counts.inputs[facet],
                title: INPUT_FACET_TEXTS[facet].text,
              }),
            ),
          ]}
        />
        <ChipRow
          label="Form"
          chips={[
            chip('any', 'any', { change: { form: null }, isHere: facets.form === null }),
            ...FORM_FACETS.map((facet) =>
              chip(facet, FORM_FACET_TEXTS[facet].name, {
                change: { form: facet },
                isHere: facets.form === facet,
                count: counts.form[facet],
                title: FORM_FACET_TEXTS[facet].text,
              }),
            ),
          ]}
        />
      </div>
    </details>
  );
}
