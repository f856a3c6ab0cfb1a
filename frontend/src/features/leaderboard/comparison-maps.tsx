'use client';

import type { LeaderboardRow, MapLayer, MapManifest } from '@sillage/contracts';
import { useCallback, useEffect, useRef, useState } from 'react';
import { FieldMap, type Cursor } from '../../charts/field-map';
import {
  aspectOf,
  colourScales,
  extentOf,
  isWide,
  nearestIndex,
  valueAt,
} from '../../charts/field-map.config';
import { nearestDay } from '../../charts/rmse-over-time-chart.config';
import { ApiFailure } from '../../lib/api/api-failure';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formatFixed, formatLatitude, formatLongitude, formatSigned } from '../../lib/format-number';
import { dateOfDays, formatDay } from '../../lib/format-time';
import { BoardDataNotice } from './board-data-notice';
import styles from './comparison-maps.module.css';
import { useBoardData } from './use-board-data';

type LayerName = 'reconstruction' | 'error';
/** Where the pointer is; maps along a withheld track come on grids of their own, so indices mean nothing to another. */
type Place = { lonDeg: number; latDeg: number };

const LAYER_TEXTS: Record<LayerName, { button: string; what: string }> = {
  reconstruction: { button: 'height', what: 'sea surface height' },
  error: { button: 'error', what: 'error' },
};

type Mapped = { row: LeaderboardRow; manifest: MapManifest };
type Frame = { key: string; values: Int16Array };

/** The maps of the chosen methods on one day, side by side, on one colour scale and with one cursor. */
export function ComparisonMaps({ rows }: { rows: readonly LeaderboardRow[] }) {
  const asked = rows.filter((row) => row.hasMaps);
  const load = useCallback(
    (ids: string) =>
      Promise.all(
        (ids === '' ? [] : ids.split(',')).map(async (id) => {
          try {
            return await browserGateway.mapManifest(id);
          } catch (error) {
            if (error instanceof ApiFailure) return null; // withdrawn a moment ago
            throw error;
          }
        }),
      ),
    [],
  );
  const data = useBoardData(asked.map((row) => row.evaluationId).join(','), load);
  if (data.state !== 'here') return <BoardDataNotice state={data.state} what="maps" />;
  const mapped = asked.flatMap((row, index): Mapped[] => {
    const manifest = data.value[index] ?? null;
    return manifest === null ? [] : [{ row, manifest }];
  });
  const [first] = mapped;
  if (first === undefined)
    return (
      <p className="muted">
        There are no maps of these methods to show yet: they are made after the scores, or they are withheld.
      </p>
    );
  return (
    <Maps
      mapped={mapped}
      first={first}
      absent={rows.filter((row) => !mapped.some((item) => item.row === row))}
    />
  );
}

function Maps({ mapped, first, absent }: { mapped: Mapped[]; first: Mapped; absent: LeaderboardRow[] }) {
  const days = first.manifest.timeDays;
  const [day, setDay] = useState(0);
  const [layerName, setLayerName] = useState<LayerName>('reconstruction');
  const [place, setPlace] = useState<Place | null>(null);
  const timeDays = days[day] ?? 0;
  const hasErrors = mapped.some(({ manifest }) => layerOf(manifest, 'error') !== undefined);
  const truth = layerOf(first.manifest, 'reference');
  const panels = [
    ...(layerName === 'reconstruction' && truth !== undefined
      ? [{ id: 'truth', title: 'Truth', row: first.row, manifest: first.manifest, layer: truth }]
      : []),
    ...mapped.flatMap(({ row, manifest }) => {
      const layer = layerOf(manifest, layerName);
      return layer === undefined ? [] : [{ id: row.evaluationId, title: row.method, row, manifest, layer }];
    }),
  ].map((panel) => ({ ...panel, day: nearestDay(panel.manifest.timeDays, timeDays) }));
  const { frames, hasFailed } = useFrames([
    ...panels.map(({ row, layer, day: own }) => frameRequest(row.evaluationId, layer.name, own)),
    ...(truth === undefined ? [] : [frameRequest(first.row.evaluationId, 'reference', day)]),
  ]);
  const worstRmseM = Math.max(...mapped.map(({ row }) => row.scores.rmseM));
  const scales = colourScales(first.manifest, worstRmseM);
  const land =
    truth === undefined ? null : (frames.get(frameKey(first.row.evaluationId, 'reference', day)) ?? null);
  const dayText = formatDay(dateOfDays(timeDays));

  return (
    <section className="panel" aria-labelledby="compare-maps">
      <div className={styles.head}>
        <h3 id="compare-maps">Maps of {dayText}</h3>
        <div className={styles.switch} role="group" aria-label="Field">
          {(['reconstruction', 'error'] as const).map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={layerName === name}
              disabled={name === 'error' && !hasErrors}
              onClick={() => setLayerName(name)}
            >
              {LAYER_TEXTS[name].button}
            </button>
          ))}
        </div>
        <label className={styles.day}>
          <span className="visually-hidden">Day</span>
          <input
            type="range"
            min={0}
            max={days.length - 1}
            value={day}
            aria-valuetext={dayText}
            onChange={(event) => setDay(Number(event.currentTarget.value))}
          />
        </label>
      </div>
      {hasFailed ? <p className="muted">Some maps could not be loaded. Move the day to try again.</p> : null}
      <div
        className={styles.maps}
        data-shape={isWide(aspectOf(extentOf(first.manifest))) ? 'wide' : 'narrow'}
      >
        {panels.map(({ id, title, row, manifest, layer, day: own }) => (
          <FieldMap
            key={id}
            title={title}
            description={`${title}: ${id === 'truth' ? 'sea surface height' : LAYER_TEXTS[layerName].what} on ${dayText}.`}
            manifest={manifest}
            layer={layer}
            scale={scales[layer.name]}
            frame={own === null ? null : (frames.get(frameKey(row.evaluationId, layer.name, own)) ?? null)}
            land={isSameGrid(manifest, first.manifest) ? land : null}
            cursor={cursorAt(manifest, place)}
            onCursor={(cursor) => setPlace(placeOf(manifest, cursor))}
          />
        ))}
      </div>
      <p className={styles.readout} role="status">
        {place === null
          ? `All on one colour scale${layerName === 'error' ? ', reconstruction minus truth' : ''}. Point at a map to read the values of all.`
          : readout(panels, frames, place)}
      </p>
      {absent.length === 0 ? null : (
        <p className="muted small">Without maps: {absent.map((row) => row.method).join(', ')}.</p>
      )}
    </section>
  );
}

