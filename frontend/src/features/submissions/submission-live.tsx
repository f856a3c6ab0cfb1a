'use client';

import type { EvaluationView, Leaderboard, SubmissionView } from '@sillage/contracts';
import { HELD_BACK_TEXT } from '@sillage/contracts/score-texts';
import Link from 'next/link';
import { useCallback, useState } from 'react';
import type { Coast } from '../../charts/maps/ocean-map';
import { Notice } from '../../components/notice';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formFaultOf } from '../../lib/api/form-fault';
import { paths } from '../../lib/paths';
import { taskKey } from '../../lib/tasks';
import { Downloads } from './figures/downloads';
import { EvaluationFigures, loadDiagnostics } from './figures/evaluation-figures';
import { EarlierScores, ShadowScores } from './earlier-scores';
import { hasDiagnostics, hasMaps, isFinal, newestOfTasks } from './evaluation-texts';
import { MethodCard } from './method-card';
import { ModerationNotices } from './state/moderation-notices';
import { NetworkFacts } from './network-facts';
import { PredictionPreview } from './state/prediction-preview';
import { RejectionCard } from './state/rejection-card';
import { ScoreSummary } from './figures/score-summary';
import { StatePanel } from './state/state-panel';
import { StressSection } from './stress/stress-section';
import styles from './submission-live.module.css';
import { SetSiblings, TaskTabs, type TaskWords } from './task-tabs';
import { Tombstone } from './state/tombstone';
import { VisibilityPanel } from './visibility-panel';
import { useLoaded } from './use-loaded';
import { useSubmission } from './use-submission';

type Props = {
  initial: SubmissionView;
  /** `area.scenario` of the task that is shown. */
  task: string;
  words: TaskWords;
  /** The board of the task as the server saw it; `null` while there is no score. */
  initialBoard: Leaderboard | null;
  mapAspect: number;
  coast: Coast;
  mayReadFile: boolean;
  origin: string;
};

export function SubmissionLive({
  initial,
  task,
  words,
  initialBoard,
  mapAspect,
  coast,
  mayReadFile,
  origin,
}: Props) {
  const { submission, isStale, replace } = useSubmission(initial);
  const evaluation =
    submission.evaluations.find((item) => taskKey(item) === task) ?? submission.evaluations[0];
  if (evaluation === undefined) return null;
  return (
    <div className={styles.live}>
      <Tombstone submission={submission} />
      <ModerationNotices moderation={submission.moderation} isMine={submission.isMine} />
      {newestOfTasks(submission.evaluations).length > 1 ? (
        <TaskTabs submission={submission} here={taskKey(evaluation)} words={words} />
      ) : null}
      <SetSiblings submission={submission} words={words} />
      <StatePanel
        evaluation={evaluation}
        origin={submission.kind === 'reference' ? 'platform' : 'upload'}
        form={submission.form}
        isNetworkKnown={(submission.network?.summary ?? null) !== null}
        isStale={isStale}
      />
      {submission.isMine && !submission.evaluations.every(isFinal) ? (
        <Cancel submissionId={submission.id} onCancelled={replace} />
      ) : null}
      {evaluation.previewDays === 0 || hasMaps(evaluation) ? null : (
        <PredictionPreview key={evaluation.id} evaluation={evaluation} aspect={mapAspect} />
      )}
      <Result
        submission={submission}
        evaluation={evaluation}
        initialBoard={initialBoard}
        mapAspect={mapAspect}
        coast={coast}
        mayReadFile={mayReadFile}
        origin={origin}
      />
      <EarlierScores submission={submission} evaluation={evaluation} />
      <ShadowScores submission={submission} evaluation={evaluation} />
      {submission.network === null ? null : (
        <NetworkFacts network={submission.network} run={evaluation.run} />
      )}
      {submission.form === 'network' ? (
        <StressSection submissionId={submission.id} evaluation={evaluation} words={words} />
      ) : null}
      <MethodCard submission={submission} />
      {submission.mayManage && submission.kind === 'participant' && submission.withdrawal === null ? (
        <VisibilityPanel submission={submission} onChanged={replace} />
      ) : null}
    </div>
  );
}

type ResultProps = {
  submission: SubmissionView;
  evaluation: EvaluationView;
  initialBoard: Leaderboard | null;
  mapAspect: number;
  coast: Coast;
  mayReadFile: boolean;
  origin: string;
};

