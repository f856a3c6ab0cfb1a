'use client';

import type { MapLayer, MapManifest } from '@sillage/contracts';
import { useCallback, useEffect, useMemo, useState, type KeyboardEvent } from 'react';
import { OceanMap, type Coast, type Cursor } from '../../../charts/maps/ocean-map';
import { nearestIndex } from '../../../charts/maps/field-map.config';
import {
  differenceOf,
  differenceScale,
  fieldScale,
  fieldValueText,
  isSameGrid,
  layerOf,
  outlineOf,
  rmseScale,
  type Field,
  type FieldScale,
  type MapQuantity,
} from '../../../charts/maps/ocean-map.config';
import { browserGateway } from '../../../lib/api/browser-gateway';
import { formatLatitude, formatLongitude } from '../../../lib/format-number';
import { dateOfDays, formatDay } from '../../../lib/format-time';
import { MapControls, sourceLabel, type MapEntry } from './map-controls';
import { dayIndexOf, type MapSource, type MapView } from './map-view';
import styles from './map-viewer.module.css';
import { useFields, type FieldRequest } from '../use-fields';
import { useLoaded, type Loaded } from '../use-loaded';

const FILM_MS = 320; // one day of the film at its plain speed
const CURSOR_STEP = 5; // grid points a press of an arrow key moves the cursor

type Props = {
  evaluationId: string;
  methodName: string;
  /** The maps of this evaluation, and of others of the same task. */
  manifest: Loaded<MapManifest>;
  entries: readonly MapEntry[];
  /** Whether truth and error are among the layers, known before they are loaded. */
  hasTruth: boolean;
  rmseM: number | null;
  view: MapView;
  /** The day that is shown: that of the view, or one that is pointed at in the curve. */
  shownTimeDays: number | null;
  onView: (change: Partial<MapView>) => void;
  aspect: number;
  coast: Coast;
};

/** One map of the page. */
type Panel = {
  key: string;
  title: string;
  /** As the cursor reads it. */
  name: string;
  scale: FieldScale;
  isDifference: boolean;
  beyondKey?: string;
};

export const loadManifest = (evaluation: string, signal: AbortSignal) =>
  browserGateway.mapManifest(evaluation, signal);

