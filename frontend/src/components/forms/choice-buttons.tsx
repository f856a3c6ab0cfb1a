import type { ReactNode } from 'react';
import styles from './choice-buttons.module.css';

type Props<T extends string> = {
  /** What is chosen, for those who do not see the buttons around it. */
  readonly label: string;
  readonly values: readonly T[];
  readonly chosen: T;
  readonly onChoose: (value: T) => void;
  readonly text: (value: T) => ReactNode;
  readonly isDisabled?: (value: T) => boolean;
};

/** One of a few, side by side in one frame. */
export function ChoiceButtons<T extends string>({
  label,
  values,
  chosen,
  onChoose,
  text,
  isDisabled,
}: Props<T>) {
  return (
    <div role="group" aria-label={label} className={styles.group}>
      {values.map((value) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === chosen}
          disabled={isDisabled?.(value) ?? false}
          onClick={() => onChoose(value)}
        >
          {text(value)}
        </button>
      ))}
    </div>
  );
}
