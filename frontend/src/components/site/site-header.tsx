import Link from 'next/link';
import type { Visitor } from '../../lib/api/session';
import { paths } from '../../lib/paths';
import { Mark } from '../mark';
import { NavigationLink } from './navigation-link';
import { NotificationBell } from './notification-bell';
import styles from './site-header.module.css';
import { ThemeToggle } from './theme-toggle';
import type { Theme } from './theme';

type Props = { visitor: Visitor; theme: Theme; unreadCount: number };

export function SiteHeader({ visitor, theme, unreadCount }: Props) {
  return (
    <header className={`${styles.header} no-print`}>
      <div className={styles.inner}>
        <Link href={paths.home} className={styles.brand} aria-label="Sillage, home">
          <Mark />
          <span className={styles.name}>Sillage</span>
        </Link>
        <nav aria-label="Main" className={styles.links}>
          <NavigationLink href={paths.challenges}>Challenges</NavigationLink>
          <NavigationLink href={paths.submissions} exact>
            My submissions
          </NavigationLink>
          <NavigationLink href={paths.aboutScores}>Scores</NavigationLink>
          <NavigationLink href={paths.aboutSubmit}>How to submit</NavigationLink>
          {visitor.state === 'signed-in' && visitor.account.role === 'organiser' ? (
            <NavigationLink href={paths.admin}>Organise</NavigationLink>
          ) : null}
        </nav>
        <div className={styles.account}>
          <ThemeToggle initial={theme} />
          {visitor.state === 'signed-in' ? <NotificationBell unreadCount={unreadCount} /> : null}
          {visitor.state === 'signed-in' ? (
            <Link href={paths.account} className="button button-small" title="Your account">
              <span className="visually-hidden">Account of </span>
              <span className={styles.person}>{visitor.account.displayName}</span>
            </Link>
          ) : visitor.state === 'unknown' ? null : (
            <Link href={paths.signIn()} className="button button-small">
              Sign in
            </Link>
          )}
        </div>
      </div>
    </header>
  );
}
