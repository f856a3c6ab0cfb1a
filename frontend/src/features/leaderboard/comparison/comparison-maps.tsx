'use client';

import type { LeaderboardRow, MapManifest } from '@sillage/contracts';
import { useCallback, useEffect, useRef, useState } from 'react';
import { FieldMap, type Cursor } from '../../../charts/maps/field-map';
import { aspectOf, extentOf, isWide, nearestIndex, valueAt } from '../../../charts/maps/field-map.config';
import { ChoiceButtons } from '../../../components/forms/choice-buttons';
import { ApiFailure } from '@sillage/client';
import { browserGateway } from '../../../lib/api/browser-gateway';
import { formatFixed, formatLatitude, formatLongitude, formatSigned } from '../../../lib/format-number';
import { dateOfDays, formatDay, isoDayOf } from '../../../lib/format-time';
import { BoardDataNotice } from '../board/board-data-notice';
import styles from './comparison-maps.module.css';
import {
  COMPARED_LAYERS,
  comparedScales,
  isSameGrid,
  LAYER_TEXTS,
  layerOf,
  mapPanels,
  type ComparedLayer,
  type MappedRow,
  type MapPanel,
} from './comparison-panels';
import { FigureLinks } from '../export/figure-links';
import { useBoardData } from '../use-board-data';

/** Where the pointer is; maps along a withheld track come on grids of their own, so indices mean nothing to another. */
type Place = { lonDeg: number; latDeg: number };

type Frame = { key: string; values: Int16Array };

type Props = {
  rows: readonly LeaderboardRow[];
  /** The figure of a field on a day, `YYYY-MM-DD`. */
  svgHref: (chosen: Record<'layer' | 'day', string>) => string;
};

/** The maps of the chosen methods on one day, side by side, on one colour scale and with one cursor. */
export function ComparisonMaps({ rows, svgHref }: Props) {
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
  const mapped = asked.flatMap((row, index): MappedRow[] => {
    const manifest = data.value[index] ?? null;
    return manifest === null ? [] : [{ row, manifest }];
  });
  const [first, ...others] = mapped;
  if (first === undefined)
    return rows.some(({ areMapsComing }) => areMapsComing === true) ? (
      <Absent rows={rows} />
    ) : (
      <p className="muted">There are no maps of these methods: they were not made, or they are withheld.</p>
    );
  return (
    <Maps
      mapped={[first, ...others]}
      svgHref={svgHref}
      absent={rows.filter((row) => !mapped.some((item) => item.row === row))}
    />
  );
}

type MapsProps = Pick<Props, 'svgHref'> & {
  mapped: readonly [MappedRow, ...MappedRow[]];
  absent: readonly LeaderboardRow[];
};

function Maps({ mapped, absent, svgHref }: MapsProps) {
  const [first] = mapped;
  const days = first.manifest.timeDays;
  const [day, setDay] = useState(0);
  const [layerName, setLayerName] = useState<ComparedLayer>('reconstruction');
  const [place, setPlace] = useState<Place | null>(null);
  const timeDays = days[day] ?? 0;
  const hasErrors = mapped.some(({ manifest }) => layerOf(manifest, 'error') !== undefined);
  const truth = layerOf(first.manifest, 'reference');
  const panels = mapPanels(mapped, layerName, timeDays);
  const { frames, hasFailed } = useFrames([
    ...panels.map(({ row, layer, day: own }) => frameRequest(row.evaluationId, layer.name, own)),
    ...(truth === undefined ? [] : [frameRequest(first.row.evaluationId, 'reference', day)]),
  ]);
  const scales = comparedScales(mapped);
  const land =
    truth === undefined ? null : (frames.get(frameKey(first.row.evaluationId, 'reference', day)) ?? null);
  const dayText = formatDay(dateOfDays(timeDays));

  return (
    <section className="panel" aria-labelledby="compare-maps">
      <div className={styles.head}>
        <h3 id="compare-maps">Maps of {dayText}</h3>
        <ChoiceButtons
          label="Field"
          values={COMPARED_LAYERS}
          chosen={layerName}
          onChoose={setLayerName}
          text={(name) => LAYER_TEXTS[name].button}
          isDisabled={(name) => name === 'error' && !hasErrors}
        />
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
      <FigureLinks
        svgHref={svgHref({ layer: layerName, day: isoDayOf(timeDays) })}
        title={`Maps of ${dayText}`}
      />
      <Absent rows={absent} />
    </section>
  );
}

/** Who has no maps, and who has none yet. */
function Absent({ rows }: { rows: readonly LeaderboardRow[] }) {
  const isComing = (row: LeaderboardRow): boolean => row.areMapsComing === true;
  const names = (some: readonly LeaderboardRow[]): string => some.map((row) => row.method).join(', ');
  const coming = rows.filter(isComing);
  const without = rows.filter((row) => !isComing(row));
  if (rows.length === 0) return null;
  return (
    <p className="muted small">
      {coming.length === 0
        ? ''
        : `Maps still being made, after the scores: ${names(coming)}. Reload the page in a minute. `}
      {without.length === 0 ? '' : `Without maps: ${names(without)}.`}
    </p>
  );
}

function readout(panels: readonly MapPanel[], frames: ReadonlyMap<string, Int16Array>, place: Place): string {
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
