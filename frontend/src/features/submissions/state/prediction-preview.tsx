'use client';

import type { EvaluationView } from '@sillage/contracts';
import { useMemo, useState } from 'react';
import { colourGradient } from '../../../charts/maps/colour-map';
import { HeightPicture } from '../../../charts/maps/height-picture';
import { scaleOfFrames } from '../../../charts/maps/height-picture.config';
import { formatFixed } from '../../../lib/format-number';
import { formatDay, formatShortDay } from '../../../lib/format-time';
import styles from './prediction-preview.module.css';
import { usePreview } from './use-preview';

/** The map grows while the network runs: its latest finished day, and a strip of all of them. */
export function PredictionPreview({ evaluation, aspect }: { evaluation: EvaluationView; aspect: number }) {
  const frames = usePreview(evaluation.id, evaluation.previewDays);
  const [asked, setAsked] = useState<string | null>(null);
  const scale = useMemo(() => scaleOfFrames(frames), [frames]);
  const shown = frames.find(({ day }) => day === asked) ?? frames.at(-1);
  if (shown === undefined) return null;
  const decimals = scale.max - scale.min < 0.2 ? 1 : 0; // of centimetres
  const dayOf = (day: string) => new Date(`${day}T00:00:00Z`);
  return (
    <section aria-labelledby="preview" className={styles.preview} data-testid="preview">
      <h2 id="preview">The map so far</h2>
      <div className={styles.large}>
        <p className={styles.date}>
          <time dateTime={shown.day}>{formatDay(dayOf(shown.day))}</time>
        </p>
        <HeightPicture
          frame={shown}
          scale={scale}
          aspect={aspect}
          className={styles.picture}
          description={`Sea surface height on ${formatDay(dayOf(shown.day))} as the network maps it.`}
        />
        <div className={styles.bar} aria-hidden="true">
          <span>{formatFixed(scale.min * 100, decimals)}</span>
          <i style={{ background: colourGradient(scale.map) }} />
          <span>{formatFixed(scale.max * 100, decimals)} cm</span>
        </div>
      </div>
      <div className={styles.side}>
        <p className="muted small" role="status">
          {frames.length === 1 ? 'One day is finished' : `${frames.length} days are finished`}, in a coarse
          view. Scores and full maps follow.
        </p>
        <ol className={styles.strip}>
          {frames.map((frame) => (
            <li key={frame.day}>
              <button
                type="button"
                aria-pressed={frame === shown}
                aria-label={formatDay(dayOf(frame.day))}
                onClick={() => setAsked(frame.day === asked ? null : frame.day)}
              >
                <HeightPicture
                  frame={frame}
                  scale={scale}
                  aspect={aspect}
                  description=""
                  className={styles.small}
                />
                <span aria-hidden="true">{formatShortDay(dayOf(frame.day))}</span>
              </button>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
