import { QUANTITIES, type MapQuantity } from '../../../charts/maps/ocean-map.config';
import { dateOfDays } from '../../../lib/format-time';

export const MAP_LAYOUTS = ['side', 'swipe', 'difference'] as const;
export type MapLayout = (typeof MAP_LAYOUTS)[number];

/** `own`: the map of this page; `truth`; `none`; else the id of another evaluation of the same task. */
export type MapSource = string;

/** What the maps show, as the address of the page holds it. */
export type MapView = {
  /** Days since 1950-01-01; null: the first. */
  timeDays: number | null;
  quantity: MapQuantity;
  layout: MapLayout;
  first: MapSource;
  second: MapSource;
  hasObservations: boolean;
  /** A place that is pointed at, degrees. */
  place: { latDeg: number; lonDeg: number } | null;
};

export const DEFAULT_VIEW: MapView = {
  timeDays: null,
  quantity: 'height',
  layout: 'side',
  first: 'own',
  second: 'truth',
  hasObservations: false,
  place: null,
};

const EPOCH_MS = Date.UTC(1950, 0, 1);
const DAY_MS = 86_400_000;

/** Reads a view from an address; what is missing or no longer valid is the default's. */
export function readMapView(parameters: { get: (name: string) => string | null }): MapView {
  const oneOf = <Value extends string>(name: string, values: readonly Value[], fallback: Value): Value =>
    values.find((value) => value === parameters.get(name)) ?? fallback;
  return {
    timeDays: daysOf(parameters.get('day')),
    quantity: oneOf('quantity', QUANTITIES, DEFAULT_VIEW.quantity),
    layout: oneOf('view', MAP_LAYOUTS, DEFAULT_VIEW.layout),
    first: parameters.get('a') ?? DEFAULT_VIEW.first,
    second: parameters.get('b') ?? DEFAULT_VIEW.second,
    hasObservations: parameters.get('observations') === 'yes',
    place: placeOf(parameters.get('at')),
  };
}

/** The parameters of a view; null for what is the default's, so that it is left out. */
export function mapViewQuery(view: MapView): Record<string, string | null> {
  const unlessDefault = <Key extends 'quantity' | 'layout' | 'first' | 'second'>(key: Key): string | null =>
    view[key] === DEFAULT_VIEW[key] ? null : view[key];
  return {
    day: view.timeDays === null ? null : dateOfDays(Math.floor(view.timeDays)).toISOString().slice(0, 10),
    quantity: unlessDefault('quantity'),
    view: unlessDefault('layout'),
    a: unlessDefault('first'),
    b: unlessDefault('second'),
    observations: view.hasObservations ? 'yes' : null,
    at: view.place === null ? null : `${shortest(view.place.latDeg)},${shortest(view.place.lonDeg)}`,
  };
}

/** Index of the map of a UTC day; null where there is none. */
export function dayIndexOf(mapDays: readonly number[], timeDays: number): number | null {
  const index = mapDays.findIndex((time) => Math.floor(time + 1e-6) === Math.floor(timeDays + 1e-6));
  return index < 0 ? null : index;
}

function daysOf(text: string | null): number | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const days = (Date.parse(`${text}T00:00:00Z`) - EPOCH_MS) / DAY_MS;
  return Number.isFinite(days) ? days : null;
}

function placeOf(text: string | null): MapView['place'] {
  const [latDeg = Number.NaN, lonDeg = Number.NaN] = (text ?? '').split(',').map(Number);
  return Number.isFinite(latDeg) && Number.isFinite(lonDeg) && text !== null && text !== ''
    ? { latDeg, lonDeg }
    : null;
}

function shortest(degrees: number): string {
  return `${Number(degrees.toFixed(3))}`;
}
