import type { Metadata } from 'next';
import { Unreachable } from '../../../components/unreachable';
import { SubmissionList } from '../../../features/oversight/submission-list';
import { attempt } from '../../../lib/api/attempt';
import { serverGateway, serverOversightGateway } from '../../../lib/api/server-gateway';
import { currentOrganiser } from '../../../lib/api/session';
import { paths } from '../../../lib/paths';
import { singleValues, type SearchParameters } from '../../../lib/search-parameters';

export const metadata: Metadata = { title: 'Submissions' };

export default async function AdminSubmissionsPage({
  searchParams,
}: {
  searchParams: Promise<SearchParameters>;
}) {
  if ((await currentOrganiser()) === null) return null;
  const { challenge, state, author, moderated, page } = singleValues(await searchParams);
  const query = { challenge, state, author, moderated };
  const [oversight, site] = [await serverOversightGateway(), await serverGateway()];
  const loaded = await attempt(
    Promise.all([oversight.adminSubmissions({ ...query, page }), site.challenges()]),
  );
  if (!loaded.reached) return <Unreachable retryHref={paths.adminSubmissions} />;
  const [list, challenges] = loaded.value;
  return (
    <SubmissionList list={list} query={query} challenges={challenges.map(({ id, name }) => ({ id, name }))} />
  );
}
