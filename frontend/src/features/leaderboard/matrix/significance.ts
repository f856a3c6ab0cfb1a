import { MAX_PAIR_ENTRIES, type BoardPairs } from '@sillage/contracts';
import { taskKey, type Task } from '../../../lib/tasks';
import type { Boards, ScorecardColumn, Significance } from './scorecard-view';

export type PairsQuestion = Task & { zero: string; others: string[] };

/**
 * What has to be asked to mark a matrix: the zero line of each column against the best of its board. A board with more
 * entries than one question may name keeps the rest unmarked, as not tested.
 */
export function significanceQuestions(columns: readonly ScorecardColumn[], boards: Boards): PairsQuestion[] {
  return columns.flatMap((column) => {
    const board = boards[taskKey(column)];
    if (board === undefined || column.zero === null || board.uncertainty === null) return [];
    const zero = column.zero.evaluationId;
    const others = board.rows
      .map((row) => row.evaluationId)
      .filter((id) => id !== zero)
      .slice(0, MAX_PAIR_ENTRIES - 1);
    return others.length === 0 ? [] : [{ area: column.area, scenario: column.scenario, zero, others }];
  });
}

/** What the answer says of each evaluation against the zero line. */
export function separableFrom(zero: string, { entries, pairs }: BoardPairs): Record<string, boolean> {
  const at = entries.indexOf(zero);
  return Object.fromEntries(
    entries.flatMap((id, index) => {
      const pair = pairs[index]?.[at] ?? null;
      return pair === null ? [] : [[id, pair.isSeparable]];
    }),
  );
}

type AskPairs = (task: Task, evaluations: readonly string[]) => Promise<BoardPairs>;

/** Asks for all boards; one that does not answer, or may not, stays untested. */
export async function loadSignificance(
  questions: readonly PairsQuestion[],
  ask: AskPairs,
): Promise<Significance> {
  const answers = await Promise.allSettled(
    questions.map(async (question): Promise<[string, Record<string, boolean>]> => {
      const { zero, others, area, scenario } = question;
      return [taskKey(question), separableFrom(zero, await ask({ area, scenario }, [zero, ...others]))];
    }),
  );
  return Object.fromEntries(
    answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : [])),
  );
}
