'use client';

import type { MapLayer } from '@sillage/contracts';
import { useEffect, useState } from 'react';
import { decodeField, type Field } from '../../charts/maps/ocean-map.config';
import { browserGateway } from '../../lib/api/browser-gateway';

/** A stack of frames of an evaluation. */
export type FieldRequest = { key: string; evaluationId: string; layer: MapLayer };

const AHEAD = 4; // frames loaded before they are asked for, so that a film does not stutter
const KEPT_FIELDS = 500; // 80 MB of fields of 200 × 200

const kept = new Map<string, Promise<Field>>();

function load({ evaluationId, layer }: FieldRequest, day: number): Promise<Field> {
  const frame = layer.frameCount === 1 ? 0 : day;
  const key = `${evaluationId}/${layer.name}/${frame}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const loading = browserGateway
    .mapFrame(evaluationId, layer.name, frame)
    .then((raw) => decodeField(raw, layer));
  loading.catch(() => kept.delete(key)); // so that the next look tries again
  kept.set(key, loading);
  const oldest = kept.keys().next();
  if (kept.size > KEPT_FIELDS && !oldest.done) kept.delete(oldest.value);
  return loading;
}

export type Fields = ReadonlyMap<string, Field>;
type Shown = { requests: readonly FieldRequest[]; day: number | null; fields: Fields };

/**
 * The fields of a day, all of them together. While a day loads, the previous one stays, so that nothing flickers;
 * `shownDay` says which one it is.
 */
export function useFields(
  requests: readonly FieldRequest[],
  day: number,
  dayCount: number,
): { fields: Fields; shownDay: number | null; isFailed: boolean } {
  const [shown, setShown] = useState<Shown>({ requests: [], day: null, fields: new Map() });
  const [isFailed, setIsFailed] = useState(false);

  useEffect(() => {
    if (requests.length === 0) return undefined;
    let isCurrent = true;
    const loadAll = async () => {
      const entries = await Promise.all(
        requests.map(async (request) => [request.key, await load(request, day)] as const),
      );
      if (!isCurrent) return;
      setShown({ requests, day, fields: new Map(entries) });
      setIsFailed(false);
      for (let ahead = 1; ahead <= Math.min(AHEAD, dayCount - 1); ahead += 1)
        for (const request of requests) load(request, (day + ahead) % dayCount).catch(() => undefined);
    };
    loadAll().catch(() => {
      if (isCurrent) setIsFailed(true);
    });
    return () => {
      isCurrent = false;
    };
  }, [requests, day, dayCount]);

  // What was loaded for other maps must never stand under the titles of these.
  const isOfThese = shown.requests === requests;
  return {
    fields: isOfThese ? shown.fields : NO_FIELDS,
    shownDay: isOfThese ? shown.day : null,
    isFailed,
  };
}

const NO_FIELDS: Fields = new Map();
