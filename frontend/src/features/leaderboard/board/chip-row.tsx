import type { ReactNode } from 'react';
import { BoardLink } from '../board-link';
import styles from './chip-row.module.css';

export type BoardChip = {
  key: string;
  name: ReactNode;
  isHere: boolean;
  /** `null`: it cannot be chosen, for the reason in `absence`. */
  href: string | null;
  absence?: string;
  title?: string;
  onIntent?: () => void;
};

/** A labelled row of links, one of them current; what cannot be followed is shown and says why. */
export function ChipRow({
  label,
  about,
  chips,
}: {
  label: string;
  about?: string;
  chips: readonly BoardChip[];
}) {
  return (
    <nav aria-label={about === undefined ? label : `${label}: ${about}`} className={styles.row}>
      <span className={styles.label} aria-hidden="true">
        {label}
      </span>
      <ul className={styles.chips}>
        {about === undefined ? null : (
          <li className={styles.about} aria-hidden="true">
            {about}
          </li>
        )}
        {chips.map((chip) => (
          <li key={chip.key}>
            {chip.href === null ? (
              <span className={styles.absent} title={chip.absence}>
                {chip.name}
                <span className="visually-hidden"> ({chip.absence})</span>
              </span>
            ) : (
              <BoardLink
                href={chip.href}
                className={styles.chip}
                isHere={chip.isHere}
                {...(chip.title === undefined ? {} : { title: chip.title })}
                {...(chip.onIntent === undefined ? {} : { onIntent: chip.onIntent })}
              >
                {chip.name}
              </BoardLink>
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}
