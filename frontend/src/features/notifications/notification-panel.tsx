'use client';

import type { NotificationList } from '@sillage/contracts';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Notice } from '../../components/notice';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formFaultOf } from '../../lib/api/form-fault';
import { formatInstant } from '../../lib/format-time';
import styles from './notification-panel.module.css';

/** The newest notifications; opening one marks it as read. */
export function NotificationPanel({ initial }: { initial: NotificationList }) {
  const router = useRouter();
  const [list, setList] = useState(initial);
  const [fault, setFault] = useState('');
  const [status, setStatus] = useState('');

  async function markRead(id: string | null) {
    setFault('');
    try {
      await browserGateway.markRead(id);
      setList((current) => ({
        unreadCount: id === null ? 0 : Math.max(0, current.unreadCount - 1),
        notifications: current.notifications.map((item) =>
          id === null || item.id === id ? { ...item, isRead: true } : item,
        ),
      }));
      setStatus(id === null ? 'All are marked as read.' : 'Marked as read.');
      router.refresh(); // the bell
    } catch (error) {
      setFault(formFaultOf(error).title);
    }
  }

  if (list.notifications.length === 0)
    return <p className="muted">Nothing yet. You hear here when an entry of yours is scored.</p>;
  return (
    <div className={styles.panel}>
      <p role="status" className="visually-hidden">
        {status}
      </p>
      {fault === '' ? null : <Notice tone="danger" title={fault} announce />}
      {list.unreadCount === 0 ? null : (
        <p>
          <button type="button" className="button button-small" onClick={() => void markRead(null)}>
            Mark all {list.unreadCount} as read
          </button>
        </p>
      )}
      <ul className={styles.list}>
        {list.notifications.map((item) => (
          <li key={item.id} className={item.isRead ? styles.item : `${styles.item} ${styles.unread}`}>
            <h2 className={styles.title}>
              {item.isRead ? null : <span className={styles.mark}>New: </span>}
              <Link
                href={item.path}
                prefetch={false}
                onClick={() => {
                  if (!item.isRead) void markRead(item.id);
                }}
              >
                {item.title}
              </Link>
            </h2>
            <p className="muted small">
              <time dateTime={item.createdAt}>{formatInstant(item.createdAt)}</time>
            </p>
            <p className={styles.body}>{item.body}</p>
            {item.isRead ? null : (
              <p>
                <button
                  type="button"
                  className="button button-small"
                  onClick={() => void markRead(item.id)}
                  aria-label={`Mark as read: ${item.title}`}
                >
                  Mark as read
                </button>
              </p>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
