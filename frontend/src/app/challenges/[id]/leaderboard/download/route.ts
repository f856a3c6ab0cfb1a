import type { NextRequest } from 'next/server';
import { boardCsv, boardJson, publishedCsv } from '../../../../../features/leaderboard/board-export';
import { parseBoardQuery, queryOn } from '../../../../../features/leaderboard/board-view';
import { ApiFailure, ServiceUnreachable } from '../../../../../lib/api/api-failure';
import { serverGateway } from '../../../../../lib/api/server-gateway';

/** The board exactly as the address shows it, as CSV or JSON; the scores from the literature are a file of their own. */
export async function GET(
  request: NextRequest,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const { id } = await params;
  const asked = Object.fromEntries(request.nextUrl.searchParams);
  const area = asked['area'] ?? '';
  const scenario = asked['scenario'] ?? '';
  try {
    const board = await (await serverGateway()).leaderboard(id, area, scenario);
    const query = queryOn(board.protocol, parseBoardQuery(asked));
    const name = `${board.challenge}-${board.area}-${board.scenario}`;
    if (asked['format'] === 'json')
      return attachment(boardJson(board, query), 'application/json', `${name}.json`);
    if (asked['format'] === 'published-csv')
      return attachment(publishedCsv(board), 'text/csv; charset=utf-8', `${name}-literature.csv`);
    return attachment(boardCsv(board, query), 'text/csv; charset=utf-8', `${name}.csv`);
  } catch (error) {
    if (error instanceof ApiFailure) return new Response(`${error.message}\n`, { status: error.status });
    if (error instanceof ServiceUnreachable)
      return new Response('The service is unreachable. Try again in half a minute.\n', { status: 503 });
    throw error;
  }
}

function attachment(body: string, type: string, name: string): Response {
  return new Response(body, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  });
}
