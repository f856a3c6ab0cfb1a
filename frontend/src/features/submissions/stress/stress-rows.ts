import type { Scores, StressRun, StressView } from '@sillage/contracts';
import type { StressBar } from '../../../charts/lines/stress-chart.config';
import { satelliteName } from '../../../lib/satellite-names';
import { nameOf, type Task } from '../../../lib/tasks';

type Words = { areas: { id: string; name: string }[]; scenarios: { id: string; name: string }[] };

/** One change of the inputs, or another area: what it is called, and what came of it. */
export type StressRow = {
  key: string;
  label: string;
  /** Null where the submission entered the task itself: the score is the one of the board. */
  run: StressRun | null;
  scores: Scores | null;
};

export type StressRows = {
  /** The score of the task that is shown; null without one. */
  normal: Scores | null;
  /** On the same area: without one satellite, and with the observations of other scenarios. */
  satellites: StressRow[];
  scenarios: StressRow[];
  /** With the observations of the same scenario, in other areas: another sea, so no loss can be told. */
  areas: StressRow[];
};

/** Everything that belongs to one task of a submission, by what was changed. */
export function stressRows(view: StressView, { area, scenario }: Task, words: Words): StressRows {
  const rowOf = (run: StressRun, label: string): StressRow => ({
    key: run.id,
    label,
    run,
    scores: run.scores,
  });
  const entered = (isWanted: (task: Task) => boolean, labelOf: (task: Task) => string): StressRow[] =>
    view.normal.filter(isWanted).map((normal) => ({
      key: normal.evaluationId,
      label: labelOf(normal),
      run: null,
      scores: normal.scores,
    }));
  const isOtherScenario = (task: Task) => task.area === area && task.scenario !== scenario;
  const isOtherArea = (task: Task) => task.area !== area && task.scenario === scenario;
  const scenarioName = (task: Task) => nameOf(words.scenarios, task.scenario);
  const areaName = (task: Task) => nameOf(words.areas, task.area);
  const whole = view.runs.filter((run) => run.without === null);
  const inOrder = (rows: StressRow[], names: readonly { name: string }[]) => {
    const place = ({ label }: StressRow) => names.findIndex(({ name }) => name === label);
    return rows.toSorted((left, right) => place(left) - place(right));
  };
  return {
    normal: view.normal.find((task) => task.area === area && task.scenario === scenario)?.scores ?? null,
    satellites: view.runs.flatMap((run) =>
      run.without !== null && run.area === area && run.scenario === scenario
        ? [rowOf(run, `without ${satelliteName(run.without)}`)]
        : [],
    ),
    scenarios: inOrder(
      [
        ...entered(isOtherScenario, scenarioName),
        ...whole.filter(isOtherScenario).map((run) => rowOf(run, scenarioName(run))),
      ],
      words.scenarios,
    ),
    areas: inOrder(
      [
        ...entered(isOtherArea, areaName),
        ...whole.filter(isOtherArea).map((run) => rowOf(run, areaName(run))),
      ],
      words.areas,
    ),
  };
}

/** Bars of the chart: whatever has a score on the sea of the normal run. */
export function stressBars({ normal, satellites, scenarios }: StressRows): StressBar[] {
  if (normal === null) return [];
  return [...satellites, ...scenarios].flatMap(({ label, scores }) =>
    scores === null ? [] : [{ label, mu: scores.mu, normalMu: normal.mu }],
  );
}

export function isOpen({ state }: StressRun): boolean {
  return state === 'queued' || state === 'running';
}