export function MapViewer(props: Props) {
  const { evaluationId, manifest: loaded, entries, hasTruth, view, onView, aspect, coast, rmseM } = props;
  const manifest = loaded.state === 'loaded' ? loaded.value : null;
  const sources = usableSources(view, entries, hasTruth);
  const first = useManifestOf(sources.first, evaluationId, loaded);
  const second = useManifestOf(sources.second, evaluationId, loaded);
  const [isPlaying, setIsPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);
  const [share, setShare] = useState(0.5);
  const [pointed, setPointed] = useState<Cursor | null>(null);
  const dayCount = manifest?.timeDays.length ?? 0;
  const day =
    manifest === null || props.shownTimeDays === null
      ? 0
      : (dayIndexOf(manifest.timeDays, props.shownTimeDays) ?? 0);

  const plan = useMemo(
    () =>
      manifest === null ||
      first.state !== 'loaded' ||
      (sources.second !== 'none' && second.state !== 'loaded')
        ? null
        : planOf({
            own: { id: evaluationId, manifest },
            first: { source: sources.first, id: idOf(sources.first, evaluationId), manifest: first.value },
            second:
              second.state !== 'loaded' || sources.second === 'none'
                ? null
                : { source: sources.second, id: idOf(sources.second, evaluationId), manifest: second.value },
            quantity: view.quantity,
            layout: view.layout,
            hasObservations: view.hasObservations,
            rmseM,
            labelOf: (source) => sourceLabel(source, props.methodName, entries),
          }),
    [
      manifest,
      first,
      second,
      sources.first,
      sources.second,
      view.quantity,
      view.layout,
      view.hasObservations,
      rmseM,
      evaluationId,
      entries,
      props.methodName,
    ],
  );
  const {
    fields: loadedFields,
    shownDay,
    isFailed,
  } = useFields(plan?.requests ?? NO_REQUESTS, day, dayCount);
  const fields = useMemo(() => withDifference(loadedFields), [loadedFields]);
  const land = fields.get('land') ?? null;
  const observedField = fields.get('observations');
  const observed = useMemo(
    () =>
      manifest === null || observedField === undefined || !view.hasObservations
        ? null
        : outlineOf(observedField, { latCount: manifest.latDeg.length, lonCount: manifest.lonDeg.length }),
    [manifest, observedField, view.hasObservations],
  );
  const cursor = pointed ?? placeCursor(manifest, view.place);

  const goTo = useCallback(
    (next: number) => {
      const timeDays = manifest?.timeDays[(next + dayCount) % dayCount];
      if (timeDays !== undefined) onView({ timeDays });
    },
    [manifest, dayCount, onView],
  );
  useEffect(() => {
    if (!isPlaying || dayCount === 0 || shownDay !== day) return undefined;
    const timer = setTimeout(() => goTo(day + 1), FILM_MS / speed);
    return () => clearTimeout(timer);
  }, [isPlaying, speed, day, shownDay, dayCount, goTo]);

  function onKey(event: KeyboardEvent) {
    const days: Record<string, number> = { PageUp: day - 1, PageDown: day + 1, Home: 0, End: dayCount - 1 };
    const next = days[event.key];
    if (next !== undefined) {
      setIsPlaying(false);
      goTo(next);
    } else if (event.key === ' ') setIsPlaying(!isPlaying);
    else if (event.key === 'Escape') {
      setPointed(null);
      onView({ place: null });
    } else if (manifest === null || !event.key.startsWith('Arrow')) return;
    else setPointed(movedCursor(manifest, cursor, event.key));
    event.preventDefault();
  }

  const date = manifest === null ? null : formatDay(dateOfDays(manifest.timeDays[day] ?? 0));
  const count = view.layout === 'side' ? (plan?.panels.length ?? (hasTruth ? 5 : 1)) : 1;
  const shape = { 'data-layout': view.layout, 'data-count': count, 'data-wide': aspect > WIDE_ASPECT };
  return (
    <section className={`panel ${styles.viewer}`} aria-labelledby="maps">
      <div className={styles.head}>
        <h2 id="maps">Maps of the day</h2>
        <p className={styles.date} data-testid="map-date">
          {date ?? '\u00a0'}
        </p>
        <div className={styles.film}>
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
            aria-valuetext={date ?? undefined}
            onChange={(event) => {
              setIsPlaying(false);
              goTo(Number(event.currentTarget.value));
            }}
          />
          <span className={styles.count}>{dayCount === 0 ? '' : `${day + 1} / ${dayCount}`}</span>
          <label className={styles.speed}>
            <span className="visually-hidden">Speed</span>
            <select value={speed} onChange={(event) => setSpeed(Number(event.currentTarget.value))}>
              {[0.5, 1, 2, 4].map((value) => (
                <option key={value} value={value}>
                  {value === 0.5 ? '½' : value}×
                </option>
              ))}
            </select>
          </label>
        </div>
      </div>
      <MapControls
        view={view}
        sources={sources}
        entries={entries}
        hasTruth={hasTruth}
        methodName={props.methodName}
        layers={manifest?.layers ?? null}
        onView={onView}
      />
      {plan?.fault ? (
        <p className={styles.fault} role="status">
          {plan.fault}
        </p>
      ) : null}
      {loaded.state === 'failed' || first.state === 'failed' || second.state === 'failed' || isFailed ? (
        <p className="muted" role="status">
          The maps could not be loaded. Move the day or reload the page to try again.
        </p>
      ) : null}
      {manifest === null || plan === null ? (
        <div className={styles.maps} {...shape} aria-hidden="true">
          {Array.from({ length: count }, (_, index) => (
            <div key={index}>
              <p className={styles.waitingTitle}>&nbsp;</p>
              <div className={styles.waiting} style={{ aspectRatio: String(aspect) }} />
            </div>
          ))}
        </div>
      ) : (
        <div
          className={styles.maps}
          {...shape}
          role="group"
          aria-label="Maps. Arrow keys move a cursor that reads values, Page Up and Page Down change the day, the space bar plays."
          tabIndex={0}
          onKeyDown={onKey}
        >
          {plan.panels.map((panel) => (
            <OceanMap
              key={panel.key}
              title={panel.title}
              description={`${panel.title}, ${date}. ${rangeSentence(fields.get(panel.key), panel)}`}
              grid={manifest}
              scale={panel.scale}
              field={fields.get(panel.key) ?? null}
              beyond={
                panel.beyondKey === undefined
                  ? undefined
                  : { field: fields.get(panel.beyondKey) ?? null, share }
              }
              onShare={panel.beyondKey === undefined ? undefined : setShare}
              land={panel.key === 'observations' ? null : land}
              coast={coast}
              observed={panel.key === 'observations' ? null : observed}
              cursor={cursor}
              onCursor={setPointed}
            />
          ))}
        </div>
      )}
      {view.layout === 'swipe' && plan?.panels[0]?.beyondKey !== undefined ? (
        <label className={styles.swipe}>
          <span>{sourceLabel(sources.first, props.methodName, entries)}</span>
          <input
            type="range"
            min={0}
            max={100}
            value={Math.round(share * 100)}
            aria-label="Where one map ends and the other begins, per cent of the width"
            onChange={(event) => setShare(Number(event.currentTarget.value) / 100)}
          />
          <span>{sourceLabel(sources.second, props.methodName, entries)}</span>
        </label>
      ) : null}
      <p className={styles.readout} role="status">
        {manifest === null || plan === null || cursor === null
          ? 'Point at a map, or focus the maps and use the arrow keys, to read values.'
          : readout(manifest, plan.panels, fields, cursor)}
      </p>
      <MapNotes manifest={manifest} land={land} quantity={view.quantity} hasOutline={observed !== null} />
    </section>
  );
}

