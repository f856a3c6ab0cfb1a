'use client';

import type { ChallengeView, SubmissionForm } from '@sillage/contracts';
import { errorClass } from '../../components/forms/form';
import { formatPeriod } from '../../lib/format-time';
import { nameOf, taskKey, taskName } from '../../lib/tasks';
import styles from './submit-form.module.css';

export type SubmitChallenge = Pick<
  ChallengeView,
  'id' | 'name' | 'areas' | 'scenarios' | 'tasks' | 'periods' | 'protocol'
>;

type Props = {
  /** A map covers tasks; a network is run on them. */
  form: SubmissionForm;
  challenge: SubmitChallenge;
  chosen: readonly string[];
  onChosen: (chosen: string[]) => void;
  onlyCovered: boolean;
  onOnlyCovered: (onlyCovered: boolean) => void;
  error: string | undefined;
};

/** What one map is scored on: a row for each set of observations, in it the areas. */
export function TaskChooser({ form, challenge, chosen, onChosen, onlyCovered, onOnlyCovered, error }: Props) {
  const { tasks, scenarios, areas, periods } = challenge;
  const single = tasks.length === 1;
  const hasAreas = areas.length > 1;
  const period = formatPeriod(periods.evaluation.start, periods.evaluation.end);

  function toggle(key: string, isChosen: boolean) {
    onChosen(isChosen ? [...chosen, key] : chosen.filter((item) => item !== key));
  }

  /** Where the map is cut to what it covers, every area of the chosen observations is worth a try. */
  function cut(isCut: boolean) {
    onOnlyCovered(isCut);
    if (!isCut) return;
    const wanted = new Set(
      tasks.filter((task) => chosen.includes(taskKey(task))).map((task) => task.scenario),
    );
    onChosen(tasks.filter((task) => wanted.has(task.scenario)).map(taskKey));
  }

  const box = (key: string, name: string) => (
    <label key={key} className={styles.option}>
      <input
        type="checkbox"
        name="tasks"
        value={key}
        checked={chosen.includes(key)}
        onChange={(event) => toggle(key, event.currentTarget.checked)}
      />
      <span>{name}</span>
    </label>
  );

  return (
    <fieldset aria-describedby={error === undefined ? 'tasks-hint' : 'tasks-hint tasks-error'}>
      <legend className={styles.legend}>
        {form === 'network'
          ? single
            ? 'It is run on'
            : 'Run it on'
          : single
            ? 'It is scored on'
            : 'Score it on'}
      </legend>
      {single || scenarios.length === 1 || !hasAreas ? (
        <div className={styles.options}>
          {tasks.map((task) =>
            box(
              taskKey(task),
              single
                ? taskName(challenge, task)
                : hasAreas
                  ? nameOf(areas, task.area)
                  : nameOf(scenarios, task.scenario),
            ),
          )}
        </div>
      ) : (
        <div className={styles.matrix}>
          {scenarios.map((scenario) => (
            <div key={scenario.id} role="group" aria-label={scenario.name} className={styles.matrixRow}>
              <span aria-hidden="true">{scenario.name}</span>
              <div className={styles.options}>
                {tasks
                  .filter((task) => task.scenario === scenario.id)
                  .map((task) => box(taskKey(task), nameOf(areas, task.area)))}
              </div>
            </div>
          ))}
        </div>
      )}
      {hasAreas && form === 'map' ? (
        <label className={styles.cut}>
          <input
            type="checkbox"
            name="onlyCovered"
            checked={onlyCovered}
            onChange={(event) => cut(event.currentTarget.checked)}
          />
          <span>
            This map covers several areas: cut it to all that it covers.
            <span className={styles.cutHint}>
              Chosen areas that it does not cover are left out, not rejected. Choose the observations first.
            </span>
          </span>
        </label>
      ) : null}
      <p id="tasks-hint" className={styles.hint}>
        {form === 'network'
          ? `The platform runs it on the public observations of each chosen task, on all days of ${period}, and scores the maps.`
          : onlyCovered
            ? `The file has to cover at least one of the chosen areas on all days of ${period}.`
            : `The file has to cover each chosen area on all days of ${period}.`}
      </p>
      {error === undefined ? null : (
        <p id="tasks-error" className={errorClass}>
          {error}
        </p>
      )}
    </fieldset>
  );
}
