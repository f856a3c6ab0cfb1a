import type { EvaluationView, SubmissionView } from '@sillage/contracts';
import Link from 'next/link';
import { formatMetric } from '../../lib/format-number';
import { paths } from '../../lib/paths';
import { nameOf, taskKey } from '../../lib/tasks';
import { inOrderOf, newestOfTasks, stateText } from './evaluation-texts';
import styles from './task-tabs.module.css';

/** What the page knows of the challenge: the words for its tasks, in its order. */
export type TaskWords = {
  areas: { id: string; name: string }[];
  scenarios: { id: string; name: string }[];
  /** `area.scenario`, in the challenge's order. */
  keys: string[];
};

type Props = { submission: SubmissionView; here: string; words: TaskWords };

/** The tasks of a submission, one row for each area, and on each how it ended: µ, or where it stands. */
export function TaskTabs({ submission, here, words }: Props) {
  const evaluations = inOrderOf(words.keys, newestOfTasks(submission.evaluations));
  const areas = [...new Set(evaluations.map((evaluation) => evaluation.area))];
  const hasOneScenario = new Set(evaluations.map((evaluation) => evaluation.scenario)).size === 1;
  const tab = (evaluation: EvaluationView, name: string) => {
    const key = taskKey(evaluation);
    return (
      <li key={key}>
        <Link
          href={paths.submission(submission.id, { task: key })}
          aria-current={key === here ? 'page' : undefined}
          scroll={false}
          prefetch={false}
          className={styles.tab}
          data-state={evaluation.state}
        >
          <span>{name}</span>
          <span className={styles.result}>
            {evaluation.scores === null
              ? stateText(evaluation)
              : `µ ${formatMetric('mu', evaluation.scores.mu)}`}
          </span>
        </Link>
      </li>
    );
  };

  return (
    <nav aria-label="Tasks of this submission" className={styles.tabs}>
      {hasOneScenario ? (
        <div className={styles.row}>
          <span className={styles.area}>{nameOf(words.scenarios, evaluations[0]?.scenario ?? '')}</span>
          <ul className={styles.list}>
            {evaluations.map((evaluation) => tab(evaluation, nameOf(words.areas, evaluation.area)))}
          </ul>
        </div>
      ) : (
        areas.map((area) => (
          <div key={area} className={styles.row}>
            <span className={`hydrographic ${styles.area}`}>{nameOf(words.areas, area)}</span>
            <ul className={styles.list}>
              {evaluations
                .filter((evaluation) => evaluation.area === area)
                .map((evaluation) => tab(evaluation, nameOf(words.scenarios, evaluation.scenario)))}
            </ul>
          </div>
        ))
      )}
    </nav>
  );
}

/** The other files that came in the same set: one method, several maps. */
export function SetSiblings({ submission, words }: { submission: SubmissionView; words: TaskWords }) {
  if (submission.siblings.length === 0) return null;
  return (
    <nav aria-label="Submitted together with it" className={styles.row}>
      <span className={styles.area}>Submitted together</span>
      <ul className={styles.list}>
        {submission.siblings.map(({ submissionId, fileName, tasks }) => (
          <li key={submissionId}>
            <Link href={paths.submission(submissionId)} prefetch={false} className={styles.tab}>
              <span>{tasksInWords(inOrderOf(words.keys, tasks), words)}</span>
              <span className={styles.result}>{fileName}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function tasksInWords(tasks: readonly { area: string; scenario: string }[], words: TaskWords): string {
  const [first, ...others] = tasks;
  if (first === undefined) return 'no task';
  const name = `${nameOf(words.areas, first.area)}, ${nameOf(words.scenarios, first.scenario)}`;
  return others.length === 0 ? name : `${name} and ${others.length} more`;
}