const WIDE_ASPECT = 1.25; // maps wider than this stand two and two
const NO_REQUESTS: readonly FieldRequest[] = [];

type NotesProps = {
  manifest: MapManifest | null;
  land: Field | null;
  quantity: MapQuantity;
  hasOutline: boolean;
};

function MapNotes({ manifest, land, quantity, hasOutline }: NotesProps) {
  const hasLand = useMemo(() => land?.some(Number.isNaN) === true, [land]);
  const notes = [
    quantity === 'gradient' ? 'Gradient: centred differences on the scored grid.' : '',
    quantity === 'vorticity'
      ? 'Vorticity: of the geostrophic flow, g/f·∇²SSH, over the Coriolis parameter, as in the vorticity ratio of the board; missing at the edge, where there is no neighbour.'
      : '',
    manifest?.isInterpolated === true && quantity !== 'height'
      ? 'This map came on another grid and was interpolated linearly to the scored one: its derivatives show its own nodes.'
      : '',
    hasOutline ? 'Outlines: where the public observations of that UTC day lie, on the nearest node.' : '',
    hasLand ? 'Plain areas are land: the truth has no value there.' : '',
    manifest !== null && manifest.blockSize > 1
      ? `Shown as means of ${manifest.blockSize} × ${manifest.blockSize} nodes.`
      : '',
  ].filter((note) => note !== '');
  return notes.length === 0 ? null : <p className={styles.notes}>{notes.join(' ')}</p>;
}

