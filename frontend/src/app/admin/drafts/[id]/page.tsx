import type { Metadata } from 'next';
import { Suspense } from 'react';
import { Unreachable } from '../../../../components/unreachable';
import { DraftWizard } from '../../../../features/curation/draft-wizard';
import { attempt } from '../../../../lib/api/attempt';
import { serverCurationGateway } from '../../../../lib/api/server-gateway';
import { currentOrganiser } from '../../../../lib/api/session';
import { paths } from '../../../../lib/paths';

export const metadata: Metadata = { title: 'Draft' };

export default async function AdminDraftPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  if ((await currentOrganiser()) === null) return null;
  const draft = await attempt((await serverCurationGateway()).draft(id));
  if (!draft.reached) return <Unreachable retryHref={paths.adminDraft(id)} />;
  return (
    <Suspense>
      <DraftWizard key={id} initial={draft.value} />
    </Suspense>
  );
}
