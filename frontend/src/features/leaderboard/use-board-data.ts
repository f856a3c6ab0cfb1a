'use client';

import { useEffect, useState } from 'react';
import { ApiFailure } from '@sillage/client';

export type BoardData<Value> =
  | { state: 'waiting' }
  | { state: 'here'; value: Value }
  /** The challenge does not show it at its disclosure level. */
  | { state: 'withheld' }
  | { state: 'failed' };

/**
 * What a board has beside its rows. Once loaded it is kept for as long as the page is open, so that coming back shows it at
 * once. `load` must stay the same function.
 */
export function useBoardData<Value>(
  key: string | null,
  load: (key: string) => Promise<Value>,
): BoardData<Value> {
  const [kept, setKept] = useState<Readonly<Record<string, BoardData<Value>>>>({});
  const known = key === null ? undefined : kept[key];
  const isKnown = known !== undefined;

  useEffect(() => {
    if (key === null || isKnown) return undefined;
    let isGone = false;
    const keep = (data: BoardData<Value>) => {
      if (!isGone) setKept((before) => ({ ...before, [key]: data }));
    };
    load(key).then(
      (value) => keep({ state: 'here', value }),
      (error: unknown) =>
        keep({ state: error instanceof ApiFailure && error.status === 403 ? 'withheld' : 'failed' }),
    );
    return () => {
      isGone = true;
    };
  }, [key, isKnown, load]);

  return known ?? { state: 'waiting' };
}