/** Sources that the address asks for, as far as they exist; else what there is. */
function usableSources(
  view: MapView,
  entries: readonly MapEntry[],
  hasTruth: boolean,
): { first: MapSource; second: MapSource } {
  const exists = (source: MapSource) =>
    source === 'own' ||
    (source === 'truth' && hasTruth) ||
    entries.some(({ evaluationId }) => evaluationId === source);
  const first = exists(view.first) ? view.first : 'own';
  return { first, second: exists(view.second) && view.second !== first ? view.second : 'none' };
}

function idOf(source: MapSource, own: string): string {
  return source === 'own' || source === 'truth' ? own : source;
}

function useManifestOf(source: MapSource, own: string, loaded: Loaded<MapManifest>): Loaded<MapManifest> {
  const isOther = source !== 'none' && idOf(source, own) !== own;
  const other = useLoaded(isOther ? source : null, loadManifest);
  return isOther ? other : loaded;
}

type Side = { source: MapSource; id: string; manifest: MapManifest };
type PlanOptions = {
  own: { id: string; manifest: MapManifest };
  first: Side;
  second: Side | null;
  quantity: MapQuantity;
  layout: MapView['layout'];
  hasObservations: boolean;
  rmseM: number | null;
  labelOf: (source: MapSource) => string;
};
type Plan = { panels: Panel[]; requests: FieldRequest[]; fault: string | null };

/** Which maps stand on the page, in which colours, and which frames they need. */
function planOf(options: PlanOptions): Plan {
  const { own, first, second, quantity, layout, labelOf } = options;
  const layerIn = (manifest: MapManifest, name: MapLayer['name']) =>
    manifest.layers.find((layer) => layer.name === name) ?? null;
  const layerOfSide = ({ source, manifest }: Side) =>
    layerIn(manifest, layerOf(source === 'truth' ? 'reference' : 'reconstruction', quantity));
  const firstLayer = layerOfSide(first);
  const secondLayer = second === null ? null : layerOfSide(second);
  const reference = layerIn(own.manifest, layerOf('reference', quantity)) ?? firstLayer;
  if (firstLayer === null || reference === null)
    return {
      panels: [],
      requests: [],
      fault: `These maps were made before there were maps of the ${quantity}.`,
    };
  const isComparable =
    second !== null &&
    secondLayer !== null &&
    isSameGrid(first.manifest, second.manifest) &&
    isSameGrid(own.manifest, first.manifest);
  const fault =
    second === null || isComparable
      ? null
      : secondLayer === null
        ? `The maps of ${labelOf(second.source)} were made before there were maps of the ${quantity}.`
        : `${labelOf(second.source)} is on another grid: it can be neither laid over this map nor subtracted.`;
  const scale = fieldScale(quantity, reference);
  const isOfTruth = first.source === 'own' && second?.source === 'truth';
  const panel = (key: string, title: string, changes: Partial<Panel> = {}): Panel => ({
    key,
    title,
    name: title,
    scale,
    isDifference: false,
    ...changes,
  });
  const requests: FieldRequest[] = [{ key: 'first', evaluationId: first.id, layer: firstLayer }];
  const panels = [panel('first', labelOf(first.source))];
  const land = layerIn(own.manifest, 'reference') ?? layerIn(own.manifest, 'reconstruction');
  if (land !== null) requests.push({ key: 'land', evaluationId: own.id, layer: land });
  const observations = layerIn(own.manifest, 'observations');
  if (observations !== null && (options.hasObservations || (quantity === 'height' && layout === 'side')))
    requests.push({ key: 'observations', evaluationId: own.id, layer: observations });
  if (isComparable && secondLayer !== null && second !== null) {
    requests.push({ key: 'second', evaluationId: second.id, layer: secondLayer });
    const difference = panel(
      'difference',
      isOfTruth ? 'Error: this map − truth' : `${labelOf(first.source)} − ${labelOf(second.source)}`,
      {
        name: isOfTruth ? 'error' : 'difference',
        scale: differenceScale(quantity, differenceSize(quantity, options.rmseM, reference)),
        isDifference: true,
      },
    );
    if (layout === 'difference') panels.splice(0, 1, difference);
    else if (layout === 'swipe')
      panels.splice(
        0,
        1,
        panel('first', `${labelOf(first.source)} | ${labelOf(second.source)}`, {
          name: labelOf(first.source),
          beyondKey: 'second',
        }),
      );
    else panels.push(panel('second', labelOf(second.source)), difference);
  }
  if (quantity === 'height' && layout === 'side') {
    if (observations !== null)
      panels.push(panel('observations', 'Observations of the day', { name: 'observed' }));
    const rmse = layerIn(own.manifest, 'rmse');
    if (isOfTruth && rmse !== null) {
      requests.push({ key: 'rmse', evaluationId: own.id, layer: rmse });
      panels.push(
        panel('rmse', 'RMSE over all days', {
          name: 'RMSE',
          scale: rmseScale(rmse, options.rmseM ?? rmse.max / 2),
        }),
      );
    }
  }
  return { panels, requests, fault };
}

