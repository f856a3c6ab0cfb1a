import type { EvaluationState } from '@sillage/contracts';
import { isFinal } from './evaluation-state.js';

/** How an evaluation stands among those of its submission. */
export type EvaluationStanding = {
  id: string;
  taskId: string;
  area: string;
  scenario: string;
  state: EvaluationState;
  isShadow: boolean;
  /** It came with its submission: what happens to the submission as a whole happens to it. */
  isOwn: boolean;
};

/** `ids` is everything; people are told of `shownIds`, which are on the boards of `shownTaskIds`. */
export type Affected = { ids: string[]; shownIds: string[]; shownTaskIds: string[] };

/** Those that are not final. */
export function affectedOf(evaluations: readonly EvaluationStanding[]): Affected {
  const open = evaluations.filter(({ state }) => !isFinal(state));
  const shown = open.filter(({ isShadow }) => !isShadow);
  return {
    ids: open.map(({ id }) => id),
    shownIds: shown.map(({ id }) => id),
    shownTaskIds: shown.map(({ taskId }) => taskId),
  };
}

/** Mapping and the check of an upload concern every open evaluation that came with it, the other steps concern one. */
export function affectedBy(
  { evaluationId }: { evaluationId: string | null },
  ofSubmission: readonly EvaluationStanding[],
): Affected {
  return affectedOf(
    ofSubmission.filter(({ id, isOwn }) => (evaluationId === null ? isOwn : id === evaluationId)),
  );
}
