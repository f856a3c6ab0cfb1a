import type { EvaluationView, SubmissionView } from '@sillage/contracts';
import { SCORE_TABLE, METRICS_OF_PROTOCOL } from '@sillage/contracts';
import { scoreTextWithUnit } from '../../lib/format-score';
import { formatInstant } from '../../lib/format-time';
import { paths } from '../../lib/paths';
import { taskKey } from '../../lib/tasks';

type Props = { submission: SubmissionView; evaluation: EvaluationView };

/** The scores that this entry had on the same task before it was scored again. */
export function EarlierScores({ submission, evaluation }: Props) {
  const earlier = submission.evaluations.filter(
    (item) => taskKey(item) === taskKey(evaluation) && item.id !== evaluation.id && item.scores !== null,
  );
  return (
    <ScoreList
      title="Earlier scores"
      submission={submission}
      evaluations={earlier}
      note="Made on another dataset version, or by an earlier evaluator: not comparable with the score above."
    />
  );
}

/** For organisers: what a re-score that nobody else sees has made of this entry. */
export function ShadowScores({ submission, evaluation }: Props) {
  return (
    <ScoreList
      title="In a re-score, not shown to others"
      submission={submission}
      evaluations={submission.shadows.filter((item) => taskKey(item) === taskKey(evaluation))}
      note="Nobody but organisers sees this before the re-score is promoted."
    />
  );
}

function ScoreList({
  title,
  submission,
  evaluations,
  note,
}: {
  title: string;
  submission: SubmissionView;
  evaluations: readonly EvaluationView[];
  note: string;
}) {
  if (evaluations.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <p className="muted small">{note}</p>
      <ul>
        {evaluations.map((item) => {
          const { scores } = item;
          return (
            <li key={item.id}>
              <a
                href={paths.leaderboard(submission.challenge, {
                  area: item.area,
                  scenario: item.scenario,
                  version: item.datasetVersion,
                })}
              >
                dataset {item.datasetVersion}
              </a>
              {item.evaluatorVersion === null ? '' : `, evaluator ${item.evaluatorVersion}`},{' '}
              {formatInstant(item.stateSince)}:{' '}
              {scores === null
                ? item.state
                : METRICS_OF_PROTOCOL[item.protocol]
                    .map(
                      (metric) => `${SCORE_TABLE[metric].symbol} ${scoreTextWithUnit(scores, metric) ?? '–'}`,
                    )
                    .join(', ')}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
