import type { ChallengeView, EvaluationView, SubmissionView } from '@sillage/contracts';
import type { Metadata } from 'next';
import { headers } from 'next/headers';
import Link from 'next/link';
import { cache } from 'react';
import { landPolygons } from '../../../charts/maps/coastline';
import { aspectOf } from '../../../charts/maps/field-map.config';
import type { Coast } from '../../../charts/maps/ocean-map';
import { Chip } from '../../../components/chip';
import { Inputs } from '../../../components/inputs';
import { Unreachable } from '../../../components/unreachable';
import { inOrderOf } from '../../../features/submissions/evaluation-texts';
import { MethodCard } from '../../../features/submissions/method-card';
import { Tombstone } from '../../../features/submissions/state/tombstone';
import type { TaskWords } from '../../../features/submissions/task-tabs';
import { SubmissionLive } from '../../../features/submissions/submission-live';
import { attempt } from '../../../lib/api/attempt';
import { boardOrNull } from '../../../lib/api/board-or-null';
import { serverGateway } from '../../../lib/api/server-gateway';
import { currentOrganiser } from '../../../lib/api/session';
import { formatInstant } from '../../../lib/format-time';
import { originOf } from '../../../lib/origin';
import { paths } from '../../../lib/paths';
import { taskKey, taskName } from '../../../lib/tasks';
import { singleValues, type SearchParameters } from '../../../lib/search-parameters';
import { OrganiserPanel } from './organiser-panel';

type Props = { params: Promise<{ id: string }>; searchParams: Promise<SearchParameters> };

const loadSubmission = cache(async (id: string) => attempt((await serverGateway()).submission(id)));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const submission = await loadSubmission((await params).id);
  if (!submission.reached) return { title: 'Service unreachable' };
  const { card, author, challengeName } = submission.value;
  return {
    title: card.name,
    description: `${card.name} by ${author} on the challenge ${challengeName}: state and scores.`,
  };
}

/*
 * No loading.tsx here, nor above: with one, Next answers 200 and begins to send before the page is known, so that an
 * unknown submission is not a 404, a redirect to the sign-in is not a 307, and nothing shows without JavaScript.
 */
export default async function SubmissionPage({ params, searchParams }: Props) {
  const { id } = await params;
  const submission = await loadSubmission(id);
  if (!submission.reached) return <Unreachable retryHref={paths.submission(id)} />;
  const view = submission.value;

  const gateway = await serverGateway();
  const challenge = await attempt(gateway.challenge(view.challenge));
  if (!challenge.reached) return <Unreachable retryHref={paths.submission(id)} />;
  const isOrganiser = (await currentOrganiser()) !== null;
  if (view.withdrawal !== null && view.evaluations.length === 0) {
    return (
      <div className="page" style={{ display: 'grid', gap: '1.5rem' }}>
        <SubmissionHeader submission={view} taskName="withdrawn" />
        <Tombstone submission={view} />
        {isOrganiser ? <OrganiserPanel submission={view} /> : null}
        <MethodCard submission={view} />
      </div>
    );
  }
  const evaluations = inOrderOf(challenge.value.tasks.map(taskKey), view.evaluations);
  const asked = singleValues(await searchParams)['task'];
  const evaluation = evaluations.find((item) => taskKey(item) === asked) ?? evaluations[0];
  if (evaluation === undefined) return <Unreachable retryHref={paths.submission(id)} />;
  const board =
    evaluation.state === 'scored'
      ? await attempt(boardOrNull(gateway, view.challenge, evaluation))
      : ({ reached: true, value: null } as const);

  return (
    <div className="page">
      <SubmissionHeader submission={view} taskName={taskName(challenge.value, evaluation)} />
      <SubmissionLive
        key={taskKey(evaluation)}
        initial={view}
        task={taskKey(evaluation)}
        words={wordsOf(challenge.value)}
        initialBoard={board.reached ? board.value : null}
        mapAspect={aspectOfArea(challenge.value, evaluation)}
        coast={coastOfArea(challenge.value, evaluation)}
        mayReadFile={
          view.isMine ||
          (challenge.value.disclosure === 'practice' &&
            view.visibility.kind !== 'anonymous' &&
            (view.form === 'map' || view.kind === 'reference'))
        }
        origin={originOf(await headers())}
      />
      {isOrganiser && view.kind === 'participant' ? <OrganiserPanel submission={view} /> : null}
    </div>
  );
}

function SubmissionHeader({ submission, taskName }: { submission: SubmissionView; taskName: string }) {
  return (
    <header style={{ display: 'grid', gap: '0.375rem', marginBottom: '1.5rem' }}>
      <p className="eyebrow">
        <Link href={paths.challenge(submission.challenge)}>{submission.challengeName}</Link>, {taskName}
      </p>
      <h1 style={{ overflowWrap: 'anywhere' }}>{submission.card.name}</h1>
      <p
        className="muted"
        style={{ display: 'flex', flexWrap: 'wrap', gap: '0.375rem', alignItems: 'center' }}
      >
        <span>
          {submission.author},{' '}
          <time dateTime={submission.createdAt}>{formatInstant(submission.createdAt)}</time>
        </span>
        {submission.kind === 'reference' ? <Chip tone="signal">reference</Chip> : null}
        {submission.form === 'network' ? <Chip>network</Chip> : null}
        {submission.isMine ? <Chip tone="accent">yours</Chip> : null}
        {submission.visibility.kind === 'public' ? null : <Chip>{submission.visibility.kind}</Chip>}
        {submission.withdrawal === null ? null : <Chip>withdrawn</Chip>}
        {submission.moderation.hidden === null ? null : <Chip tone="warning">hidden</Chip>}
        {submission.moderation.disqualified === null ? null : <Chip tone="danger">disqualified</Chip>}
        {submission.moderation.verified === null ? null : <Chip tone="accent">verified</Chip>}
        <Inputs inputs={submission.card.inputs} />
      </p>
    </header>
  );
}

function wordsOf({ areas, scenarios, tasks }: ChallengeView): TaskWords {
  const words = (list: readonly { id: string; name: string }[]) => list.map(({ id, name }) => ({ id, name }));
  return { areas: words(areas), scenarios: words(scenarios), keys: tasks.map(taskKey) };
}

const COAST_DECIMALS = 3; // degrees: a hundred metres

/** The coast of the area, cut at its edges; the page carries it, the browser does not load the coastline of the world. */
function coastOfArea(challenge: ChallengeView, evaluation: EvaluationView): Coast {
  const box = challenge.areas.find((item) => item.id === evaluation.area)?.scoredBox;
  if (box === undefined) return [];
  const rounded = (degrees: number) => Number(degrees.toFixed(COAST_DECIMALS));
  return landPolygons(box).map((line) => line.map(([lon, lat]) => [rounded(lon), rounded(lat)] as const));
}

function aspectOfArea(challenge: ChallengeView, evaluation: EvaluationView): number {
  const box = challenge.areas.find((item) => item.id === evaluation.area)?.scoredBox;
  return box === undefined ? 1 : aspectOf(box);
}