/** What a difference is measured against, so that every pair of entries has the same colours. */
function differenceSize(quantity: MapQuantity, rmseM: number | null, reference: MapLayer): number {
  const rms = reference.rms ?? (reference.max - reference.min) / 6;
  if (quantity === 'height') return rmseM ?? rms / 4;
  return rms / 2;
}

function withDifference(fields: ReadonlyMap<string, Field>): ReadonlyMap<string, Field> {
  const first = fields.get('first');
  const second = fields.get('second');
  if (first === undefined || second === undefined) return fields;
  return new Map([...fields, ['difference', differenceOf(first, second)]]);
}

function placeCursor(manifest: MapManifest | null, place: MapView['place']): Cursor | null {
  if (manifest === null || place === null) return null;
  const lonIndex = nearestIndex(manifest.lonDeg, place.lonDeg);
  const latIndex = nearestIndex(manifest.latDeg, place.latDeg);
  return lonIndex === null || latIndex === null ? null : { lonIndex, latIndex };
}

const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

function movedCursor({ lonDeg, latDeg }: MapManifest, from: Cursor | null, key: string): Cursor {
  const [east, north] = STEPS[key] ?? [0, 0];
  const start = from ?? { lonIndex: Math.floor(lonDeg.length / 2), latIndex: Math.floor(latDeg.length / 2) };
  return {
    lonIndex: Math.max(0, Math.min(lonDeg.length - 1, start.lonIndex + east * CURSOR_STEP)),
    latIndex: Math.max(0, Math.min(latDeg.length - 1, start.latIndex + north * CURSOR_STEP)),
  };
}

function rangeSentence(field: Field | undefined, panel: Panel): string {
  let [min, max] = [Infinity, -Infinity];
  for (const value of field ?? []) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return 'No value.';
  const text = (value: number) => fieldValueText(value, panel.scale.quantity, panel.isDifference);
  return `From ${text(min)} to ${text(max)}.`;
}

function readout(
  manifest: MapManifest,
  panels: readonly Panel[],
  fields: ReadonlyMap<string, Field>,
  cursor: Cursor,
): string {
  const index = cursor.latIndex * manifest.lonDeg.length + cursor.lonIndex;
  const place = `${formatLatitude(manifest.latDeg[cursor.latIndex] ?? 0, 3)}, ${formatLongitude(manifest.lonDeg[cursor.lonIndex] ?? 0, 3)}`;
  const values = panels.flatMap((panel) => {
    const value = fields.get(panel.key)?.[index];
    if (value === undefined) return [];
    const own = `${panel.name} ${fieldValueText(value, panel.scale.quantity, panel.isDifference)}`;
    const beyond = panel.beyondKey === undefined ? undefined : fields.get(panel.beyondKey)?.[index];
    return beyond === undefined
      ? [own]
      : [own, `${panel.title.split(' | ')[1] ?? ''} ${fieldValueText(beyond, panel.scale.quantity)}`];
  });
  return `${place}: ${values.join(' · ')}`;
}