type Panel = {
  title: string;
  row: LeaderboardRow;
  manifest: MapManifest;
  layer: MapLayer;
  day: number | null;
};

function readout(panels: readonly Panel[], frames: ReadonlyMap<string, Int16Array>, place: Place): string {
  const values = panels.flatMap(({ title, row, manifest, layer, day }) => {
    const frame = day === null ? undefined : frames.get(frameKey(row.evaluationId, layer.name, day));
    const cursor = cursorAt(manifest, place);
    if (frame === undefined || cursor === null) return [];
    const valueM = valueAt(frame, layer, cursor.latIndex * manifest.lonDeg.length + cursor.lonIndex);
    const format = layer.name === 'error' ? formatSigned : formatFixed;
    return [`${title} ${valueM === null ? 'none' : `${format(valueM * 100, 1)} cm`}`];
  });
  return `${formatLatitude(place.latDeg, 2)}, ${formatLongitude(place.lonDeg, 2)}: ${values.join(' · ')}`;
}

function placeOf({ lonDeg, latDeg }: MapManifest, cursor: Cursor | null): Place | null {
  if (cursor === null) return null;
  return { lonDeg: lonDeg[cursor.lonIndex] ?? 0, latDeg: latDeg[cursor.latIndex] ?? 0 };
}

function cursorAt(manifest: MapManifest, place: Place | null): Cursor | null {
  if (place === null) return null;
  const lonIndex = nearestIndex(manifest.lonDeg, place.lonDeg);
  const latIndex = nearestIndex(manifest.latDeg, place.latDeg);
  return lonIndex === null || latIndex === null ? null : { lonIndex, latIndex };
}

function isSameGrid(left: MapManifest, right: MapManifest): boolean {
  return left.lonDeg.join() === right.lonDeg.join() && left.latDeg.join() === right.latDeg.join();
}

function layerOf(manifest: MapManifest, name: MapLayer['name']): MapLayer | undefined {
  return manifest.layers.find((layer) => layer.name === name);
}

type FrameRequest = { evaluationId: string; layer: string; frame: number } | null;

function frameRequest(evaluationId: string, layer: string, frame: number | null): FrameRequest {
  return frame === null ? null : { evaluationId, layer, frame };
}

function frameKey(evaluationId: string, layer: string, frame: number): string {
  return `${evaluationId}/${layer}/${frame}`;
}

const KEPT_FRAMES = 200;

/** The frames that are asked for, as they come; those of other days stay for when somebody comes back. */
function useFrames(requests: readonly FrameRequest[]) {
  const cache = useRef(new Map<string, Promise<Frame>>());
  const [frames, setFrames] = useState<ReadonlyMap<string, Int16Array>>(new Map());
  const [hasFailed, setHasFailed] = useState(false);
  const wanted = requests
    .flatMap((request) =>
      request === null ? [] : [frameKey(request.evaluationId, request.layer, request.frame)],
    )
    .join(' ');

  useEffect(() => {
    let isGone = false;
    const loadOne = (key: string): Promise<Frame> => {
      const known = cache.current.get(key);
      if (known !== undefined) return known;
      const [evaluationId = '', layer = '', frame = '0'] = key.split('/');
      const loading = browserGateway
        .mapFrame(evaluationId, layer, Number(frame))
        .then((values) => ({ key, values }));
      loading.catch(() => cache.current.delete(key)); // so that the next look tries again
      cache.current.set(key, loading);
      const oldest = cache.current.keys().next();
      if (cache.current.size > KEPT_FRAMES && !oldest.done) cache.current.delete(oldest.value);
      return loading;
    };
    void Promise.allSettled(wanted.split(' ').map(loadOne)).then((results) => {
      if (isGone) return;
      setFrames(
        new Map(
          results.flatMap((result) =>
            result.status === 'fulfilled' ? [[result.value.key, result.value.values] as const] : [],
          ),
        ),
      );
      setHasFailed(results.some(({ status }) => status === 'rejected'));
    });
    return () => {
      isGone = true;
    };
  }, [wanted]);

  return { frames, hasFailed };
}
