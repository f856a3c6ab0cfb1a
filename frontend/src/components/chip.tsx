import type { ReactNode } from 'react';
import styles from './chip.module.css';

type Tone = 'plain' | 'accent' | 'signal' | 'warning' | 'danger';

export function Chip({
  tone = 'plain',
  title,
  children,
}: {
  tone?: Tone;
  title?: string;
  children: ReactNode;
}) {
  return (
    <span className={`${styles.chip} ${styles[tone]}`} title={title}>
      {children}
    </span>
  );
}
