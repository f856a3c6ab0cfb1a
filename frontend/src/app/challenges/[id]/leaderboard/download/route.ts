import type { ChallengeView, Leaderboard } from '@sillage/contracts';
import type { NextRequest } from 'next/server';
import {
  bandsCsv,
  bandsRecords,
  boardCsv,
  boardJson,
  historyCsv,
  historyRecords,
  publishedCsv,
  recordsJson,
  scorecardCsv,
  scorecardJson,
} from '../../../../../features/leaderboard/export/board-export';
import {
  boardParameters,
  boardView,
  parseBoardQuery,
  queryOn,
} from '../../../../../features/leaderboard/board-view';
import { boardChallengeOf } from '../../../../../features/leaderboard/choose-board';
import { loadVersion } from '../../../../../features/leaderboard/load-version';
import {
  loadSignificance,
  significanceQuestions,
} from '../../../../../features/leaderboard/matrix/significance';
import { viewBibtex } from '../../../../../features/leaderboard/export/view-bibtex';
import { latexTables } from '../../../../../features/leaderboard/export/view-latex';
import { viewSvg } from '../../../../../features/leaderboard/drawing/view-svg';
import {
  viewCards,
  viewTables,
  type ViewSource,
} from '../../../../../features/leaderboard/export/view-table';
import { ApiFailure, ServiceUnreachable } from '@sillage/client';
import type { Gateway } from '../../../../../lib/api/gateway';
import { serverGateway } from '../../../../../lib/api/server-gateway';
import { originOf } from '../../../../../lib/origin';
import { paths } from '../../../../../lib/paths';
import { taskKey } from '../../../../../lib/tasks';

/** The view exactly as the address shows it, as a file; the scores from the literature are a file of their own. */
export async function GET(
  request: NextRequest,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const { id } = await params;
  const asked = Object.fromEntries(request.nextUrl.searchParams);
  try {
    return await fileOf(id, asked, originOf(request.headers));
  } catch (error) {
    if (error instanceof ApiFailure) return new Response(`${error.message}\n`, { status: error.status });
    if (error instanceof ServiceUnreachable)
      return new Response('The service is unreachable. Try again in half a minute.\n', { status: 503 });
    throw error;
  }
}

async function fileOf(
  id: string,
  asked: Readonly<Record<string, string>>,
  origin: string,
): Promise<Response> {
  const gateway = await serverGateway();
  const parsed = parseBoardQuery(asked);
  const { challenge, olderVersion } = await loadVersion(gateway, await gateway.challenge(id), parsed.version);
  if (parsed.version !== null && parsed.version !== challenge.datasetVersion)
    return new Response(`This challenge has no dataset version ${parsed.version}.\n`, { status: 404 });
  const query = { ...queryOn(challenge.protocol, parsed), version: olderVersion };
  const choice = { area: asked['area'] ?? '', scenario: asked['scenario'] ?? '' };
  const isMatrix = query.view === 'matrix';
  const tasks = isMatrix ? challenge.tasks : [choice];
  const boards = await Promise.all(
    tasks.map((task) =>
      gateway.leaderboard(id, { area: task.area, scenario: task.scenario, version: olderVersion }),
    ),
  );
  const [board] = boards;
  if (board === undefined) return new Response('This challenge has no boards.\n', { status: 404 });
  const rows: ViewSource = {
    challenge: boardChallengeOf(challenge, olderVersion),
    boards: Object.fromEntries(boards.map((item) => [taskKey(item), item])),
    choice,
    query,
  };
  const source = { ...rows, ...(await besideRows(gateway, rows)) };
  const ofVersion = olderVersion === null ? '' : `-${olderVersion}`;
  const name = isMatrix
    ? `${id}${ofVersion}-all-areas`
    : `${id}${ofVersion}-${choice.area}-${choice.scenario}${query.view === 'board' ? '' : `-${query.view}`}`;
  const permalink = `${origin}${paths.leaderboard(id, {
    ...choice,
    ...boardParameters({ ...query, entries: [] }),
    version: challenge.datasetVersion,
  })}`;

  switch (asked['format']) {
    case 'published-csv':
      return attachment(publishedCsv(board), 'text/csv; charset=utf-8', `${name}-literature.csv`);
    case 'json':
      return attachment(jsonOf(source, board, permalink), 'application/json', `${name}.json`);
    case 'latex':
      return attachment(
        latexTables(viewTables(source), permalink),
        'application/x-tex; charset=utf-8',
        `${name}.tex`,
      );
    case 'bibtex':
      return attachment(
        bibtexOf(challenge, source, origin),
        'application/x-bibtex; charset=utf-8',
        `${name}.bib`,
      );
    case 'svg':
      return attachment(viewSvg(viewTables(source), permalink), 'image/svg+xml', `${name}.svg`);
    default:
      return attachment(csvOf(source, board), 'text/csv; charset=utf-8', `${name}.csv`);
  }
}

