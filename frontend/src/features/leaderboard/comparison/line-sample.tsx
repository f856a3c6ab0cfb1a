import { methodColour, methodDash, type MethodSlot } from '../../../charts/method-colours';
import styles from './line-sample.module.css';

/** How the curves of a method look. */
export function LineSample({ slot }: { slot: MethodSlot }) {
  return (
    <svg width="28" height="8" aria-hidden="true" className={styles.sample}>
      <line
        x1="1"
        y1="4"
        x2="27"
        y2="4"
        strokeWidth="2.5"
        strokeDasharray={methodDash(slot).join(' ')}
        style={{ stroke: methodColour(slot) }}
      />
    </svg>
  );
}
