import { redirect } from 'next/navigation';
import { currentOrganiser } from '../../lib/api/session';
import { paths } from '../../lib/paths';

export default async function AdminPage() {
  if ((await currentOrganiser()) === null) return null;
  redirect(paths.adminChallenges);
}
