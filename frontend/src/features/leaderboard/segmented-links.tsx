import { BoardLink } from './board-link';
import styles from './segmented-links.module.css';

export type Segment = { key: string; name: string; href: string; isHere: boolean };

/** A few ways of showing the same, one of them current. */
export function SegmentedLinks({ label, segments }: { label: string; segments: readonly Segment[] }) {
  return (
    <nav aria-label={label} className={styles.modes}>
      {segments.map(({ key, name, href, isHere }) => (
        <BoardLink key={key} href={href} isHere={isHere}>
          {name}
        </BoardLink>
      ))}
    </nav>
  );
}
