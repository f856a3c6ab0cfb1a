import type { NextRequest } from 'next/server';
import { transferCsv } from '../../../../../features/leaderboard/transfer/transfer-view';
import { ApiFailure, ServiceUnreachable } from '@sillage/client';
import { serverGateway } from '../../../../../lib/api/server-gateway';

/** The table of networks across areas, every metric of it. */
export async function GET(
  request: NextRequest,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const { id } = await params;
  const scenario = request.nextUrl.searchParams.get('scenario') ?? '';
  try {
    const transfer = await (await serverGateway()).transfer(id, scenario);
    return new Response(transferCsv(transfer), {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${transfer.challenge}-${transfer.scenario}-across-areas.csv"`,
        'cache-control': 'no-store',
      },
    });
  } catch (error) {
    if (error instanceof ApiFailure) return new Response(`${error.message}\n`, { status: error.status });
    if (error instanceof ServiceUnreachable)
      return new Response('The service is unreachable. Try again in half a minute.\n', { status: 503 });
    throw error;
  }
}