/** What a view shows that is not in the rows of its boards. */
async function besideRows(gateway: Gateway, source: ViewSource): Promise<Partial<ViewSource>> {
  const { challenge, query, choice, boards } = source;
  switch (query.view) {
    case 'matrix': {
      const [card] = viewCards(source);
      const questions = significanceQuestions(card?.columns ?? [], boards);
      const significance = await loadSignificance(questions, (task, evaluations) =>
        gateway.boardPairs(challenge.id, { ...task, version: challenge.olderVersion }, evaluations),
      );
      return { significance };
    }
    case 'bands':
      return {
        bands: await gateway.boardBands(challenge.id, { ...choice, version: challenge.olderVersion }),
      };
    case 'history':
      return {
        history: await gateway.boardHistory(challenge.id, { ...choice, version: challenge.olderVersion }),
      };
    case 'board':
      return {};
  }
}

function csvOf(source: ViewSource, board: Leaderboard): string {
  const { challenge, query, bands, history } = source;
  if (query.view === 'matrix') return scorecardCsv(challenge, viewCards(source));
  if (bands !== undefined) return bandsCsv(board, bands, query);
  return history === undefined ? boardCsv(board, query) : historyCsv(history);
}

function jsonOf(source: ViewSource, board: Leaderboard, permalink: string): string {
  const { challenge, query, bands, history } = source;
  if (query.view === 'matrix') return scorecardJson(challenge, viewCards(source), { query, permalink });
  if (bands !== undefined) return recordsJson(bandsRecords(board, bands, query), query, permalink);
  return history === undefined
    ? boardJson(board, query, permalink)
    : recordsJson(historyRecords(history), query, permalink);
}

/** What the view shows is what is cited. */
function bibtexOf(challenge: ChallengeView, source: ViewSource, origin: string): string {
  const { boards, query } = source;
  if (query.view !== 'matrix') {
    const shown = Object.values(boards).flatMap((board) => {
      const view = boardView(board, query);
      const steps = Object.values(source.history?.records ?? {}).flat();
      return [...view.pinned, ...view.ordered]
        .filter(
          (row) =>
            source.history === undefined || steps.some((step) => step.submissionId === row.submissionId),
        )
        .map((row) => ({ board, row }));
    });
    return viewBibtex({ challenge, shown, origin });
  }
  const shown = viewCards(source).flatMap((card) =>
    card.rows.flatMap((row) =>
      row.cells.flatMap((cell, index) => {
        const column = card.columns[index];
        const board = column === undefined ? undefined : boards[taskKey(column)];
        return cell.state === 'missing' || board === undefined ? [] : [{ board, row: cell.row }];
      }),
    ),
  );
  return viewBibtex({ challenge, shown, origin });
}

function attachment(body: string, type: string, name: string): Response {
  return new Response(body, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
      // A figure that is opened instead of saved may draw, and nothing else.
      ...(type === 'image/svg+xml'
        ? { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox" }
        : {}),
    },
  });
}
