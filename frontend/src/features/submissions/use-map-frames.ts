'use client';

import type { MapLayer, MapManifest } from '@sillage/contracts';
import { useEffect, useRef, useState } from 'react';
import { browserGateway } from '../../lib/api/browser-gateway';

const AHEAD = 3; // frames loaded before they are asked for, so that a film does not stutter
const KEPT_FRAMES = 400;

export type Frames = Partial<Record<MapLayer['name'], Int16Array>>;

/**
 * The frames of a day, all layers together. While a day loads, the previous one stays, so that nothing flickers;
 * `shownDay` says which one it is.
 */
export function useMapFrames(
  evaluationId: string,
  manifest: MapManifest | null,
  day: number,
): { frames: Frames; shownDay: number | null; isFailed: boolean } {
  const cache = useRef(new Map<string, Promise<Int16Array>>());
  const [shown, setShown] = useState<{ day: number | null; frames: Frames }>({ day: null, frames: {} });
  const [isFailed, setIsFailed] = useState(false);

  useEffect(() => {
    if (manifest === null) return undefined;
    let isCurrent = true;
    const frame = (layer: MapLayer, wanted: number): Promise<Int16Array> => {
      const index = layer.frameCount === 1 ? 0 : wanted;
      const key = `${layer.name}/${index}`;
      const known = cache.current.get(key);
      if (known !== undefined) return known;
      const loading = browserGateway.mapFrame(evaluationId, layer.name, index);
      loading.catch(() => cache.current.delete(key)); // so that the next look tries again
      cache.current.set(key, loading);
      const oldest = cache.current.keys().next();
      if (cache.current.size > KEPT_FRAMES && !oldest.done) cache.current.delete(oldest.value);
      return loading;
    };
    const load = async () => {
      const entries = await Promise.all(
        manifest.layers.map(async (layer) => [layer.name, await frame(layer, day)] as const),
      );
      if (!isCurrent) return;
      setShown({ day, frames: Object.fromEntries(entries) });
      setIsFailed(false);
      for (let ahead = 1; ahead <= AHEAD && day + ahead < manifest.timeDays.length; ahead += 1) {
        for (const layer of manifest.layers) frame(layer, day + ahead).catch(() => undefined);
      }
    };
    load().catch(() => {
      if (isCurrent) setIsFailed(true);
    });
    return () => {
      isCurrent = false;
    };
  }, [evaluationId, manifest, day]);

  return { frames: shown.frames, shownDay: shown.day, isFailed };
}
