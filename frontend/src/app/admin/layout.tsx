import type { Metadata } from 'next';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { NavigationLink } from '../../components/site/navigation-link';
import { Unreachable } from '../../components/unreachable';
import { currentVisitor } from '../../lib/api/session';
import { paths } from '../../lib/paths';
import styles from './layout.module.css';

export const metadata: Metadata = {
  title: { default: 'Organise', template: '%s · Organise · Sillage' },
  robots: { index: false },
};

/** The organisers' part of the site. Pages below it ask `currentOrganiser` themselves; the API decides. */
export default async function AdminLayout({ children }: { children: ReactNode }) {
  const visitor = await currentVisitor();
  if (visitor.state === 'unknown') return <Unreachable retryHref={paths.admin} />;
  if (visitor.state === 'signed-out') return <NotForVisitors />;
  if (visitor.account.role !== 'organiser') return <NotForParticipants email={visitor.account.email} />;
  return (
    <div className={styles.admin}>
      <nav aria-label="Organise" className={styles.links}>
        <NavigationLink href={paths.admin} exact>
          Overview
        </NavigationLink>
        <NavigationLink href={paths.adminChallenges}>Challenges</NavigationLink>
        <NavigationLink href={paths.adminSubmissions}>Submissions</NavigationLink>
        <NavigationLink href={paths.adminAudit}>Audit log</NavigationLink>
      </nav>
      <div className={styles.content}>{children}</div>
    </div>
  );
}

function NotForVisitors() {
  return (
    <div className="page-narrow prose">
      <h1>For organisers</h1>
      <p>
        These pages are for the organisers of challenges: they make new versions of a dataset, score
        everything again and look after the boards. Nothing here is needed to take part.
      </p>
      <p>Sign in with an organiser’s account to go on.</p>
      <p className="button-row">
        <Link href={paths.signIn(paths.admin)} className="button button-primary">
          Sign in
        </Link>
        <Link href={paths.challenges} className="button">
          See the challenges
        </Link>
      </p>
    </div>
  );
}

function NotForParticipants({ email }: { email: string | null }) {
  return (
    <div className="page-narrow prose">
      <h1>For organisers</h1>
      <p>
        These pages are for the organisers of challenges. Your account
        {email === null ? '' : ` (${email})`} is a participant’s.
      </p>
      <p>
        Another organiser, or whoever runs this platform, can make it an organiser’s, with the command{' '}
        <code>sillage organiser add {email ?? 'ADDRESS'}</code>. It holds at once: open this page again.
      </p>
      <p className="button-row">
        <Link href={paths.account} className="button">
          Your account
        </Link>
        <Link href={paths.challenges} className="button">
          See the challenges
        </Link>
      </p>
    </div>
  );
}
