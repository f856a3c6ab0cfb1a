'use client';

import type { MapLayer } from '@sillage/contracts';
import { layerOf, QUANTITIES, QUANTITY_TEXTS } from '../../charts/ocean-map.config';
import { MAP_LAYOUTS, type MapLayout, type MapSource, type MapView } from './map-view';
import styles from './map-viewer.module.css';

/** Another entry of the same task. */
export type MapEntry = { evaluationId: string; name: string };

const LAYOUT_TEXTS: Record<MapLayout, string> = {
  side: 'Side by side',
  swipe: 'Swipe',
  difference: 'Difference',
};

export function sourceLabel(source: MapSource, methodName: string, entries: readonly MapEntry[]): string {
  if (source === 'own') return methodName;
  if (source === 'truth') return 'Truth';
  return entries.find(({ evaluationId }) => evaluationId === source)?.name ?? 'no map';
}

type Props = {
  view: MapView;
  sources: { first: MapSource; second: MapSource };
  entries: readonly MapEntry[];
  hasTruth: boolean;
  methodName: string;
  /** Null while they load. */
  layers: readonly MapLayer[] | null;
  onView: (change: Partial<MapView>) => void;
};

/** What is shown, how, and of whom. */
export function MapControls({ view, sources, entries, hasTruth, methodName, layers, onView }: Props) {
  const has = (name: MapLayer['name']) => layers === null || layers.some((layer) => layer.name === name);
  const quantities = QUANTITIES.filter((quantity) => has(layerOf('reconstruction', quantity)));
  const options = [
    { source: 'own', label: methodName },
    ...(hasTruth ? [{ source: 'truth', label: 'Truth' }] : []),
    ...entries.map(({ evaluationId, name }) => ({ source: evaluationId, label: name })),
  ];
  const isComparing = options.length > 1;
  return (
    <div className={styles.controls}>
      <div role="group" aria-label="Quantity of the maps" className={styles.toggle}>
        {quantities.map((quantity) => (
          <button
            key={quantity}
            type="button"
            aria-pressed={view.quantity === quantity}
            onClick={() => onView({ quantity })}
          >
            {QUANTITY_TEXTS[quantity].name} <i>{QUANTITY_TEXTS[quantity].symbol}</i>
          </button>
        ))}
      </div>
      {isComparing ? (
        <>
          <div role="group" aria-label="Layout of the maps" className={styles.toggle}>
            {MAP_LAYOUTS.map((layout) => (
              <button
                key={layout}
                type="button"
                aria-pressed={view.layout === layout}
                disabled={layout !== 'side' && sources.second === 'none'}
                onClick={() => onView({ layout })}
              >
                {LAYOUT_TEXTS[layout]}
              </button>
            ))}
          </div>
          <div className={styles.pair}>
            <label>
              <span>A</span>
              <select
                aria-label="Map A"
                value={sources.first}
                onChange={(event) => onView({ first: event.currentTarget.value })}
              >
                {options.map(({ source, label }) => (
                  <option key={source} value={source}>
                    {label}
                  </option>
                ))}
              </select>
            </label>
            <label>
              <span>B</span>
              <select
                aria-label="Map B"
                value={sources.second}
                onChange={(event) => onView({ second: event.currentTarget.value })}
              >
                <option value="none">none</option>
                {options
                  .filter(({ source }) => source !== sources.first)
                  .map(({ source, label }) => (
                    <option key={source} value={source}>
                      {label}
                    </option>
                  ))}
              </select>
            </label>
          </div>
        </>
      ) : null}
      {layers?.some((layer) => layer.name === 'observations') ? (
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={view.hasObservations}
            onChange={(event) => onView({ hasObservations: event.currentTarget.checked })}
          />
          <span>Observations on the maps</span>
        </label>
      ) : null}
    </div>
  );
}
