import type { MethodCard, Scores, SubmissionForm, Transfer } from '@sillage/contracts';

type AreaScore = {
  submissionId: string;
  card: MethodCard;
  author: string;
  kind: 'participant' | 'reference';
  form: SubmissionForm;
  area: string;
  how: 'entered' | 'stress';
  scores: Scores;
};

/**
 * One row for each network, by the areas that it learnt from and then by its best µ; the best reference map of each area beside
 * them.
 *
 * @param areas - ids of the areas that have a board of the scenario, in the challenge's order.
 */
export function transferRows(
  areas: readonly string[],
  scores: readonly AreaScore[],
): Pick<Transfer, 'rows' | 'baselines'> {
  const orderOf = (area: string) => areas.indexOf(area);
  const shown = scores.filter(({ area }) => areas.includes(area));
  const rows = new Map<string, Transfer['rows'][number]>();
  for (const { submissionId, card, author, kind, form, area, how, scores: values } of shown) {
    if (form !== 'network') continue;
    const row = rows.get(submissionId) ?? {
      submissionId,
      method: card.name,
      author,
      kind,
      trainedOn: [...(card.trainedOn ?? [])],
      cells: [],
    };
    row.cells.push({ area, how, scores: values });
    rows.set(submissionId, row);
  }
  for (const row of rows.values()) row.cells.sort((a, b) => orderOf(a.area) - orderOf(b.area));
  const place = ({ trainedOn }: Transfer['rows'][number]) =>
    // What was trained here and what does not say where come last.
    trainedOn.length === 0 ? areas.length + 1 : Math.min(...trainedOn.map((area) => known(orderOf(area))));
  const known = (index: number) => (index < 0 ? areas.length : index);
  const best = ({ cells }: Transfer['rows'][number]) => Math.max(...cells.map((cell) => cell.scores.mu));
  return {
    rows: [...rows.values()].sort(
      (a, b) =>
        place(a) - place(b) ||
        a.trainedOn.join().localeCompare(b.trainedOn.join()) ||
        best(b) - best(a) ||
        (a.submissionId < b.submissionId ? -1 : 1),
    ),
    baselines: areas.flatMap((area) => {
      const maps = shown.filter((score) => score.form === 'map' && score.area === area);
      const [first] = maps.sort((a, b) => b.scores.mu - a.scores.mu);
      return first === undefined ? [] : [{ area, method: first.card.name, scores: first.scores }];
    }),
  };
}
