import type { ReactNode } from 'react';
import styles from './notice.module.css';

type Tone = 'plain' | 'warning' | 'danger' | 'good';

/** A message that stands out of the page. `announce`: read out when it appears, for what the visitor just caused. */
export function Notice({
  tone = 'plain',
  title,
  announce,
  children,
}: {
  tone?: Tone;
  title?: string;
  announce?: boolean;
  children?: ReactNode;
}) {
  return (
    <div className={`${styles.notice} ${styles[tone]}`} role={announce === true ? 'alert' : undefined}>
      {title === undefined ? null : <p className={styles.title}>{title}</p>}
      {children}
    </div>
  );
}
