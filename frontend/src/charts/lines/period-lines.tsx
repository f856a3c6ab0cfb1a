'use client';

import { useId, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { formatPeriod } from '../../lib/format-time';
import {
  draggedDays,
  monthTicks,
  periodOf,
  shareOf,
  shownDays,
  type Days,
  type PeriodGrip,
} from './period-lines.config';
import styles from './period-lines.module.css';

export type PeriodLine = { key: string; name: string; days: Days | null };

type Props = {
  /** Periods that may be changed; null where one is not given. */
  periods: readonly PeriodLine[];
  onDays: (key: string, days: Days) => void;
  /** The days that files have, drawn under the periods. */
  data: readonly { name: string; days: Days }[];
};

const GRIPS: readonly { grip: PeriodGrip; name: string }[] = [
  { grip: 'start', name: 'First day' },
  { grip: 'move', name: 'All days' },
  { grip: 'end', name: 'Last day' },
];
const LARGE_STEP_DAYS = 10;
const MOST_TICKS = 7;

/** Periods on a line of time, changed by mouse, touch and keyboard. */
export function PeriodLines({ periods, onDays, data }: Props) {
  const frameRef = useRef<HTMLDivElement>(null);
  const drag = useRef<{ key: string; grip: PeriodGrip; fromX: number; days: Days; shown: Days } | null>(null);
  const hintId = useId();
  const [held, setHeld] = useState<Days | null>(null); // the line stands still while something on it is dragged
  const [said, setSaid] = useState('');
  const given = periods.flatMap(({ days }) => (days === null ? [] : [days]));
  const shown = held ?? shownDays([...given, ...data.map(({ days }) => days)]);
  const percent = (day: number) => `${shareOf(day, shown) * 100}%`;
  const place = ({ first, last }: Days) => ({
    left: percent(first),
    width: `${(shareOf(last + 1, shown) - shareOf(first, shown)) * 100}%`,
  });

  function press(event: PointerEvent<HTMLButtonElement>, key: string, grip: PeriodGrip, days: Days) {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { key, grip, fromX: event.clientX, days, shown };
    setHeld(shown);
  }

  function move(event: PointerEvent) {
    const current = drag.current;
    const width = frameRef.current?.clientWidth ?? 0;
    if (current === null || width === 0) return;
    const byDays = ((event.clientX - current.fromX) / width) * (current.shown.last + 1 - current.shown.first);
    onDays(current.key, draggedDays(current.days, current.grip, byDays));
  }

  function release() {
    drag.current = null;
    setHeld(null);
  }

  function pressKey(event: KeyboardEvent, line: PeriodLine, grip: PeriodGrip) {
    const direction = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (direction === 0 || line.days === null) return;
    event.preventDefault();
    const days = draggedDays(line.days, grip, direction * (event.shiftKey ? LARGE_STEP_DAYS : 1));
    onDays(line.key, days);
    setSaid(`${line.name}: ${daysText(days)}`);
  }

  return (
    <figure className={styles.figure}>
      <div
        ref={frameRef}
        className={styles.frame}
        onPointerMove={move}
        onPointerUp={release}
        onPointerCancel={release}
      >
        {monthTicks(shown, MOST_TICKS).map(({ day, label }) => (
          <span key={day} className={styles.tick} style={{ left: percent(day) }} aria-hidden="true">
            {label}
          </span>
        ))}
        {periods.map((line) => {
          const { key, name, days } = line;
          return (
            <div key={key} className={styles.row} data-period={key}>
              <span className={styles.rowName}>{name}</span>
              {days === null ? (
                <span className={styles.none}>not given</span>
              ) : (
                <div className={styles.bar} style={place(days)}>
                  {GRIPS.map(({ grip, name: gripName }) => (
                    <button
                      key={grip}
                      type="button"
                      className={`${styles.grip} ${styles[grip]}`}
                      aria-label={`${gripName} of ${name}: ${daysText(days)}`}
                      aria-describedby={hintId}
                      onPointerDown={(event) => press(event, key, grip, days)}
                      onKeyDown={(event) => pressKey(event, line, grip)}
                    />
                  ))}
                </div>
              )}
            </div>
          );
        })}
        {data.map(({ name, days }) => (
          <div key={name} className={styles.dataRow}>
            <span className={styles.dataName}>{name}</span>
            <i className={styles.data} style={place(days)} />
          </div>
        ))}
      </div>
      <figcaption id={hintId} className={styles.hint}>
        Drag an end, or all of a period. By keyboard: Tab to it; arrow keys move it by a day, with Shift by
        ten.
      </figcaption>
      <p role="status" className="visually-hidden">
        {said}
      </p>
    </figure>
  );
}

function daysText(days: Days): string {
  const { start, end } = periodOf(days);
  const count = days.last - days.first + 1;
  return `${formatPeriod(start, end)}, ${count} ${count === 1 ? 'day' : 'days'}`;
}
