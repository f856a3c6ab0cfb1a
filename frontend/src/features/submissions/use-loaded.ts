'use client';

import { useEffect, useState } from 'react';

export type Loaded<Value> = { state: 'waiting' } | { state: 'loaded'; value: Value } | { state: 'failed' };

/** Loads something once per `key`; `null` as key means that there is nothing to load yet. */
export function useLoaded<Value>(
  key: string | null,
  load: (key: string, signal: AbortSignal) => Promise<Value>,
): Loaded<Value> {
  const [result, setResult] = useState<{ key: string | null; loaded: Loaded<Value> }>({
    key: null,
    loaded: { state: 'waiting' },
  });

  useEffect(() => {
    if (key === null) return undefined;
    const control = new AbortController();
    load(key, control.signal).then(
      (value) => {
        if (!control.signal.aborted) setResult({ key, loaded: { state: 'loaded', value } });
      },
      () => {
        if (!control.signal.aborted) setResult({ key, loaded: { state: 'failed' } });
      },
    );
    return () => control.abort();
  }, [key, load]);

  return result.key === key ? result.loaded : { state: 'waiting' };
}