function Result({
  submission,
  evaluation,
  initialBoard,
  mapAspect,
  coast,
  mayReadFile,
  origin,
}: ResultProps) {
  const loadBoard = useCallback(
    (_key: string, signal: AbortSignal) =>
      browserGateway.leaderboard(
        submission.challenge,
        { area: evaluation.area, scenario: evaluation.scenario },
        signal,
      ),
    [submission.challenge, evaluation.area, evaluation.scenario],
  );
  const needsBoard = evaluation.state === 'scored' && initialBoard === null;
  const loaded = useLoaded(needsBoard ? evaluation.id : null, loadBoard);
  const board = initialBoard ?? (loaded.state === 'loaded' ? loaded.value : null);
  const diagnostics = useLoaded(hasDiagnostics(evaluation) ? evaluation.id : null, loadDiagnostics);
  const reference =
    board?.rows.find((row) => row.kind === 'reference' && row.submissionId !== submission.id) ?? null;

  const told = evaluation.warnings.filter((warning) => warning.code !== evaluation.rejection?.code);
  const warnings = told.map((warning) => (
    <Notice key={warning.code + warning.message} tone="warning" title="Warning">
      <p>{warning.message}</p>
    </Notice>
  ));

  if (evaluation.state === 'rejected' && evaluation.rejection !== null) {
    return (
      <>
        <RejectionCard reason={evaluation.rejection} challenge={submission.challenge} />
        {warnings}
      </>
    );
  }
  if (evaluation.state === 'failed') {
    return (
      <Notice tone="danger" title="Sillage failed to score this">
        <p>
          {evaluation.failureMessage ?? 'An evaluator broke down.'} It was tried {evaluation.attempt} times.
          The fault is ours; your file is kept. Submit it again, or tell the people who run this Sillage.
        </p>
      </Notice>
    );
  }
  if (evaluation.state === 'cancelled') {
    return (
      <Notice title="This evaluation was cancelled">
        <p>Nothing was scored. You may submit the same file again.</p>
      </Notice>
    );
  }
  if (evaluation.isHeldBack) {
    return (
      <>
        {warnings}
        <Notice title="Scored, and not told in this public test">
          <p>{HELD_BACK_TEXT}</p>
        </Notice>
      </>
    );
  }
  if (evaluation.state !== 'scored' || evaluation.scores === null) return <>{warnings}</>;
  return (
    <>
      {warnings}
      {evaluation.identicalTo === null ? null : <IdenticalNotice {...evaluation.identicalTo} />}
      <ScoreSummary
        submissionId={submission.id}
        protocol={evaluation.protocol}
        scores={evaluation.scores}
        isRounded={evaluation.coarseErrors !== null}
        rank={evaluation.rank}
        diagnostics={diagnostics.state === 'loaded' ? diagnostics.value : null}
        board={board}
      />
      <EvaluationFigures
        evaluation={evaluation}
        scores={evaluation.scores}
        own={diagnostics}
        methodName={submission.card.name}
        reference={reference}
        board={board}
        mapAspect={mapAspect}
        coast={coast}
      />
      <Downloads submission={submission} evaluation={evaluation} origin={origin} mayReadFile={mayReadFile} />
    </>
  );
}

function IdenticalNotice({ submissionId, method }: { submissionId: string; method: string }) {
  return (
    <Notice title={`Identical to ${method}`}>
      <p>
        The file, or the map to a millionth of a metre, is that of{' '}
        <Link href={paths.submission(submissionId)}>{method}</Link>, which stands on the board. So this entry
        has no rank of its own.
      </p>
    </Notice>
  );
}

function Cancel({
  submissionId,
  onCancelled,
}: {
  submissionId: string;
  onCancelled: (submission: SubmissionView) => void;
}) {
  const [phase, setPhase] = useState<'idle' | 'asking' | 'sending'>('idle');
  const [message, setMessage] = useState('');

  async function cancel() {
    setPhase('sending');
    setMessage('');
    try {
      onCancelled(await browserGateway.cancelSubmission(submissionId));
    } catch (error) {
      setPhase('idle');
      setMessage(formFaultOf(error).title);
    }
  }

  return (
    <div className={styles.cancel}>
      {phase === 'idle' ? (
        <button type="button" className="button button-small" onClick={() => setPhase('asking')}>
          Cancel the evaluation
        </button>
      ) : (
        <>
          <span>Stop it now? Nothing will be scored.</span>
          <button
            type="button"
            className="button button-small button-danger"
            onClick={cancel}
            disabled={phase === 'sending'}
          >
            Yes, cancel
          </button>
          <button
            type="button"
            className="button button-small"
            onClick={() => setPhase('idle')}
            disabled={phase === 'sending'}
          >
            No, go on
          </button>
        </>
      )}
      <span role="status">{message}</span>
    </div>
  );
}
