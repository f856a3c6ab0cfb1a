import { METHOD_FAMILIES, type LeaderboardRow } from '@sillage/contracts';
import { METHOD_FAMILY_TEXTS } from '../../../lib/method-families';
import { paths } from '../../../lib/paths';
import styles from './board-filters.module.css';
import { boardParameters, type BoardQuery } from '../board-view';
import type { BoardChallenge, BoardChoice } from '../choose-board';
import { ChipRow, type BoardChip } from './chip-row';
import {
  COST_FACETS,
  COST_FACET_TEXTS,
  facetCount,
  facetSummary,
  FORM_FACETS,
  FORM_FACET_TEXTS,
  hasFacets,
  INPUT_FACETS,
  INPUT_FACET_TEXTS,
  type Facets,
} from '../facets';

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
  const chip = (name: string, change: Partial<Facets>, title?: string): BoardChip => {
    const [facet, value] = Object.entries(change)[0] as [keyof Facets, Facets[keyof Facets]];
    const isHere = facets[facet] === value;
    const count = facetCount(rows, facets, change);
    return {
      key: value ?? 'any',
      name: value === null ? name : `${name} (${count})`,
      isHere,
      href:
        count === 0 && !isHere && value !== null
          ? null
          : paths.leaderboard(challenge.id, {
              ...choice,
              ...boardParameters({ ...query, facets: { ...facets, ...change } }),
            }),
      absence: 'no method here',
      ...(title === undefined ? {} : { title }),
    };
  };
  const families = METHOD_FAMILIES.filter(
    (family) => facets.family === family || rows.some((row) => row.family === family),
  );
  const hasCosts = facets.cost !== null || rows.some((row) => row.cost !== null);
  return (
    <details className={styles.filters} open={hasFacets(facets)}>
      <summary>
        Filter: <strong>{facetSummary(facets)}</strong>
      </summary>
      <div className={styles.rows}>
        <ChipRow
          label="Inputs"
          chips={[
            chip('any', { inputs: null }),
            ...INPUT_FACETS.map((inputs) =>
              chip(INPUT_FACET_TEXTS[inputs].name, { inputs }, INPUT_FACET_TEXTS[inputs].text),
            ),
          ]}
        />
        <ChipRow
          label="Form"
          chips={[
            chip('any', { form: null }),
            ...FORM_FACETS.map((form) =>
              chip(FORM_FACET_TEXTS[form].name, { form }, FORM_FACET_TEXTS[form].text),
            ),
          ]}
        />
        {families.length === 0 ? null : (
          <ChipRow
            label="Family"
            chips={[
              chip('any', { family: null }),
              ...families.map((family) =>
                chip(METHOD_FAMILY_TEXTS[family].name, { family }, METHOD_FAMILY_TEXTS[family].text),
              ),
            ]}
          />
        )}
        {hasCosts ? (
          <ChipRow
            label="Time to map"
            chips={[
              chip('any', { cost: null }),
              ...COST_FACETS.map((cost) =>
                chip(COST_FACET_TEXTS[cost].name, { cost }, COST_FACET_TEXTS[cost].text),
              ),
            ]}
          />
        ) : null}
      </div>
    </details>
  );
}
