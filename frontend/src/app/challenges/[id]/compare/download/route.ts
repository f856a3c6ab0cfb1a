import type { NextRequest } from 'next/server';
import { boardCsv, pairsCsv } from '../../../../../features/leaderboard/board-export';
import { parseBoardQuery, queryOn } from '../../../../../features/leaderboard/board-view';
import { chosenRows } from '../../../../../features/leaderboard/comparison-view';
import { ApiFailure, ServiceUnreachable } from '../../../../../lib/api/api-failure';
import { serverGateway } from '../../../../../lib/api/server-gateway';

/** The scores of the compared methods, or how probably each beats each other, as a table for spreadsheets. */
export async function GET(
  request: NextRequest,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const { id } = await params;
  const asked = {
    ...Object.fromEntries(request.nextUrl.searchParams),
    entries: request.nextUrl.searchParams.getAll('entries').join('|'),
  };
  try {
    return await fileOf(id, asked);
  } catch (error) {
    if (error instanceof ApiFailure) return new Response(`${error.message}\n`, { status: error.status });
    if (error instanceof ServiceUnreachable)
      return new Response('The service is unreachable. Try again in half a minute.\n', { status: 503 });
    throw error;
  }
}

async function fileOf(id: string, asked: Readonly<Record<string, string>>): Promise<Response> {
  const gateway = await serverGateway();
  const task = { area: asked['area'] ?? '', scenario: asked['scenario'] ?? '' };
  const board = await gateway.leaderboard(id, task.area, task.scenario);
  const query = parseBoardQuery(asked);
  const { rows } = chosenRows(board, query.entries);
  const name = `${id}-${task.area}-${task.scenario}`;
  if (asked['format'] === 'pairs-csv') {
    const evaluations = rows.map((row) => row.evaluationId);
    const pairs = await gateway.boardPairs(id, { ...task, version: board.datasetVersion }, evaluations);
    return attachment(pairsCsv(board, rows, pairs), `${name}-pairs.csv`);
  }
  // Only the compared rows, in the order of the board.
  const compared = { ...board, rows: board.rows.filter((row) => rows.includes(row)) };
  const plain = { ...queryOn(board.protocol, parseBoardQuery({})), zero: query.zero };
  return attachment(boardCsv(compared, plain), `${name}-comparison.csv`);
}

function attachment(body: string, name: string): Response {
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  });
}
