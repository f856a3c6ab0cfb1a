'use client';

import type { MapLayer, MapManifest } from '@sillage/contracts';
import { useCallback, useEffect, useMemo, useState, type KeyboardEvent } from 'react';
import { FieldMap, type Cursor } from '../../charts/field-map';
import { colourScales, isWide, MISSING, valueAt } from '../../charts/field-map.config';
import { nearestDay } from '../../charts/rmse-over-time-chart.config';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formatFixed, formatLatitude, formatLongitude, formatSigned } from '../../lib/format-number';
import { dateOfDays, formatDay } from '../../lib/format-time';
import styles from './map-viewer.module.css';
import { useLoaded } from './use-loaded';
import { useMapFrames, type Frames } from './use-map-frames';

const FILM_MS = 180; // one day of the film
const CURSOR_STEP = 5; // grid points a press of an arrow key moves the cursor

const LAYER_TEXTS: Record<MapLayer['name'], { title: string; text: string }> = {
  reconstruction: { title: 'Reconstruction', text: 'Sea surface height of the reconstruction' },
  reference: { title: 'Reference', text: 'Sea surface height of the reference' },
  error: { title: 'Error', text: 'Reconstruction minus reference' },
  rmse: { title: 'RMSE over all days', text: 'Root mean square error at each place, over all days' },
};
export const LAYER_ORDER: readonly MapLayer['name'][] = ['reconstruction', 'reference', 'error', 'rmse'];

type Props = {
  evaluationId: string;
  rmseM: number;
  /** The time that is looked at, days since 1950-01-01; `null`: the first map. */
  timeDays: number | null;
  onTime: (timeDays: number) => void;
  aspect: number;
  /** The layers to expect, known before they are loaded. */
  expected: readonly MapLayer['name'][];
};

const loadManifest = (evaluation: string, signal: AbortSignal) =>
  browserGateway.mapManifest(evaluation, signal);

export function MapViewer({ evaluationId, rmseM, timeDays, onTime, aspect, expected }: Props) {
  const loaded = useLoaded(evaluationId, loadManifest);
  const manifest = loaded.state === 'loaded' ? loaded.value : null;
  const day = manifest === null || timeDays === null ? 0 : (nearestDay(manifest.timeDays, timeDays) ?? 0);
  const onDay = useCallback(
    (next: number) => {
      const nextTimeDays = manifest?.timeDays[next];
      if (nextTimeDays !== undefined) onTime(nextTimeDays);
    },
    [manifest, onTime],
  );
  const { frames, shownDay, isFailed } = useMapFrames(evaluationId, manifest, day);
  const hasLand = useMemo(() => frames.reference?.includes(MISSING) === true, [frames.reference]);
  const [isPlaying, setIsPlaying] = useState(false);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const dayCount = manifest?.timeDays.length ?? 0;
  const shape = isWide(aspect) ? 'wide' : 'narrow';

  useEffect(() => {
    if (!isPlaying || dayCount === 0 || shownDay !== day) return undefined;
    const timer = setTimeout(() => onDay((day + 1) % dayCount), FILM_MS);
    return () => clearTimeout(timer);
  }, [isPlaying, day, shownDay, dayCount, onDay]);

  return (
    <section className={`panel ${styles.viewer}`} aria-labelledby="maps">
      <div className={styles.head}>
        <h2 id="maps">Maps of the day</h2>
        <p className={styles.date}>
          {manifest === null ? '\u00a0' : formatDay(dateOfDays(manifest.timeDays[day] ?? 0))}
        </p>
        <div className={styles.controls}>
          <button
            type="button"
            className="button button-small"
            onClick={() => setIsPlaying(!isPlaying)}
            disabled={dayCount < 2}
          >
            {isPlaying ? 'Pause' : 'Play'}
          </button>
          <label className="visually-hidden" htmlFor="map-day">
            Day
          </label>
          <input
            id="map-day"
            type="range"
            min={0}
            max={Math.max(0, dayCount - 1)}
            step={1}
            value={day}
            disabled={dayCount < 2}
            aria-valuetext={
              manifest === null ? undefined : formatDay(dateOfDays(manifest.timeDays[day] ?? 0))
            }
            onChange={(event) => {
              setIsPlaying(false);
              onDay(Number(event.currentTarget.value));
            }}
          />
          <span className={styles.count}>{dayCount === 0 ? '' : `${day + 1} / ${dayCount}`}</span>
        </div>
      </div>
      {loaded.state === 'failed' || isFailed ? (
        <p className="muted">The maps could not be loaded. Move the day or reload the page to try again.</p>
      ) : null}
      {manifest === null ? (
        <div className={styles.maps} data-shape={shape} data-count={expected.length} aria-hidden="true">
          {expected.map((name) => (
            <div key={name}>
              <p className={styles.waitingTitle}>{LAYER_TEXTS[name].title}</p>
              <div className={styles.waiting} style={{ aspectRatio: String(aspect) }} />
            </div>
          ))}
        </div>
      ) : (
        <Maps
          manifest={manifest}
          shape={shape}
          frames={frames}
          rmseM={rmseM}
          cursor={cursor}
          onCursor={setCursor}
        />
      )}
      <p className={styles.readout} role="status">
        {manifest === null || cursor === null
          ? `Point at a map, or focus the maps and use the arrow keys, to read values.${hasLand ? ' Plain areas are land: the reference has no value there.' : ''}`
          : readout(manifest, frames, cursor)}
      </p>
    </section>
  );
}

