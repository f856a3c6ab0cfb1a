'use client';

import { useSearchParams } from 'next/navigation';
import { useCallback, useEffect, useState } from 'react';
import { withQuery } from '@sillage/client';
import { mapViewQuery, readMapView, type MapView } from './map-view';

const WRITE_AFTER_MS = 400; // browsers allow few changes of the address in a row, a film makes many

/** The view of the maps, read from the address at first and written into it when it rests. */
export function useMapView(): [MapView, (change: Partial<MapView>) => void] {
  const parameters = useSearchParams();
  const [view, setView] = useState(() => readMapView(parameters));
  const change = useCallback((part: Partial<MapView>) => setView((before) => ({ ...before, ...part })), []);

  useEffect(() => {
    const timer = setTimeout(() => {
      const { pathname, search, hash } = window.location;
      const query = { ...Object.fromEntries(new URLSearchParams(search)), ...mapViewQuery(view) };
      const address = withQuery(pathname, query) + hash;
      if (address !== pathname + search + hash) window.history.replaceState(null, '', address);
    }, WRITE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [view]);

  return [view, change];
}
