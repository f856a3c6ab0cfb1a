import type { LeaderboardRow } from '@sillage/contracts';
import type { NextRequest } from 'next/server';
import { boardCsv, pairsCsv } from '../../../../../features/leaderboard/export/board-export';
import { parseBoardQuery, queryOn, handlesParameter } from '../../../../../features/leaderboard/board-view';
import { boardChallengeOf } from '../../../../../features/leaderboard/choose-board';
import {
  COMPARISON_FIGURES,
  type ComparisonFigure,
} from '../../../../../features/leaderboard/comparison/comparison-figure-names';
import {
  comparisonSvg,
  type ComparisonSource,
} from '../../../../../features/leaderboard/comparison/comparison-figures';
import {
  chosenRows,
  resolutionPair,
  slotsOfRows,
  type ResolvedRow,
} from '../../../../../features/leaderboard/comparison/comparison-view';
import { loadComparisonMaps } from '../../../../../features/leaderboard/comparison/load-comparison-maps';
import { loadVersion } from '../../../../../features/leaderboard/load-version';
import { handleOf } from '../../../../../features/leaderboard/method-identity';
import { ApiFailure, ServiceUnreachable } from '@sillage/client';
import type { Gateway } from '../../../../../lib/api/gateway';
import { serverGateway } from '../../../../../lib/api/server-gateway';
import { isoDayOf } from '../../../../../lib/format-time';
import { originOf } from '../../../../../lib/origin';
import { paths } from '../../../../../lib/paths';

/** A comparison to take away: scores and pairs as tables for spreadsheets, its figures for papers and slides. */
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
  const task = { area: asked['area'] ?? '', scenario: asked['scenario'] ?? '' };
  const query = parseBoardQuery(asked);
  const { challenge, olderVersion } = await loadVersion(gateway, await gateway.challenge(id), query.version);
  if (query.version !== null && query.version !== challenge.datasetVersion)
    return new Response(`This challenge has no dataset version ${query.version}.\n`, { status: 404 });
  const board = await gateway.leaderboard(id, {
    area: task.area,
    scenario: task.scenario,
    version: olderVersion,
  });
  const { rows } = chosenRows(board, query.entries);
  const name = `${id}${olderVersion === null ? '' : `-${olderVersion}`}-${task.area}-${task.scenario}`;
  if (asked['format'] === 'pairs-csv') {
    const evaluations = rows.map((row) => row.evaluationId);
    const pairs = await gateway.boardPairs(id, { ...task, version: board.datasetVersion }, evaluations);
    return attachment(pairsCsv(board, rows, pairs), CSV, `${name}-pairs.csv`);
  }
  if (asked['format'] === 'svg') {
    const wanted = COMPARISON_FIGURES.find((figure) => figure === asked['figure']);
    if (asked['figure'] !== undefined && wanted === undefined)
      return new Response(
        `A comparison has no figure '${asked['figure']}'; it has ${COMPARISON_FIGURES.join(', ')}.\n`,
        { status: 404 },
      );
    const figures = wanted === undefined ? WHOLE_COMPARISON : [wanted];
    const source: ComparisonSource = {
      challenge: boardChallengeOf(challenge, olderVersion),
      board,
      rows,
      slotOf: slotsOfRows(board.rows, rows),
      ...(await besideRows(gateway, { board, rows, figures, asked })),
    };
    const handles = rows.map((row) => handleOf(board.rows, row));
    const permalink = `${origin}${paths.compare(id, { ...task, entries: handlesParameter(handles), version: board.datasetVersion })}`;
    const svg = comparisonSvg(source, figures, permalink);
    if (svg === null)
      return new Response(
        'There is nothing to draw: these methods have no such figure, or this challenge withholds it.\n',
        { status: 404 },
      );
    return attachment(
      svg,
      'image/svg+xml',
      `${name}-comparison${wanted === undefined ? '' : `-${wanted}`}${dayPart(source)}.svg`,
    );
  }
  // Only the compared rows, in the order of the board.
  const compared = { ...board, rows: board.rows.filter((row) => rows.includes(row)) };
  const plain = { ...queryOn(board.protocol, parseBoardQuery({})), zero: query.zero };
  return attachment(boardCsv(compared, plain), CSV, `${name}-comparison.csv`);
}

/** Maps are of a field and a day. */
function dayPart({ maps }: ComparisonSource): string {
  if (maps === null) return '';
  return `-${maps.layerName === 'error' ? 'errors' : 'heights'}-${isoDayOf(maps.timeDays)}`;
}

/** RMSE in cm says by day what its score says; maps are of one day, which is chosen at them. */
const WHOLE_COMPARISON = COMPARISON_FIGURES.filter((figure) => figure !== 'daily-rmse' && figure !== 'maps');

type Asked = {
  board: ComparisonSource['board'];
  rows: readonly LeaderboardRow[];
  figures: readonly ComparisonFigure[];
  asked: Readonly<Record<string, string>>;
};

/** What the figures need besides the rows; what a challenge withholds, or an entry lacks, is left out as on the page. */
async function besideRows(
  gateway: Gateway,
  { board, rows, figures, asked }: Asked,
): Promise<Pick<ComparisonSource, 'pairs' | 'diagnosed' | 'bands' | 'boxes' | 'maps'>> {
  const needs = (...names: readonly ComparisonFigure[]) => names.some((name) => figures.includes(name));
  const task = { area: board.area, scenario: board.scenario, version: board.datasetVersion };
  const hasPairs = needs('pairs') && rows.length > 1 && board.uncertainty !== null;
  const [pairs, bands, diagnostics, resolutions, maps] = await Promise.all([
    hasPairs
      ? orNull(
          gateway.boardPairs(
            board.challenge,
            task,
            rows.map((row) => row.evaluationId),
          ),
        )
      : null,
    needs('psd-score') ? orNull(gateway.boardBands(board.challenge, task)) : null,
    needs('daily-score', 'daily-rmse', 'psd-score', 'contours')
      ? Promise.all(rows.map((row) => orNull(gateway.diagnostics(row.evaluationId))))
      : [],
    needs('resolution') ? Promise.all(rows.map((row) => orNull(gateway.resolution(row.evaluationId)))) : [],
    needs('maps') ? loadComparisonMaps(gateway, rows, asked) : null,
  ]);
  const resolved = rows.flatMap((row, index): ResolvedRow[] => {
    const resolution = resolutions[index] ?? null;
    return resolution === null ? [] : [{ row, resolution }];
  });
  return {
    pairs,
    bands,
    maps,
    diagnosed: rows.flatMap((row, index) => {
      const found = diagnostics[index] ?? null;
      return found === null ? [] : [{ row, diagnostics: found }];
    }),
    boxes: resolutionPair(resolved, { own: asked['boxes'] ?? '', other: asked['against'] ?? '' }),
  };
}

async function orNull<Value>(asked: Promise<Value>): Promise<Value | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiFailure) return null;
    throw error;
  }
}

const CSV = 'text/csv; charset=utf-8';

function attachment(body: string, type: string, name: string): Response {
  return new Response(body, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
      // A figure that is opened instead of saved may draw, and nothing else.
      ...(type === CSV
        ? {}
        : {
            'content-security-policy':
              "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox",
          }),
    },
  });
}
