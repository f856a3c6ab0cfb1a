import type { ChallengeView } from '@sillage/contracts';
import type { Metadata } from 'next';
import { Notice } from '../../../../components/notice';
import { Unreachable } from '../../../../components/unreachable';
import { loadChallenge } from '../../../../features/challenges/load-challenge';
import { BoardChooser } from '../../../../features/leaderboard/board-chooser';
import { BoardFoot } from '../../../../features/leaderboard/board-foot';
import { BoardToolbar } from '../../../../features/leaderboard/board-toolbar';
import { boardParameters, parseBoardQuery, zeroRow } from '../../../../features/leaderboard/board-view';
import { chooseBoard } from '../../../../features/leaderboard/choose-board';
import { LeaderboardTable } from '../../../../features/leaderboard/leaderboard-table';
import { attempt } from '../../../../lib/api/attempt';
import { serverGateway } from '../../../../lib/api/server-gateway';
import { paths } from '../../../../lib/paths';
import { singleValues, type SearchParameters } from '../../../../lib/search-parameters';

type Props = { params: Promise<{ id: string }>; searchParams: Promise<SearchParameters> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const challenge = await loadChallenge((await params).id);
  if (!challenge.reached) return { title: 'Service unreachable' };
  return {
    title: `Leaderboard of ${challenge.value.name}`,
    description: `Methods ranked by µ(RMSE), with σ(RMSE), λx and λt, on the challenge ${challenge.value.name}.`,
  };
}

export default async function LeaderboardPage({ params, searchParams }: Props) {
  const { id } = await params;
  const challenge = await loadChallenge(id);
  if (!challenge.reached) return <Unreachable retryHref={paths.leaderboard(id)} />;

  const asked = singleValues(await searchParams);
  const { board: choice, isAsked } = chooseBoard(challenge.value, asked);
  const board = await attempt((await serverGateway()).leaderboard(id, choice.area, choice.scenario));
  if (!board.reached) return <Unreachable retryHref={paths.leaderboard(id, choice)} />;

  const query = parseBoardQuery(asked);
  const { sort, order, difference } = boardParameters(query);
  return (
    <div style={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: '1rem' }}>
      <BoardChooser
        challenge={challenge.value}
        area={choice.area}
        scenario={choice.scenario}
        keep={{ sort: sort ?? null, order: order ?? null, difference: difference ?? null }}
      />
      {isAsked ? null : (
        <Notice tone="warning">
          <p>
            This challenge has no board for the area and observations in the address. This is{' '}
            {boardName(challenge.value, choice)}.
          </p>
        </Notice>
      )}
      <BoardToolbar board={board.value} query={query} zero={zeroRow(board.value.rows, query.zero)} />
      <LeaderboardTable
        board={board.value}
        query={query}
        caption={`Leaderboard of ${challenge.value.name}, ${boardName(challenge.value, choice)}, by ${query.sort}`}
      />
      <BoardFoot board={board.value} query={query} />
    </div>
  );
}

function boardName(challenge: ChallengeView, choice: { area: string; scenario: string }): string {
  const area = challenge.areas.find((item) => item.id === choice.area)?.name ?? choice.area;
  const scenario = challenge.scenarios.find((item) => item.id === choice.scenario)?.name ?? choice.scenario;
  return `${area}, ${scenario}`;
}
