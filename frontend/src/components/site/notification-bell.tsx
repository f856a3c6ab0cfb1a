import Link from 'next/link';
import { paths } from '../../lib/paths';
import styles from './notification-bell.module.css';

/** The count is read with the page; the next page has the next one. */
export function NotificationBell({ unreadCount }: { unreadCount: number }) {
  const said = unreadCount === 0 ? 'Notifications' : `Notifications, ${unreadCount} unread`;
  return (
    <Link href={paths.notifications} className={styles.bell} aria-label={said} title={said} prefetch={false}>
      <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
        <path
          d="M12 3a6 6 0 0 0-6 6v4l-2 4h16l-2-4V9a6 6 0 0 0-6-6Zm-2.5 16a2.5 2.5 0 0 0 5 0"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.75"
          strokeLinejoin="round"
          strokeLinecap="round"
        />
      </svg>
      {unreadCount === 0 ? null : (
        <span className={styles.count} aria-hidden="true">
          {unreadCount > 99 ? '99+' : unreadCount}
        </span>
      )}
    </Link>
  );
}