type MapsProps = {
  manifest: MapManifest;
  shape: 'wide' | 'narrow';
  frames: Frames;
  rmseM: number;
  cursor: Cursor | null;
  onCursor: (cursor: Cursor | null) => void;
};

function Maps({ manifest, shape, frames, rmseM, cursor, onCursor }: MapsProps) {
  const scales = useMemo(() => colourScales(manifest, rmseM), [manifest, rmseM]);
  const latCount = manifest.latDeg.length;
  const lonCount = manifest.lonDeg.length;

  function moveCursor(event: KeyboardEvent) {
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
    };
    const step = steps[event.key];
    if (event.key === 'Escape') onCursor(null);
    if (step === undefined) return;
    event.preventDefault();
    const from = cursor ?? { lonIndex: Math.floor(lonCount / 2), latIndex: Math.floor(latCount / 2) };
    onCursor({
      lonIndex: Math.max(0, Math.min(lonCount - 1, from.lonIndex + step[0] * CURSOR_STEP)),
      latIndex: Math.max(0, Math.min(latCount - 1, from.latIndex + step[1] * CURSOR_STEP)),
    });
  }

  return (
    <div
      className={styles.maps}
      data-shape={shape}
      data-count={manifest.layers.length}
      role="group"
      aria-label="Maps. The arrow keys move a cursor that reads values."
      tabIndex={0}
      onKeyDown={moveCursor}
    >
      {LAYER_ORDER.map((name) => {
        const layer = manifest.layers.find((item) => item.name === name);
        if (layer === undefined) return null;
        return (
          <FieldMap
            key={name}
            title={LAYER_TEXTS[name].title}
            description={`${LAYER_TEXTS[name].text}, from ${formatFixed(layer.min * 100, 1)} to ${formatFixed(layer.max * 100, 1)} cm over all days.`}
            manifest={manifest}
            layer={layer}
            scale={scales[name]}
            frame={frames[name] ?? null}
            land={frames.reference ?? null}
            cursor={cursor}
            onCursor={onCursor}
          />
        );
      })}
    </div>
  );
}

function readout(manifest: MapManifest, frames: Frames, cursor: Cursor): string {
  const index = cursor.latIndex * manifest.lonDeg.length + cursor.lonIndex;
  const place = `${formatLatitude(manifest.latDeg[cursor.latIndex] ?? 0, 3)}, ${formatLongitude(manifest.lonDeg[cursor.lonIndex] ?? 0, 3)}`;
  const values = LAYER_ORDER.flatMap((name) => {
    const layer = manifest.layers.find((item) => item.name === name);
    const frame = frames[name];
    if (layer === undefined || frame === undefined) return [];
    const valueM = valueAt(frame, layer, index);
    const text =
      valueM === null ? 'none' : `${(name === 'error' ? formatSigned : formatFixed)(valueM * 100, 1)} cm`;
    return [`${LAYER_TEXTS[name].title.toLowerCase().replace('rmse', 'RMSE')} ${text}`];
  });
  return `${place}: ${values.join(' · ')}`;
}
