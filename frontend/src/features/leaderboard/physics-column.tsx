import { SCORE_TABLE, type LeaderboardRow, type PhysicsColumn } from '@sillage/contracts';
import { formatFixed } from '../../lib/format-number';
import styles from './physics-column.module.css';
import { meterPosition, physicsText, smoothness, SMOOTHNESS_TEXTS } from './physics-view';

/** A physics value with the over-smoothing meter: left of the middle is smoother than the truth, right of it rougher. */
export function PhysicsValue({ row, column }: { row: LeaderboardRow; column: PhysicsColumn }) {
  const text = physicsText(row, column);
  if (text === null)
    return (
      <span className="muted" title="Scored before this was computed, or not defined here">
        –<span className="visually-hidden">no value</span>
      </span>
    );
  const side = smoothness(row, column);
  const position = meterPosition(row, column);
  const truth = column === 'spectralSlope' ? (row.physics?.truthSpectralSlope ?? null) : null;
  return (
    <>
      <span className={styles.value}>{text}</span>
      {position === null ? null : (
        <span className={styles.meter} aria-hidden="true">
          <i className={styles.middle} />
          <i className={styles.dot} style={{ left: `${100 * position}%` }} />
        </span>
      )}
      <span className={styles.side}>
        {truth === null
          ? ''
          : `truth ${formatFixed(truth, SCORE_TABLE[column].decimals)}${side === null || side === 'like-truth' ? '' : ', '}`}
        {side === null || (side === 'like-truth' && truth !== null)
          ? ''
          : side === 'like-truth'
            ? 'as the truth'
            : side}
        {side === null || side === 'like-truth' ? null : (
          <span className="visually-hidden">: {SMOOTHNESS_TEXTS[side]}</span>
        )}
      </span>
    </>
  );
}
