'use client';

import type { MapLayer } from '@sillage/contracts';
import { layerOf, QUANTITIES, QUANTITY_TEXTS } from '../../../charts/maps/ocean-map.config';
import { ChoiceButtons } from '../../../components/forms/choice-buttons';
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
      <ChoiceButtons
        label="Quantity of the maps"
        values={quantities}
        chosen={view.quantity}
        onChoose={(quantity) => onView({ quantity })}
        text={(quantity) => (
          <>
            {QUANTITY_TEXTS[quantity].name} <i>{QUANTITY_TEXTS[quantity].symbol}</i>
          </>
        )}
      />
      {isComparing ? (
        <>
          <ChoiceButtons
            label="Layout of the maps"
            values={MAP_LAYOUTS}
            chosen={view.layout}
            onChoose={(layout) => onView({ layout })}
            text={(layout) => LAYOUT_TEXTS[layout]}
            isDisabled={(layout) => layout !== 'side' && sources.second === 'none'}
          />
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
